internal import Storage

extension Commit {
  /// Tells the waits that an event may end that they should look at it; how many those are.
  ///
  /// The property to compare is part of the index, so that one event among 100 000 waits for its name reaches those alone
  /// that want its value. A wait is ended by its own run, which has the types: this only wakes it.
  mutating func hintWaits(for event: Event) throws -> Int {
    var count = 0
    var path = try firstPath(of: event.name, after: nil)
    while let current = path {
      count += try hintWaits(for: event, comparing: current)
      path = try firstPath(of: event.name, after: current)
    }
    if count > 0 { try wakeHinted() }
    return count
  }

  private func firstPath(of name: String, after path: String?) throws -> String? {
    try db.row(
      """
      SELECT min(match_path) AS path FROM workflow_wait
      WHERE event_name = :name AND match_path > :after
      """, ["name": name, "after": path ?? ""]
    )?.get("path")
  }

  private func hintWaits(for event: Event, comparing path: String) throws -> Int {
    // '' would be sorted before every path, so a wait without one is stored as '*'.
    let value = path == WaitMatch.anyPath ? "" : WaitMatch.value(at: path, in: event.data)
    // Where the property is not there under its own name, every wait has to look for itself.
    guard let value else {
      return try db.execute(
        """
        UPDATE workflow_wait SET is_hinted = 1, hint_seq = coalesce(hint_seq, :seq)
        WHERE event_name = :name AND match_path = :path
        """, ["name": event.name, "path": path, "seq": event.sequence])
    }
    return try db.execute(
      """
      UPDATE workflow_wait SET is_hinted = 1, hint_seq = coalesce(hint_seq, :seq)
      WHERE event_name = :name AND match_path = :path AND match_value = :value
      """, ["name": event.name, "path": path, "value": value, "seq": event.sequence])
  }

  /// Queues resting runs with a hinted wait; those that execute here are told, others' nodes look for themselves.
  mutating func wakeHinted() throws {
    let woken = try db.rows(
      """
      UPDATE workflow_run SET state = 'queued', rank_ms = :now, due_ms = NULL
      WHERE id IN (SELECT run_id FROM workflow_wait WHERE is_hinted = 1)
        AND state IN ('sleeping', 'waiting')
      RETURNING id
      """, ["now": now])
    if !woken.isEmpty { effects.hasQueued = true }
    let executing = try db.rows(
      """
      SELECT DISTINCT run_id FROM workflow_wait
      WHERE is_hinted = 1 AND EXISTS (
        SELECT 1 FROM workflow_run
        WHERE id = workflow_wait.run_id AND state = 'running' AND owner = :node)
      """, ["node": node])
    effects.hinted += try executing.map { try $0.get("run_id") }
  }
}

/// How a wait says which events it wants, so that a query can find it.
enum WaitMatch {
  /// The wait's own code looks at every event of the name.
  static let anyPath = "*"

  /// A scalar as the index has it; nil when the property is not there or is no scalar.
  static func value(at path: String, in data: String) -> String? {
    guard let scalar = try? JSON.decode(ScalarProbe.self, from: data, at: path) else { return nil }
    return scalar.text
  }

  /// The same for a value of the function's; nil for what is no scalar.
  static func value(of value: some Encodable) -> String? {
    guard let json = try? JSON.encode(value),
      let scalar = try? JSON.decode(Scalar.self, from: json)
    else { return nil }
    return scalar.text
  }
}

/// A property of an event's data, and the value that it has to have.
package struct WaitProperty: Sendable, Equatable {
  /// Names separated by dots.
  let path: String
  let value: String

  /// Nil for what the index cannot tell for certain: names with signs in them, long texts, numbers that are not exact
  /// as a double, and what is no text, number or truth value. `json` is the value.
  package init?(names: [String], json: String) {
    let arePlain = names.allSatisfy { name in
      !name.isEmpty && name.utf8.allSatisfy(Self.isPlain)
    }
    guard !names.isEmpty, arePlain, let scalar = try? JSON.decode(Scalar.self, from: json),
      scalar.text.utf8.count <= 512, scalar.isExact
    else { return nil }
    (path, value) = (names.joined(separator: "."), scalar.text)
  }

  private static func isPlain(_ letter: UInt8) -> Bool {
    switch letter {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

/// A JSON string, number or truth value.
struct Scalar: Decodable {
  /// Equal for numbers that are equal, however they are written.
  let text: String
  /// No other number has the same text, nor is equal to it as a double.
  let isExact: Bool

  /// The whole numbers that a double has all of.
  private static let exact: ClosedRange<Int64> = -9_007_199_254_740_991...9_007_199_254_740_991

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      (text, isExact) = (value ? "true" : "false", true)
    } else if let value = try? container.decode(Int64.self) {
      (text, isExact) = ("#\(value)", Self.exact.contains(value))
    } else if let value = try? container.decode(Double.self) {
      let whole = Int64(exactly: value).flatMap { Self.exact.contains($0) ? $0 : nil }
      text = whole.map { "#\($0)" } ?? "#\(value)"
      isExact = whole != nil || abs(value) < 9_007_199_254_740_992
    } else {
      (text, isExact) = ("'" + (try container.decode(String.self)), true)
    }
  }
}

/// Follows a path such as `scene.id` into an object.
struct ScalarProbe: Decodable {
  static let path = CodingUserInfoKey(rawValue: "path")

  let text: String

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let path = Self.path.flatMap { decoder.userInfo[$0] as? String } ?? ""
    let names = path.split(separator: ".").map { Key(stringValue: String($0)) }
    var container = try decoder.container(keyedBy: Key.self)
    for name in names.dropLast() {
      container = try container.nestedContainer(keyedBy: Key.self, forKey: name)
    }
    text = try container.decode(Scalar.self, forKey: names.last ?? Key(stringValue: "")).text
  }
}
