/// A text that is no expression.
public struct ExpressionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The expression as it was written, cut where it is long.
  public let expression: String
  /// The place of the fault: characters (Unicode scalars) before it.
  public let offset: Int
  public let problem: String
  public let remedy: String

  init(_ expression: String, at offset: Int, _ problem: String, _ remedy: String) {
    self.expression =
      expression.utf8.count > 200 ? String(expression.prefix(200)) + "…" : expression
    (self.offset, self.problem, self.remedy) = (offset, problem, remedy)
  }

  public var description: String { "\(fault)\n  → \(remedy)" }

  /// Without the remedy.
  var fault: String { "expression '\(expression)': at character \(offset + 1): \(problem)" }
}

/// An expression that has no value for what it was given, such as `'a' * 2`.
public struct ExpressionFault: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
