/// One evaluation of an expression, with an account of the work it does.
struct Evaluation {
  /// Nodes visited, and some for what grows with the data.
  private static let mostWork = 200_000

  let event: Operand
  let async: Operand
  let vars: Operand
  /// UTC milliseconds.
  let now: Int64
  var locals: [Operand] = []
  private var work = 0

  init(event: Operand, async: Operand, vars: Operand, now: Int64) {
    (self.event, self.async, self.vars, self.now) = (event, async, vars, now)
  }

  mutating func charge(_ units: Int) throws(ExpressionFault) {
    work += units
    if work > Self.mostWork { throw ExpressionFault("evaluating it takes too much work") }
  }

  mutating func value(_ node: ExpressionNode) throws(ExpressionFault) -> Operand {
    try charge(1)
    switch node {
    case .literal(let value): return value
    case .variable(.event): return event
    case .variable(.async): return async
    case .variable(.vars): return vars
    case .local(let place): return locals[place]
    case .list(let nodes): return try list(nodes)
    case .field(let node, let name): return try member(name, of: value(node))
    case .index(let node, let index): return try item(value(index), of: value(node))
    case .not(let node): return .bool(try !value(node).isTruthy)
    case .negated(let node): return try negate(value(node))
    case .and(let nodes): return try decide(nodes, until: false)
    case .or(let nodes): return try decide(nodes, until: true)
    case .choice(let condition, let first, let second):
      return try value(condition).isTruthy ? value(first) : value(second)
    case .has(let node): return .bool(try !value(node).isMissing)
    default: return try operation(node)
    }
  }

  private mutating func operation(_ node: ExpressionNode) throws(ExpressionFault) -> Operand {
    switch node {
    case .arithmetic(let sign, let left, let right):
      return try calculate(sign, value(left), value(right))
    case .comparison(let sign, let left, let right):
      return .bool(try compare(sign, value(left), value(right)))
    case .isIn(let left, let right): return .bool(try isIn(value(left), value(right)))
    case .call(let function, let nodes): return try call(function, nodes)
    case .method(let method, let node, let nodes): return try call(method, value(node), nodes)
    case .matches(let node, let pattern): return try match(value(node), pattern)
    case .macro(let macro, let node, _, let condition, let body):
      return try loop(macro, over: value(node), condition: condition, body)
    default: throw ExpressionFault("it cannot be evaluated")
    }
  }

  private mutating func list(_ nodes: [ExpressionNode]) throws(ExpressionFault) -> Operand {
    var items: [JSONValue] = []
    for node in nodes { items.append(try value(node).json ?? .null) }
    return .list(items)
  }

  /// `&&` and `||` as JavaScript has them: the operand that decides. A fault in one is of no interest where another
  /// decides.
  private mutating func decide(
    _ nodes: [ExpressionNode], until end: Bool
  ) throws(ExpressionFault) -> Operand {
    var last = Operand.bool(!end)
    var fault: ExpressionFault?
    for node in nodes {
      do {
        last = try value(node)
        if last.isTruthy == end { return last }
      } catch {
        fault = fault ?? error
      }
    }
    if let fault { throw fault }
    return last
  }

  // MARK: Parts of values

  private mutating func member(_ name: String, of value: Operand) throws(ExpressionFault)
    -> Operand
  {
    guard case .map(let members) = value else { return .missing }
    try charge(members.count / 16)
    return members.first { $0.key == name }.map { Operand($0.value) } ?? .missing
  }

  private mutating func item(_ index: Operand, of value: Operand) throws(ExpressionFault)
    -> Operand
  {
    switch (value, index) {
    case (.map, .string(let name)): return try member(name, of: value)
    case (.list(let items), .int(let place)):
      return 0..<Int128(items.count) ~= place ? Operand(items[Int(place)]) : .missing
    case (.list, .double(let place)):
      guard let place = Int128(exactly: place) else { return .missing }
      return try item(.int(place), of: value)
    default: return .missing
    }
  }

  // MARK: Macros

  private mutating func loop(
    _ macro: ExpressionNode.Macro, over value: Operand, condition: ExpressionNode?,
    _ body: ExpressionNode
  ) throws(ExpressionFault) -> Operand {
    let items: [JSONValue]
    switch value {
    case .list(let list): items = list
    case .map(let members): items = members.map { .string($0.key) }
    case .missing, .null:
      return macro == .map || macro == .filter ? .list([]) : .bool(false)
    default: throw ExpressionFault("'\(macro.rawValue)' goes through a list, not \(value.kind)")
    }
    var kept: [JSONValue] = []
    var count = 0
    locals.append(.missing)
    defer { locals.removeLast() }
    for item in items {
      locals[locals.count - 1] = Operand(item)
      if let condition, try !self.value(condition).isTruthy { continue }
      let result = try self.value(body)
      switch macro {
      case .map: kept.append(result.json ?? .null)
      case .filter: if result.isTruthy { kept.append(item) }
      case .all: if !result.isTruthy { return .bool(false) }
      case .exists: if result.isTruthy { return .bool(true) }
      case .existsOne: count += result.isTruthy ? 1 : 0
      }
    }
    switch macro {
    case .map, .filter: return .list(kept)
    case .all: return .bool(true)
    case .exists: return .bool(false)
    case .existsOne: return .bool(count == 1)
    }
  }
}
