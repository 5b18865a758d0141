/// How much of a function happens at a time, and which events start it.
public struct FlowLimits<Input: Codable & Sendable>: Sendable {
  public init() {}

  /// The same for the engine, which knows no input's type.
  func erased(input: @escaping @Sendable ([Event]) throws -> Input) -> FlowRules { FlowRules() }
}

/// A function's limits over stored events.
struct FlowRules: Sendable {
  /// Runs of it must be let in one by one.
  var limitsExecution: Bool { false }

  /// Throws an `InvalidFunction` where a value makes no sense.
  func check(functionID: String) throws {}
}
