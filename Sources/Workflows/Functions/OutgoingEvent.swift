/// An event on its way to the engine.
public struct OutgoingEvent: Sendable, Equatable {
  public let name: String
  /// A JSON object.
  public let data: String
  /// Received again under the same id within the engine's window, it is kept and starts nothing.
  public let senderID: String?
  /// When it happened, UTC milliseconds; nil for now. In the future, it starts its runs then.
  public let timestamp: Int64?
  public let version: String?
  /// The id to store it under; one that is stored already is not stored again. Nil for one of the engine's making.
  package var id: String?
  /// What goes with it beside the data, as a JSON object.
  package var extra: String?

  /// An event of a type. Throws where the value cannot be written as JSON.
  public init<Payload: WorkflowEvent>(
    _ payload: Payload, id: String? = nil, at timestamp: Int64? = nil, version: String? = nil
  ) throws {
    try self.init(
      named: Payload.name, data: JSON.encode(payload), id: id, at: timestamp, version: version)
  }

  /// An event of any name; `data` must be a JSON object. Throws `InvalidEvent`.
  public init(
    named name: String, data: String, id: String? = nil, at timestamp: Int64? = nil,
    version: String? = nil
  ) throws {
    try Self.check(name: name, data: data, id: id)
    (self.name, self.data, self.senderID) = (name, data, id)
    (self.timestamp, self.version) = (timestamp, version)
  }

  /// One whose name, id and data were checked as they were read.
  package init(
    checkedNamed name: String, data: String, id: String?, at timestamp: Int64?, version: String?
  ) {
    (self.name, self.data, self.senderID) = (name, data, id)
    (self.timestamp, self.version) = (timestamp, version)
  }

  /// One of the engine's own, whose names others may not use.
  init(ownNamed name: String, data: String, id: String? = nil, at timestamp: Int64? = nil) {
    (self.name, self.data, self.senderID) = (name, data, id)
    (self.timestamp, self.version) = (timestamp, nil)
  }

  private static let largestData = 3 << 20

  private static func check(name: String, data: String, id: String?) throws {
    if name.isEmpty || name.utf8.count > 512 {
      throw InvalidEvent("an event's name has 1 to 512 bytes, this one \(name.utf8.count)")
    }
    if name.lowercased().hasPrefix("inngest/") {
      throw InvalidEvent(
        "event '\(name)': names that begin with 'inngest/' are the engine's own\n  → choose another name"
      )
    }
    if id?.isEmpty == true { throw InvalidEvent("event '\(name)': its id is empty") }
    if data.utf8.count > largestData {
      throw InvalidEvent(
        "event '\(name)': its data has \(data.utf8.count) bytes, and 3 MiB are allowed\n  → keep it elsewhere, such as in an asset, and send where it is"
      )
    }
    if !JSON.isObject(data) {
      throw InvalidEvent(
        "event '\(name)': its data is no JSON object\n  → write it as {\"key\": …}")
    }
  }
}

/// An event that the engine does not take.
public struct InvalidEvent: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
