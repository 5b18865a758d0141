public import Storage

/// A condition or a key over events: the syntax of CEL with loose types, such as
/// `async.data.sceneId == event.data.sceneId && event.data.draft != true`.
///
/// What an event does not have is "missing" and makes no fault: it equals `null` and nothing else. Evaluating has no
/// effects, and takes a bounded time: an expression that would take longer has no value.
public struct Expression: Sendable {
  /// As it was written.
  public let text: String
  let root: ExpressionNode

  /// Throws `ExpressionError` with the place of the fault.
  public init(parsing text: String) throws(ExpressionError) {
    self.text = text
    var parser = try ExpressionParser(text)
    root = try parser.parse()
  }

  /// Its value; nil where that is missing. The variables are `event`, `async` and `vars`; `now` is in UTC milliseconds.
  public func value(
    _ variables: [String: JSONValue], now: Int64 = SystemClock().now
  ) throws(ExpressionFault) -> JSONValue? {
    try operand(variables, now: now).json
  }

  /// Whether its value is `true`. All else, a fault too, is no match.
  public func isTrue(
    event: JSONValue, async: JSONValue? = nil, now: Int64 = SystemClock().now
  ) -> Bool {
    if case .bool(true)? = try? operand(event: event, async: async, now: now) {
      true
    } else {
      false
    }
  }

  /// Its value as the text of a key; nil where it is missing or has none.
  public func text(event: JSONValue, now: Int64 = SystemClock().now) -> String? {
    guard let value = try? operand(event: event, async: nil, now: now) else { return nil }
    if case .missing = value { return nil }
    return value.text
  }

  func operand(
    event: JSONValue, async: JSONValue?, now: Int64
  ) throws(ExpressionFault) -> Operand {
    var evaluation = Evaluation(
      event: Operand(event), async: async.map { Operand($0) } ?? .missing, vars: .missing, now: now)
    return try evaluation.value(root)
  }

  private func operand(
    _ variables: [String: JSONValue], now: Int64
  ) throws(ExpressionFault) -> Operand {
    func operand(_ name: String) -> Operand { variables[name].map { Operand($0) } ?? .missing }
    var evaluation = Evaluation(
      event: operand("event"), async: operand("async"), vars: operand("vars"), now: now)
    return try evaluation.value(root)
  }

  /// Throws where it uses more than comparing, deciding, fields and numbers, as a `cancel` may: no macros and methods, and
  /// of the functions only `int`, `uint` and `double`.
  public func checkRestricted() throws(ExpressionError) {
    guard let name = root.firstUnrestricted else { return }
    throw ExpressionError(
      text, at: 0, "'\(name)' may not be used here",
      "use comparisons, '&&', '||', '!', 'in', fields, and int, uint or double alone")
  }
}

extension Expression: Equatable, CustomStringConvertible {
  public static func == (left: Expression, right: Expression) -> Bool { left.text == right.text }
  public var description: String { text }
}
