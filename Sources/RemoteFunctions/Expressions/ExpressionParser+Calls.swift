extension ExpressionParser {
  mutating func primary() throws(ExpressionError) -> Part {
    let token = tokens[place]
    place += 1
    switch token.kind {
    case .integer(let number): return Part(node: .literal(.int(number)))
    case .decimal(let number): return Part(node: .literal(.double(number)))
    case .string(let text): return Part(node: .literal(.string(text)))
    case .sign("("):
      let inside = try expression()
      try expect(")", "to close the bracket")
      return inside
    case .sign("["):
      let items = try arguments(until: "]")
      return try make(.list(items.map(\.node)), over: items)
    case .name(let name): return try named(name)
    case .sign(let sign):
      place -= 1
      throw error(
        "a value is missing before '\(sign)'", "write a field, a number, or a text in quotes")
    case .end:
      place -= 1
      throw error("it ends too early", "write what belongs after the last sign")
    }
  }

  private mutating func named(_ name: String) throws(ExpressionError) -> Part {
    switch name {
    case "true": return Part(node: .literal(.bool(true)))
    case "false": return Part(node: .literal(.bool(false)))
    case "null": return Part(node: .literal(.null))
    default: break
    }
    if take("(") { return try call(name) }
    if let local = locals.lastIndex(of: name) { return Part(node: .local(local)) }
    guard let variable = ExpressionNode.Variable(rawValue: name) else {
      throw error(
        "there is no variable '\(name)'", "begin with event or async, or put a text in quotes",
        at: place - 1)
    }
    return Part(node: .variable(variable))
  }

  /// Expressions up to a closing bracket, which is taken.
  private mutating func arguments(until end: String) throws(ExpressionError) -> [Part] {
    var parts: [Part] = []
    if take(end) { return parts }
    repeat {
      if !parts.isEmpty, end == "]", sign == "]" { break }
      parts.append(try expression())
    } while take(",")
    try expect(end, "after the last value")
    return parts
  }

  private mutating func call(_ name: String) throws(ExpressionError) -> Part {
    let start = place - 2
    if name == "has" { return try has() }
    guard let function = ExpressionFunction(rawValue: name) else {
      let known = ExpressionFunction.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("there is no function '\(name)'", "use one of \(known), has", at: start)
    }
    let parts = try arguments(until: ")")
    try check(parts.count, function.argumentCount, name, at: start)
    return try make(.call(function, parts.map(\.node)), over: parts)
  }

  private func check(_ count: Int, _ wanted: Int, _ name: String, at token: Int)
    throws(ExpressionError)
  {
    if count != wanted {
      throw error(
        "'\(name)' is given \(count) values", "give it \(wanted == 0 ? "none" : "one")", at: token)
    }
  }

  private mutating func has() throws(ExpressionError) -> Part {
    let start = place
    let parts = try arguments(until: ")")
    guard parts.count == 1, parts[0].isSelection else {
      throw error("'has' asks for one field", "write it as has(event.data.name)", at: start)
    }
    return try make(.has(parts[0].node), over: parts)
  }

  // MARK: Methods and macros

  mutating func method(_ name: String, of part: Part) throws(ExpressionError) -> Part {
    let start = place - 2
    if let macro = ExpressionNode.Macro(rawValue: name) { return try self.macro(macro, of: part) }
    guard let method = ExpressionMethod(rawValue: name) else {
      let known = ExpressionMethod.allCases.map(\.rawValue).joined(separator: ", ")
      throw error(
        "there is no method '\(name)'", "use one of \(known), all, exists, map, filter", at: start)
    }
    let parts = try arguments(until: ")")
    try check(parts.count, method.argumentCount, name, at: start)
    if method == .matches, case .literal(.string(let pattern)) = parts[0].node {
      return try make(.matches(part.node, self.pattern(pattern, at: start + 2)), over: [part])
    }
    return try make(.method(method, part.node, parts.map(\.node)), over: [part] + parts)
  }

  private func pattern(_ text: String, at token: Int) throws(ExpressionError) -> TextPattern {
    do {
      return try TextPattern(text)
    } catch {
      throw self.error(
        "the pattern is wrong: \(error.problem)", "write it as RE2 does: '^[a-z]+-[0-9]{2}$'",
        at: token)
    }
  }

  private mutating func macro(
    _ macro: ExpressionNode.Macro, of part: Part
  ) throws(ExpressionError) -> Part {
    let example = "write it as event.data.items.\(macro.rawValue)(i, i.price > 3)"
    guard case .name(let variable) = tokens[place].kind else {
      throw error("'\(macro.rawValue)' needs a variable", example)
    }
    place += 1
    try expect(",", "after the variable of '\(macro.rawValue)'")
    locals.append(variable)
    defer { locals.removeLast() }
    var body = try expression()
    var condition: Part?
    if macro == .map, take(",") {
      condition = body
      body = try expression()
    }
    try expect(")", "to close '\(macro.rawValue)'")
    return try make(
      .macro(
        macro, part.node, local: locals.count - 1, condition: condition?.node, body.node),
      over: [part, body] + (condition.map { [$0] } ?? []))
  }
}
