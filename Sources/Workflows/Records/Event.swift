internal import Storage

/// An event as it was received and stored.
public struct Event: Sendable, Equatable {
  /// A ULID of the engine's making.
  public let id: String
  /// Place in the order of receipt.
  public let sequence: Int64
  public let name: String
  /// A JSON object.
  public let data: String
  /// The id its sender gave it, by which it is recognised when it is sent again.
  public let senderID: String?
  public let version: String?
  /// When it happened, said by its sender; in the future, it starts its runs then.
  public let timestamp: Int64
  public let receivedAt: Int64
  /// It had been received before under the same sender's id, and so started nothing.
  public let isRepeat: Bool
  /// When it came, no function was registered for its name and no run waited for it.
  public let isUnheard: Bool
  /// What its sender said beside the data, as a JSON object; nil for nothing.
  public let extra: String?

  /// The id that a function is shown: its sender's where it gave one.
  public var visibleID: String { senderID ?? id }

  /// The data as a value of its type. Throws `PayloadError`, which names the property.
  public func decode<Payload: Decodable>(_ type: Payload.Type = Payload.self) throws -> Payload {
    do {
      return try JSON.decode(type, from: data)
    } catch let error as DecodingError {
      throw PayloadError(event: self, cause: error)
    }
  }
}

extension Event {
  static let columns = """
    id, seq, name, data, sender_id, version, ts_ms, received_ms, is_repeat, is_unheard, extra
    """

  init(row: Row) throws {
    id = try row.get("id")
    sequence = try row.get("seq")
    name = try row.get("name")
    data = try row.get("data")
    senderID = try row.get("sender_id")
    version = try row.get("version")
    timestamp = try row.get("ts_ms")
    receivedAt = try row.get("received_ms")
    isRepeat = try row.get("is_repeat")
    isUnheard = try row.get("is_unheard")
    extra = try row.get("extra")
  }

  static func fetch(_ db: any Connection, id: String) throws -> Event? {
    try db.row("SELECT \(columns) FROM workflow_event WHERE id = :id", ["id": id])
      .map(Event.init)
  }

  func insert(_ db: any Connection) throws {
    try db.execute(
      """
      INSERT INTO workflow_event (
        id, seq, name, data, sender_id, version, ts_ms, received_ms, is_repeat, is_unheard, extra)
      VALUES (
        :id, :seq, :name, :data, :sender, :version, :ts, :received, :repeat, :unheard, :extra)
      """,
      [
        "id": id, "seq": sequence, "name": name, "data": data, "sender": senderID,
        "version": version, "ts": timestamp, "received": receivedAt, "repeat": isRepeat,
        "unheard": isUnheard, "extra": extra,
      ])
  }
}
