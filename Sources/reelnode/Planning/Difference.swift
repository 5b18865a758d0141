internal import SceneDocument

/// One field whose value is another than last time.
struct Difference: Hashable {
  /// Steps from the root, indexes as numbers.
  var path: [String]
  var was: JSONValue
  var now: JSONValue

  /// RFC 6901; the names in these values have no `/` and no `~`.
  var pointer: String { path.map { "/" + $0 }.joined() }

  /// Every plain value that differs; of lists of different length their lengths. Members are compared by name.
  static func between(_ was: JSONValue, _ now: JSONValue, at path: [String] = []) -> [Difference] {
    switch (was, now) {
    case (.object(let old), .object(let new)):
      let values = Dictionary(old.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
      let keys = Set(new.map(\.key))
      let gone = old.filter { !keys.contains($0.key) }
      return new.flatMap {
        between(values[$0.key] ?? .null, $0.value, at: path + [$0.key])
      } + gone.flatMap { between($0.value, .null, at: path + [$0.key]) }
    case (.array(let old), .array(let new)) where old.count == new.count:
      return zip(old, new).enumerated().flatMap { index, pair in
        between(pair.0, pair.1, at: path + [String(index)])
      }
    case (.array(let old), .array(let new)):
      return [
        Difference(path: path + ["length"], was: .integer(old.count), now: .integer(new.count))
      ]
    default: return was == now ? [] : [Difference(path: path, was: was, now: now)]
    }
  }
}
