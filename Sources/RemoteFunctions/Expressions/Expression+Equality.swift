/// A condition's demand that a field of the incoming event equals something of the run's own, by which events and
/// runs find each other without each being compared with each.
public struct ExpressionEquality: Sendable {
  let incoming: ExpressionNode
  let own: ExpressionNode
  /// The names of the incoming event's field, such as `data`, `sceneId`; nil where one of them is an index.
  public let path: [String]?
}

extension Expression {
  /// The first `async.… == event.…`, or `== 'text'`, that has to hold for the whole to be true; nil where there is none.
  public var equality: ExpressionEquality? {
    let conditions = if case .and(let nodes) = root { nodes } else { [root] }
    for case .comparison(.equal, let left, let right) in conditions {
      for (incoming, own) in [(left, right), (right, left)]
      where incoming.base == .async && (own.base == .event || own.isLiteral) {
        return ExpressionEquality(incoming: incoming, own: own, path: incoming.names)
      }
    }
    return nil
  }
}

extension ExpressionEquality {
  /// The same text for all values that are equal to that of the incoming event.
  public func key(incoming event: JSONValue) -> String? {
    var evaluation = Evaluation(event: .missing, async: Operand(event), vars: .missing, now: 0)
    return (try? evaluation.value(incoming))?.indexKey
  }

  /// The same for the run's own event.
  public func key(own event: JSONValue) -> String? {
    var evaluation = Evaluation(event: Operand(event), async: .missing, vars: .missing, now: 0)
    return (try? evaluation.value(own))?.indexKey
  }

  /// What the incoming event's field has to equal.
  public func value(own event: JSONValue) -> JSONValue? {
    var evaluation = Evaluation(event: Operand(event), async: .missing, vars: .missing, now: 0)
    return (try? evaluation.value(own))?.json
  }
}

extension ExpressionNode {
  /// The variable of a plain chain of fields; nil for anything else.
  fileprivate var base: Variable? {
    switch self {
    case .variable(let variable): variable
    case .field(let node, _): node.base
    case .index(let node, .literal): node.base
    default: nil
    }
  }

  fileprivate var isLiteral: Bool { if case .literal = self { true } else { false } }

  fileprivate var names: [String]? {
    switch self {
    case .variable: []
    case .field(let node, let name), .index(let node, .literal(.string(let name))):
      node.names.map { $0 + [name] }
    default: nil
    }
  }
}

extension Operand {
  /// Values that are equal have the same one; some that differ share one too.
  fileprivate var indexKey: String {
    switch self {
    case .missing, .null: return "0"
    case .bool(let flag): return flag ? "t" : "f"
    case .int, .double:
      // Whole numbers and others are compared as doubles.
      return "#" + CanonicalNumber.text(double ?? 0)
    case .string(let text): return "'" + text.prefix(200)
    case .list, .map, .instant, .duration: return "*"
    }
  }
}
