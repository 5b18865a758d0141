/// Makes an expression of its tokens.
struct ExpressionParser {
  /// Bytes.
  static let longest = 16 << 10
  /// Brackets within brackets.
  static let deepest = 100
  /// Operations each of which is a part of the one above.
  static let highest = 250

  let text: String
  let tokens: [ExpressionToken]
  var place = 0
  /// Macros' variables that may be named here.
  var locals: [String] = []
  private var depth = 0

  /// A node with the number of nodes below one another in it.
  struct Part {
    var node: ExpressionNode
    var height = 1
    /// A chain of `.field` up to here is what `has` may be asked of.
    var isSelection = false
  }

  init(_ text: String) throws(ExpressionError) {
    if text.utf8.count > Self.longest {
      throw ExpressionError(
        text, at: 0, "it has \(text.utf8.count) bytes, and \(Self.longest) are allowed",
        "write it shorter")
    }
    self.text = text
    var lexer = ExpressionLexer(text)
    tokens = try lexer.tokens()
  }

  mutating func parse() throws(ExpressionError) -> ExpressionNode {
    if tokens.count == 1 { throw error("it is empty", "write a condition, or leave it out") }
    let part = try expression()
    if tokens[place].kind != .end {
      throw error(
        "nothing may follow here", "join conditions with '&&' or '||', and put texts in quotes")
    }
    return part.node
  }

  // MARK: Tokens

  func error(_ problem: String, _ remedy: String, at token: Int? = nil) -> ExpressionError {
    ExpressionError(text, at: tokens[token ?? place].offset, problem, remedy)
  }

  /// The sign at this place; nil for anything else.
  var sign: String? { if case .sign(let sign) = tokens[place].kind { sign } else { nil } }

  mutating func take(_ wanted: String) -> Bool {
    guard sign == wanted else { return false }
    place += 1
    return true
  }

  mutating func expect(_ wanted: String, _ purpose: String) throws(ExpressionError) {
    if !take(wanted) { throw error("'\(wanted)' is missing", "write '\(wanted)' \(purpose)") }
  }

  func make(
    _ node: ExpressionNode, over parts: [Part], isSelection: Bool = false
  ) throws(ExpressionError) -> Part {
    let height = 1 + (parts.map(\.height).max() ?? 0)
    if height > Self.highest {
      throw error("it has more than \(Self.highest) operations within one another", "split it")
    }
    return Part(node: node, height: height, isSelection: isSelection)
  }

  // MARK: Operators

  mutating func expression() throws(ExpressionError) -> Part {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.deepest {
      throw error("it is nested deeper than \(Self.deepest) levels", "write it flatter")
    }
    let condition = try binary(0)
    guard take("?") else { return condition }
    let first = try expression()
    try expect(":", "between the two values of '?'")
    let second = try expression()
    return try make(
      .choice(condition.node, first.node, second.node), over: [condition, first, second])
  }

  /// Operators by how closely they bind, the loosest first.
  private static let levels = [
    ["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">=", "in"], ["+", "-"], ["*", "/", "%"],
  ]

  private var binaryOperator: String? {
    if case .name("in") = tokens[place].kind { "in" } else { sign }
  }

  private mutating func binary(_ level: Int) throws(ExpressionError) -> Part {
    if level == Self.levels.count { return try unary() }
    var left = try binary(level + 1)
    var chain = [left]
    while let name = binaryOperator, Self.levels[level].contains(name) {
      place += 1
      let right = try binary(level + 1)
      if level < 2 {
        chain.append(right)
      } else {
        left = try make(Self.node(name, left.node, right.node), over: [left, right])
      }
    }
    if chain.count == 1 { return left }
    let nodes = chain.map(\.node)
    return try make(level == 0 ? .or(nodes) : .and(nodes), over: chain)
  }

  private static func node(
    _ name: String, _ left: ExpressionNode, _ right: ExpressionNode
  ) -> ExpressionNode {
    if let comparison = ExpressionNode.Comparison(rawValue: name) {
      return .comparison(comparison, left, right)
    }
    if let arithmetic = ExpressionNode.Arithmetic(rawValue: name) {
      return .arithmetic(arithmetic, left, right)
    }
    return .isIn(left, right)
  }

  private mutating func unary() throws(ExpressionError) -> Part {
    var signs: [String] = []
    while let sign, sign == "!" || sign == "-" {
      signs.append(sign)
      place += 1
    }
    var part = try selection()
    for sign in signs.reversed() {
      part = try make(sign == "!" ? .not(part.node) : .negated(part.node), over: [part])
    }
    return part
  }

  // MARK: Fields, indexes, methods

  private mutating func selection() throws(ExpressionError) -> Part {
    var part = try primary()
    while true {
      if take(".") {
        part = try member(of: part)
      } else if take("[") {
        let index = try expression()
        try expect("]", "after an index")
        part = try make(.index(part.node, index.node), over: [part, index], isSelection: true)
      } else {
        return part
      }
    }
  }

  private mutating func member(of part: Part) throws(ExpressionError) -> Part {
    guard case .name(let name) = tokens[place].kind else {
      throw error("a field's name is missing after '.'", "write it as event.data.name")
    }
    place += 1
    if take("(") { return try method(name, of: part) }
    return try make(.field(part.node, name), over: [part], isSelection: true)
  }
}
