extension Evaluation {
  mutating func compare(
    _ sign: ExpressionNode.Comparison, _ left: Operand, _ right: Operand
  ) throws(ExpressionFault) -> Bool {
    switch sign {
    case .equal: return try isEqual(left, right)
    case .unequal: return try !isEqual(left, right)
    case .less, .atMost:
      if left.isMissing { return true }
      if right.isMissing { return false }
      guard let order = try order(left, right) else { return false }
      return order < 0 || (sign == .atMost && order == 0)
    case .greater, .atLeast:
      if left.isMissing { return false }
      if right.isMissing { return true }
      guard let order = try order(left, right) else { return false }
      return order > 0 || (sign == .atLeast && order == 0)
    }
  }

  /// Numbers of both kinds compare; lists and objects do with all they hold; other kinds differ.
  mutating func isEqual(_ left: Operand, _ right: Operand) throws(ExpressionFault) -> Bool {
    switch (left, right) {
    case (.missing, .missing): return false
    case (.missing, .null), (.null, .missing), (.null, .null): return true
    case (.bool(let left), .bool(let right)): return left == right
    case (.string(let left), .string(let right)): return try isSame(left, right)
    case (.int(let left), .int(let right)): return left == right
    case (.int, .double), (.double, .int), (.double, .double): return left.double == right.double
    case (.list(let left), .list(let right)): return try isEqual(left, right)
    case (.map(let left), .map(let right)): return try isEqual(left, right)
    case (.instant, _), (_, .instant):
      guard let left = left.instant, let right = right.instant else { return false }
      return left == right
    case (.duration(let left), .duration(let right)): return left == right
    default: return false
    }
  }

  /// Byte by byte: texts that only look alike differ.
  private mutating func isSame(_ left: String, _ right: String) throws(ExpressionFault) -> Bool {
    if left.utf8.count != right.utf8.count { return false }
    try charge(left.utf8.count / 64)
    return left.utf8.elementsEqual(right.utf8)
  }

  private mutating func isEqual(_ left: [JSONValue], _ right: [JSONValue]) throws(ExpressionFault)
    -> Bool
  {
    if left.count != right.count { return false }
    for (left, right) in zip(left, right) {
      try charge(1)
      if try !isEqual(Operand(left), Operand(right)) { return false }
    }
    return true
  }

  private mutating func isEqual(
    _ left: [JSONValue.Member], _ right: [JSONValue.Member]
  ) throws(ExpressionFault) -> Bool {
    if left.count != right.count { return false }
    try charge(left.count)
    let others = Dictionary(right.map { ($0.key, $0.value) }) { first, _ in first }
    for member in left {
      guard let other = others[member.key] else { return false }
      if try !isEqual(Operand(member.value), Operand(other)) { return false }
    }
    return true
  }

  /// Below 0 where the left one is smaller; nil where they have no order. Null counts as the other one's zero.
  private mutating func order(_ left: Operand, _ right: Operand) throws(ExpressionFault) -> Int? {
    switch (left, right) {
    case (.null, .null): return 0
    case (.null, _): return try order(right.zero, right)
    case (_, .null): return try order(left, left.zero)
    case (.int(let left), .int(let right)): return Self.sign(left, right)
    case (.int, .double), (.double, .int), (.double, .double):
      guard let left = left.double, let right = right.double, !left.isNaN, !right.isNaN else {
        return nil
      }
      return Self.sign(left, right)
    case (.string(let left), .string(let right)):
      try charge(min(left.utf8.count, right.utf8.count) / 64)
      if left.utf8.lexicographicallyPrecedes(right.utf8) { return -1 }
      return left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8) ? 0 : 1
    case (.bool(let left), .bool(let right)): return Self.sign(left ? 1 : 0, right ? 1 : 0)
    case (.duration(let left), .duration(let right)): return Self.sign(left, right)
    case (.instant, _), (_, .instant):
      guard let left = left.instant, let right = right.instant else { return nil }
      return Self.sign(left, right)
    default: return nil
    }
  }

  private static func sign<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
    left < right ? -1 : left == right ? 0 : 1
  }

  mutating func isIn(_ value: Operand, _ container: Operand) throws(ExpressionFault) -> Bool {
    switch (value, container) {
    case (.missing, _), (_, .missing), (_, .null): return false
    case (_, .list(let items)):
      for item in items {
        try charge(1)
        if try isEqual(value, Operand(item)) { return true }
      }
      return false
    case (.string(let name), .map(let members)):
      try charge(members.count / 16)
      return members.contains { $0.key == name }
    case (_, .map): return false
    default: throw ExpressionFault("'in' looks into a list, not \(container.kind)")
    }
  }
}

extension Operand {
  /// As a point in time: a date's text and Unix seconds or milliseconds too.
  var instant: Int64? {
    switch self {
    case .instant(let milliseconds): milliseconds
    case .string(let text): InstantText.read(text)
    case .int, .double: double.flatMap { InstantText.read($0) }
    default: nil
    }
  }
}
