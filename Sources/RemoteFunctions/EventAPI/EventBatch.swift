internal import Storage
public import Workflows

/// The events of one request, as far as they are good.
public struct EventBatch: Sendable {
  public private(set) var events: [OutgoingEvent] = []
  /// What is wrong with the request; the events before the fault are kept.
  public private(set) var fault: String?

  public static let mostEvents = 5_000
  /// Bytes of one event.
  public static let largestEvent = 3 << 20
  /// The years 1980 to 2100, UTC milliseconds.
  private static let times: ClosedRange<Int64> = 315_532_800_000...4_133_980_799_999

  /// Reads the body of `POST /e/{key}`: one event or a list of them. `seed` is what ids are made from.
  public init(parsing body: [UInt8], seed: EventIDSeed? = nil) {
    do {
      try read(body, seed)
    } catch let error as InvalidRequest {
      fault = error.description
    } catch {
      fault = "the body is no JSON: \(error)\n  → send one event or a list of events"
    }
    if events.count > Self.mostEvents {
      events = []
      fault = "there are more than \(Self.mostEvents) events\n  → send them in several requests"
    }
  }

  struct InvalidRequest: Error {
    let description: String
    init(_ description: String) { self.description = description }
  }

  private mutating func read(_ body: [UInt8], _ seed: EventIDSeed?) throws {
    var scanner = try JSONScanner(body)
    guard scanner.peek() == 0x5B else {
      guard scanner.peek() == 0x7B else {
        throw InvalidRequest("the body is no event\n  → send an object, or a list of objects")
      }
      let event = try Self.event(&scanner, number: 1, seed)
      try scanner.expectEnd()
      events = [event]
      return
    }
    // Checked as JSON first: what follows a fault cannot be told from events.
    var problem: InvalidRequest?
    try scanner.items { (scanner) throws(JSONError) in
      guard problem == nil, events.count <= Self.mostEvents else {
        try scanner.skipValue()
        return
      }
      let number = events.count + 1
      do {
        events.append(try Self.event(&scanner, number: number, seed))
      } catch let error as InvalidRequest {
        problem = error
      } catch {
        throw error as? JSONError ?? scanner.fail("\(error)")
      }
    }
    if let problem { throw problem }
    try scanner.expectEnd()
  }

  // MARK: One event

  /// What an event's object holds, taken out of the body.
  private struct Parts {
    var name: String?
    var data = "{}"
    var id: String?
    var time: Int64?
    var version: String?
    var user: String?
    var meta: String?
    var fault: String?
  }

  /// The scanner stands behind the event afterwards, whatever is wrong with it.
  private static func event(
    _ scanner: inout JSONScanner, number: Int, _ seed: EventIDSeed?
  ) throws -> OutgoingEvent {
    guard scanner.peek() == 0x7B else {
      try scanner.skipValue()
      throw InvalidRequest("event \(number) is no object\n  → send {\"name\": …, \"data\": {…}}")
    }
    let start = scanner.place
    var parts = Parts()
    try scanner.members { (scanner, key) throws(JSONError) in
      try read(key, &scanner, &parts)
    }
    let size = scanner.place - start
    if size > largestEvent {
      parts.fault = "it has \(size) bytes, and 3 MiB are allowed"
    }
    if let problem = parts.fault ?? fault(of: parts) {
      let name = parts.name.map { " '\($0.prefix(100))'" } ?? ""
      throw InvalidRequest("event \(number)\(name): \(problem)\n  → mend it and send it again")
    }
    var event = OutgoingEvent(
      checkedNamed: parts.name ?? "", data: parts.data, id: parts.id, at: parts.time,
      version: parts.version)
    event.id = seed.map { $0.id(number) }
    event.extra = extra(parts)
    return event
  }

  private static func read(
    _ key: String, _ scanner: inout JSONScanner, _ parts: inout Parts
  ) throws(JSONError) {
    switch key {
    case "name": parts.name = try text(key, &scanner, &parts)
    case "id": parts.id = try text(key, &scanner, &parts)
    case "v": parts.version = try text(key, &scanner, &parts)
    case "ts": parts.time = try time(&scanner, &parts)
    case "data": parts.data = try object(key, &scanner, &parts) ?? "{}"
    case "user": parts.user = try object(key, &scanner, &parts)
    case "meta": parts.meta = try object(key, &scanner, &parts)
    default: try scanner.skipValue()
    }
  }

  /// Nil for null and for an empty one.
  private static func text(
    _ key: String, _ scanner: inout JSONScanner, _ parts: inout Parts
  ) throws(JSONError) -> String? {
    switch scanner.peek() {
    case 0x22:
      let text = try scanner.string()
      return text.isEmpty ? nil : text
    case 0x6E: try scanner.skipValue()
    default:
      try scanner.skipValue()
      parts.fault = "its '\(key)' is no text"
    }
    return nil
  }

  private static func time(
    _ scanner: inout JSONScanner, _ parts: inout Parts
  ) throws(JSONError) -> Int64? {
    let isNull = scanner.peek() == 0x6E
    let text = scanner.text(try scanner.skipValue())
    if isNull { return nil }
    guard let time = JSONValue.number(text).integer else {
      parts.fault = "its 'ts' is no whole number of milliseconds"
      return nil
    }
    if time == 0 { return nil }
    if !times.contains(time) { parts.fault = "its 'ts' is not in the years 1980 to 2100" }
    return time
  }

  /// An object's own text; nil for null. `_inngest` is taken out of data.
  private static func object(
    _ key: String, _ scanner: inout JSONScanner, _ parts: inout Parts
  ) throws(JSONError) -> String? {
    guard scanner.peek() == 0x7B else {
      if scanner.peek() != 0x6E { parts.fault = "its '\(key)' is no object" }
      try scanner.skipValue()
      return nil
    }
    let start = scanner.place
    var hasOwn = false
    try scanner.members { (scanner, name) throws(JSONError) in
      if name == "_inngest" { hasOwn = true }
      try scanner.skipValue()
    }
    let text = scanner.text(start..<scanner.place)
    guard hasOwn, key == "data", case .object(let members) = try JSONValue(parsing: text) else {
      return text
    }
    return JSONValue.object(members.filter { $0.key != "_inngest" }).text
  }

  private static func fault(of parts: Parts) -> String? {
    guard let name = parts.name else { return "its 'name' is missing" }
    if name.utf8.count > 512 { return "its 'name' has \(name.utf8.count) bytes of 512" }
    if name.lowercased().hasPrefix("inngest/") {
      return "names that begin with 'inngest/' are the engine's own"
    }
    if parts.id?.utf8.count ?? 0 > 1024 { return "its 'id' is longer than 1024 bytes" }
    for text in [name, parts.id ?? ""] where text.utf8.contains(0) {
      return "a zero byte stands in its 'name' or 'id'"
    }
    return nil
  }

  private static func extra(_ parts: Parts) -> String? {
    let members = [("user", parts.user), ("meta", parts.meta)].compactMap { key, text in
      text.map { "\"\(key)\":\($0)" }
    }
    return members.isEmpty ? nil : "{\(members.joined(separator: ","))}"
  }
}
