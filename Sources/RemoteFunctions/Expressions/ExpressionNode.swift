/// An expression as it was understood.
indirect enum ExpressionNode: Sendable {
  enum Variable: String, Sendable, CaseIterable { case event, async, vars }
  enum Arithmetic: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
  }

  enum Comparison: String, Sendable {
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
  }

  enum Macro: String, Sendable, CaseIterable {
    case all, exists
    case existsOne = "exists_one"
    case map, filter
  }

  case literal(Operand)
  case list([ExpressionNode])
  case variable(Variable)
  /// The variable of a macro: its place among those around it.
  case local(Int)
  case field(ExpressionNode, String)
  case index(ExpressionNode, ExpressionNode)
  case not(ExpressionNode)
  case negated(ExpressionNode)
  case arithmetic(Arithmetic, ExpressionNode, ExpressionNode)
  case comparison(Comparison, ExpressionNode, ExpressionNode)
  case isIn(ExpressionNode, ExpressionNode)
  case and([ExpressionNode])
  case or([ExpressionNode])
  case choice(ExpressionNode, ExpressionNode, ExpressionNode)
  case has(ExpressionNode)
  case call(ExpressionFunction, [ExpressionNode])
  case method(ExpressionMethod, ExpressionNode, [ExpressionNode])
  /// `matches` with a pattern that is known beforehand.
  case matches(ExpressionNode, TextPattern)
  /// `condition` is what `map` may have before its value.
  case macro(Macro, ExpressionNode, local: Int, condition: ExpressionNode?, ExpressionNode)

  /// The parts that it is made of.
  var children: [ExpressionNode] {
    switch self {
    case .literal, .variable, .local: []
    case .list(let nodes), .and(let nodes), .or(let nodes), .call(_, let nodes): nodes
    case .field(let node, _), .not(let node), .negated(let node), .has(let node),
      .matches(let node, _):
      [node]
    case .index(let left, let right), .arithmetic(_, let left, let right),
      .comparison(_, let left, let right), .isIn(let left, let right):
      [left, right]
    case .choice(let condition, let first, let second): [condition, first, second]
    case .method(_, let node, let nodes): [node] + nodes
    case .macro(_, let node, _, let condition, let body):
      [node] + (condition.map { [$0] } ?? []) + [body]
    }
  }

  /// The name of the first thing that a restricted expression may not have.
  var firstUnrestricted: String? {
    switch self {
    case .has: return "has"
    case .matches: return ExpressionMethod.matches.rawValue
    case .method(let method, _, _): return method.rawValue
    case .macro(let macro, _, _, _, _): return macro.rawValue
    case .call(let function, _) where !function.isRestricted: return function.rawValue
    default: return children.lazy.compactMap(\.firstUnrestricted).first
    }
  }
}

enum ExpressionFunction: String, Sendable, CaseIterable {
  case int, uint, double, string, size, duration, date, now
  case nowPlus = "now_plus"
  case nowMinus = "now_minus"
  case lowercase, uppercase, b64decode
  case jsonParse = "json_parse"

  var argumentCount: Int { self == .now ? 0 : 1 }
  /// Allowed where an expression is restricted.
  var isRestricted: Bool { self == .int || self == .uint || self == .double }
}

enum ExpressionMethod: String, Sendable, CaseIterable {
  case contains, startsWith, endsWith, matches, size

  var argumentCount: Int { self == .size ? 0 : 1 }
}
