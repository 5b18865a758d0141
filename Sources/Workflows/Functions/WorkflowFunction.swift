/// A function that the engine runs when an event comes: `body` is executed again from its top after a crash, and
/// each step that had finished gives back its stored value at once.
///
/// So all work is done in steps; between them the body only decides, and decides alike every time.
public struct WorkflowFunction<Input: Codable & Sendable, Output: Sendable>: Sendable {
  public let id: String
  let triggers: [FunctionTrigger<Input>]
  let options: FunctionOptions<Input>
  let body: @Sendable (Input, Step) async throws -> Output
  /// How the output is kept.
  let output: OutputForm<Output>
}

extension WorkflowFunction where Output: Codable {
  /// `id` is stored with each run; changing it makes it another function.
  public init(
    _ id: String, on triggers: [FunctionTrigger<Input>],
    options: FunctionOptions<Input> = FunctionOptions(),
    body: @escaping @Sendable (Input, Step) async throws -> Output
  ) {
    self.init(id: id, triggers: triggers, options: options, body: body, output: .json)
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

// Where a closure could be either, it gives a value.
extension WorkflowFunction where Output == Void {
  /// A function without output.
  @_disfavoredOverload
  public init(
    _ id: String, on triggers: [FunctionTrigger<Input>],
    options: FunctionOptions<Input> = FunctionOptions(),
    body: @escaping @Sendable (Input, Step) async throws -> Void
  ) {
    self.init(id: id, triggers: triggers, options: options, body: body, output: .none)
  }

  /// A function without output, on one type of event.
  @_disfavoredOverload
  public init(
    _ id: String, on type: Input.Type, options: FunctionOptions<Input> = FunctionOptions(),
    body: @escaping @Sendable (Input, Step) async throws -> Void
  ) where Input: WorkflowEvent {
    self.init(id, on: [.event(type)], options: options, body: body)
  }

  /// A function without output that only others start, with `step.invoke`.
  @_disfavoredOverload
  public init(
    invoked id: String, options: FunctionOptions<Input> = FunctionOptions(),
    body: @escaping @Sendable (Input, Step) async throws -> Void
  ) {
    self.init(id, on: [], options: options, body: body)
  }
}

/// How a function's output becomes JSON and comes back.
struct OutputForm<Output: Sendable>: Sendable {
  let write: @Sendable (Output) throws -> String
  let read: @Sendable (String) throws -> Output
}

extension OutputForm where Output: Codable {
  static var json: Self {
    Self(write: { try JSON.encode($0) }, read: { try JSON.decode(Output.self, from: $0) })
  }
}

extension OutputForm where Output == Void {
  static var none: Self { Self(write: { JSON.null }, read: { _ in }) }
}

/// The result of a step without one; `null` in the journal.
struct NoOutput: Codable, Sendable, Equatable {
  init() {}
  init(from decoder: any Decoder) throws {}
  func encode(to encoder: any Encoder) throws {
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

  package init(definitions: [FunctionDefinition]) { self.definitions = definitions }
}
