extension Evaluation {
  func negate(_ value: Operand) throws(ExpressionFault) -> Operand {
    switch value {
    case .missing, .null: return value
    case .int(let number) where number != .min: return .int(-number)
    case .double(let number): return .double(-number)
    case .duration(let length) where length != .min: return .duration(-length)
    default: throw ExpressionFault("'-' is for numbers, not for \(value.kind)")
    }
  }

  mutating func calculate(
    _ sign: ExpressionNode.Arithmetic, _ left: Operand, _ right: Operand
  ) throws(ExpressionFault) -> Operand {
    if sign == .add, let joined = try join(left, right) { return joined }
    switch (left, right) {
    case (.missing, .missing): return .missing
    case (.null, .null), (.null, .missing), (.missing, .null): return .null
    case (.null, _), (.missing, _): return try calculate(sign, right.zero, right)
    case (_, .null), (_, .missing): return try calculate(sign, left, left.zero)
    case (.int(let left), .int(let right)): return try calculate(sign, left, right)
    case (.int, .double), (.double, .int), (.double, .double):
      return .double(Self.calculate(sign, left.double ?? 0, right.double ?? 0))
    case (.instant(let left), .instant(let right)) where sign == .subtract:
      return .duration(try Self.checked(left.subtractingReportingOverflow(right)))
    case (.instant(let time), .duration(let length)): return .instant(try shift(sign, time, length))
    case (.duration(let length), .instant(let time)) where sign == .add:
      return .instant(try shift(sign, time, length))
    case (.duration(let left), .duration(let right)): return .duration(try shift(sign, left, right))
    default:
      throw ExpressionFault("'\(sign.rawValue)' is not for \(left.kind) and \(right.kind)")
    }
  }

  /// Texts with anything, and lists.
  private mutating func join(_ left: Operand, _ right: Operand) throws(ExpressionFault) -> Operand?
  {
    switch (left, right) {
    case (.string, _), (_, .string):
      let text = (left.isNothing ? "" : left.text) + (right.isNothing ? "" : right.text)
      try charge(text.utf8.count / 64)
      return .string(text)
    case (.list(let left), .list(let right)):
      try charge(left.count + right.count)
      return .list(left + right)
    case (.list, .null), (.list, .missing): return left
    case (.null, .list), (.missing, .list): return right
    default: return nil
    }
  }

  private func calculate(
    _ sign: ExpressionNode.Arithmetic, _ left: Int128, _ right: Int128
  ) throws(ExpressionFault) -> Operand {
    switch sign {
    case .add: return .int(try Self.checked(left.addingReportingOverflow(right)))
    case .subtract: return .int(try Self.checked(left.subtractingReportingOverflow(right)))
    case .multiply: return .int(try Self.checked(left.multipliedReportingOverflow(by: right)))
    case .divide, .remainder:
      if right == 0 { throw ExpressionFault("it divides by zero") }
      return .int(
        try Self.checked(
          sign == .divide
            ? left.dividedReportingOverflow(by: right)
            : left.remainderReportingOverflow(dividingBy: right)))
    }
  }

  private static func calculate(
    _ sign: ExpressionNode.Arithmetic, _ left: Double, _ right: Double
  ) -> Double {
    switch sign {
    case .add: left + right
    case .subtract: left - right
    case .multiply: left * right
    case .divide: left / right
    case .remainder: left.truncatingRemainder(dividingBy: right)
    }
  }

  private func shift(
    _ sign: ExpressionNode.Arithmetic, _ time: Int64, _ length: Int64
  ) throws(ExpressionFault) -> Int64 {
    switch sign {
    case .add: return try Self.checked(time.addingReportingOverflow(length))
    case .subtract: return try Self.checked(time.subtractingReportingOverflow(length))
    default: throw ExpressionFault("'\(sign.rawValue)' is not for times")
    }
  }

  private static func checked<Value>(
    _ result: (partialValue: Value, overflow: Bool)
  ) throws(ExpressionFault) -> Value {
    if result.overflow { throw ExpressionFault("a number becomes too large") }
    return result.partialValue
  }
}
