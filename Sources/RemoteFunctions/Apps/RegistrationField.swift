internal import Workflows

/// A place in a registration's body, read with the checks that all of its values need.
///
/// Keys are found without regard to letter case and `_`, since SDKs spell them differently. Null is as good as nothing.
struct RegistrationField {
  let value: JSONValue
  let path: String

  func fail(_ problem: String, _ remedy: String) -> RegistrationError {
    RegistrationError(path: path, problem: problem, remedy: remedy)
  }

  private func wrong(_ wanted: String) -> RegistrationError {
    fail("it is \(value.kind), and \(wanted) is needed", "give \(wanted)")
  }

  subscript(key: String) -> RegistrationField? {
    let wanted = Self.plain(key)
    let found =
      value.members?.first { $0.key == key }
      ?? value.members?.first {
        Self.plain($0.key) == wanted
      }
    guard let found, !found.value.isNull else { return nil }
    return RegistrationField(value: found.value, path: path.isEmpty ? key : "\(path).\(key)")
  }

  private static func plain(_ key: String) -> String {
    key.lowercased().filter { $0 != "_" }
  }

  func required(_ key: String) throws(RegistrationError) -> RegistrationField {
    if value.members == nil { throw wrong("an object") }
    guard let field = self[key] else {
      throw fail("'\(key)' is missing", "give '\(key)'")
    }
    return field
  }

  // MARK: Values

  func string() throws(RegistrationError) -> String {
    guard let text = value.string else { throw wrong("text") }
    return text
  }

  /// Nil for an empty one.
  func text(_ key: String) throws(RegistrationError) -> String? {
    guard let text = try self[key]?.string(), !text.isEmpty else { return nil }
    return text
  }

  func integer(_ allowed: ClosedRange<Int64>) throws(RegistrationError) -> Int {
    guard let number = value.integer else { throw wrong("a whole number") }
    guard allowed.contains(number) else {
      throw fail(
        "it is \(number)", "give a number from \(allowed.lowerBound) to \(allowed.upperBound)")
    }
    return Int(number)
  }

  func object() throws(RegistrationError) {
    if value.members == nil { throw wrong("an object") }
  }

  func list(_ most: Int, _ name: String) throws(RegistrationError) -> [RegistrationField] {
    guard let items = value.items else { throw wrong("a list") }
    if items.count > most {
      throw fail("it has \(items.count) \(name)", "give \(most) at most")
    }
    return items.enumerated().map { RegistrationField(value: $1, path: "\(path)[\($0)]") }
  }

  /// A list, or one object that stands for a list of itself.
  func oneOrMore(_ most: Int, _ name: String) throws(RegistrationError) -> [RegistrationField] {
    value.items == nil ? [self] : try list(most, name)
  }

  func duration(
    from least: Duration, to most: Duration
  ) throws(RegistrationError) -> Duration {
    let text = try string()
    do {
      let duration = try DurationText.parse(text.filter { $0 != " " })
      if least <= duration, duration <= most { return duration }
    } catch {
      throw fail("'\(text)' is no duration", "write it as 90s, 5m, 2h30m, 1d or 1w")
    }
    throw fail(
      "'\(text)' is not between \(Self.text(least)) and \(Self.text(most))",
      "give a duration between them")
  }

  private static func text(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    if seconds > 0, seconds % 86_400 == 0 { return "\(seconds / 86_400)d" }
    return seconds > 0 ? "\(seconds)s" : "1ms"
  }

  /// Nil where there is none, or an empty one.
  func expression(_ key: String) throws(RegistrationError) -> Expression? {
    guard let text = try text(key) else { return nil }
    do {
      return try Expression(parsing: text)
    } catch {
      throw RegistrationError(
        path: "\(path).\(key)",
        problem:
          "expression '\(error.expression)': at character \(error.offset + 1): \(error.problem)",
        remedy: error.remedy)
    }
  }
}
