/// A function that the engine runs when an event comes: `body` is executed again from its top after a crash, and
/// each step that had finished gives back its stored value at once.
///
/// So all work is done in steps; between them the body only decides, and decides alike every time.
public struct WorkflowFunction<Input: Codable & Sendable, Output: Codable & Sendable>: Sendable {
  public let id: String
  let triggers: [FunctionTrigger<Input>]
  let options: FunctionOptions<Input>
  let body: @Sendable (Input, Step) async throws -> Output

  /// `id` is stored with each run; changing it makes it another function.
  public init(
    _ id: String, on triggers: [FunctionTrigger<Input>],
    options: FunctionOptions<Input> = FunctionOptions(),
    body: @escaping @Sendable (Input, Step) async throws -> Output
  ) {
    (self.id, self.triggers, self.options, self.body) = (id, triggers, options, body)
  }

  /// A function on one type of event.
  public init(
    _ id: String, on type: Input.Type, options: FunctionOptions<Input> = FunctionOptions(),
    body: @escaping @Sendable (Input, Step) async throws -> Output
  ) where Input: WorkflowEvent {
    self.init(id, on: [.event(type)], options: options, body: body)
  }

  /// A function that only others start, with `step.invoke`.
  public init(
    invoked id: String, options: FunctionOptions<Input> = FunctionOptions(),
    body: @escaping @Sendable (Input, Step) async throws -> Output
  ) {
    self.init(id, on: [], options: options, body: body)
  }
}

extension WorkflowFunction where Output == NoOutput {
  /// A function without output, on one type of event.
  @_disfavoredOverload
  public init(
    _ id: String, on type: Input.Type, options: FunctionOptions<Input> = FunctionOptions(),
    body: @escaping @Sendable (Input, Step) async throws -> Void
  ) where Input: WorkflowEvent {
    self.init(id, on: [.event(type)], options: options, body: body)
  }

  /// A function without output.
  @_disfavoredOverload
  public init(
    _ id: String, on triggers: [FunctionTrigger<Input>],
    options: FunctionOptions<Input> = FunctionOptions(),
    body: @escaping @Sendable (Input, Step) async throws -> Void
  ) {
    self.init(id, on: triggers, options: options) { input, step in
      try await body(input, step)
      return NoOutput()
    }
  }
}

/// What a function without a result gives; `null` in the journal.
public struct NoOutput: Codable, Sendable, Equatable {
  public init() {}
  public init(from decoder: any Decoder) throws {}
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encodeNil()
  }
}

/// What an engine can be given: every `WorkflowFunction`.
public protocol RegistrableFunction: Sendable {
  var id: String { get }
  /// For the engine alone.
  var registration: FunctionRegistration { get }
}

/// A function and those that belong to it, in the engine's own form.
public struct FunctionRegistration: Sendable {
  let definitions: [FunctionDefinition]
}
