/// A function that an engine does not take.
public struct InvalidFunction: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String
  package init(_ description: String) { self.description = description }
}

/// The functions of one engine at one time, by id and by what they listen to.
struct FunctionRegistry: Sendable {
  private let byID: [String: FunctionDefinition]
  private let byName: [String: [FunctionDefinition]]
  private let wildcards: [FunctionDefinition]
  private let byCancelling: [String: [FunctionDefinition]]
  /// Those that the engine was made with.
  private let own: [FunctionDefinition]
  /// Those that came while it runs, by whom they belong to.
  private let groups: [String: [FunctionDefinition]]
  let all: [FunctionDefinition]
  let tickers: [CronTicker]

  /// Throws `InvalidFunction` for doubles and for what makes no sense.
  init(_ functions: [any RegistrableFunction]) throws {
    try self.init(functions.flatMap { $0.registration.definitions }, groups: [:])
  }

  private init(_ own: [FunctionDefinition], groups: [String: [FunctionDefinition]]) throws {
    (self.own, self.groups) = (own, groups)
    all = own + groups.sorted { $0.key < $1.key }.flatMap(\.value)
    var byID: [String: FunctionDefinition] = [:]
    var byName: [String: [FunctionDefinition]] = [:]
    for function in all {
      try Self.check(function)
      if byID.updateValue(function, forKey: function.id) != nil {
        throw InvalidFunction("function '\(function.id)' is there twice\n  → give one another id")
      }
      for name in Set(function.triggers.map(\.pattern).filter { !$0.isWildcard }.map(\.text)) {
        byName[name, default: []].append(function)
      }
    }
    (self.byID, self.byName) = (byID, byName)
    byCancelling = Dictionary(
      grouping: all.flatMap { function in
        Set(function.rules.cancelOn.map(\.name)).map { (name: $0, function: function) }
      }, by: \.name
    ).mapValues { $0.map(\.function) }
    tickers = try all.flatMap(CronTicker.all)
    wildcards = all.filter { $0.triggers.contains { $0.pattern.isWildcard } }
  }

  subscript(id: String) -> FunctionDefinition? { byID[id] }

  /// With other functions in a group; those that the group had and no longer has are archived.
  func replacing(_ group: String, with functions: [FunctionDefinition]) throws -> FunctionRegistry {
    let kept = Set(functions.map(\.id))
    let gone = (groups[group] ?? []).filter { !kept.contains($0.id) }.map(\.archived)
    var groups = groups
    groups[group] = functions + gone
    return try FunctionRegistry(own, groups: groups)
  }

  /// Whom a function belongs to; nil for the engine's own.
  func group(of id: String) -> String? {
    groups.first { $0.value.contains { $0.id == id } }?.key
  }

  func functions(of group: String) -> [FunctionDefinition] { groups[group] ?? [] }

  /// Those that an event of this name and content starts, each once.
  func listeners(to event: Event) -> [FunctionDefinition] {
    let named = (byName[event.name] ?? []).filter { $0.listens(to: event) }
    if wildcards.isEmpty { return named }
    let known = Set(named.map(\.id))
    return named + wildcards.filter { !known.contains($0.id) && $0.listens(to: event) }
  }

  /// Those some of whose runs an event of this name may cancel.
  func cancelled(by eventName: String) -> [FunctionDefinition] { byCancelling[eventName] ?? [] }

  private static func check(_ function: FunctionDefinition) throws {
    let subject = "function '\(function.id)'"
    if function.id.isEmpty { throw InvalidFunction("a function has an empty id") }
    for trigger in function.triggers {
      if let fault = trigger.pattern.fault {
        throw InvalidFunction("\(subject): trigger '\(trigger.pattern.text)': \(fault)")
      }
    }
    if function.triggers.count + function.crons.count > 10 {
      throw InvalidFunction("\(subject): a function may have 10 triggers at most")
    }
    if !(0...20).contains(function.retries.retries) {
      throw InvalidFunction("\(subject): retries must be 0 to 20, not \(function.retries.retries)")
    }
    try function.rules.check(function)
  }
}
