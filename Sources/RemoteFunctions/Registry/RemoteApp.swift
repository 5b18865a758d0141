internal import Storage

/// An app that has registered.
public struct RemoteApp: Sendable, Equatable {
  /// Its own name, which its functions' ids begin with.
  public let id: String
  /// Where it is served, as it said.
  public let url: String
  /// The SDK and its version: `py:v0.5.19`.
  public let sdk: String
  public let framework: String?
  /// The app's own version, where it says one.
  public let version: String?
  /// UTC milliseconds.
  public let registeredAt: Int64
  /// When it was last heard of.
  public let seenAt: Int64
  /// It was taken out, or another app is served where it was: it is no longer asked, and begins no new runs.
  public let isGone: Bool
  /// In its own order; archived ones last.
  public let functions: [Function]

  public struct Function: Sendable, Equatable {
    public let configuration: FunctionConfiguration
    /// No longer among the app's functions: its runs go on, and no new ones begin.
    public let isArchived: Bool
  }
}

extension RemoteApp {
  static func fetchAll(_ db: any Connection) throws -> [RemoteApp] {
    let functions = try Dictionary(
      grouping: db.rows(
        """
        SELECT app_id, definition, is_archived FROM remote_function
        ORDER BY app_id, is_archived, position, id
        """)
    ) { try $0.get("app_id", as: String.self) }
    return try db.rows(
      "SELECT id, url, place, about, registered_ms, seen_ms FROM remote_app ORDER BY id"
    ).map { row in
      let id: String = try row.get("id")
      return try RemoteApp(row: row, functions: functions[id] ?? [])
    }
  }

  private init(row: Row, functions: [Row]) throws {
    id = try row.get("id")
    url = try row.get("url")
    isGone = try row.get("place", as: String.self).isEmpty
    let about = try JSONValue(parsing: try row.get("about", as: String.self))
    sdk = about["sdk"]?.string ?? ""
    framework = about["framework"]?.string
    version = about["appVersion"]?.string
    registeredAt = try row.get("registered_ms")
    seenAt = try row.get("seen_ms")
    self.functions = try functions.map { row in
      Function(
        configuration: try FunctionConfiguration(parsing: row.get("definition")),
        isArchived: try row.get("is_archived"))
    }
  }

  /// Grows with every change of any app.
  static func changeNumber(_ db: any Connection) throws -> Int64 {
    try db.row("SELECT value FROM remote_change WHERE name = 'apps'")?.get("value") ?? 0
  }

  /// Stores what an app has registered; whether it is other than last time.
  static func store(
    _ registration: AppRegistration, _ db: any Connection, now: Int64
  ) throws -> Bool {
    let id = registration.name
    let known: String? = try db.row("SELECT digest FROM remote_app WHERE id = :id", ["id": id])?
      .get("digest")
    if known == registration.digest {
      try db.execute(
        "UPDATE remote_app SET seen_ms = :now WHERE id = :id", ["id": id, "now": now])
      return false
    }
    try storeApp(registration, db, now: now)
    try db.execute(
      "UPDATE remote_function SET is_archived = 1 WHERE app_id = :app", ["app": id])
    for (position, function) in registration.functions.enumerated() {
      try store(function, at: position, of: id, db, now: now)
    }
    let replaced = try db.rows(
      "SELECT id FROM remote_app WHERE place = :place AND id <> :id",
      ["place": registration.url.normalized, "id": id])
    for row in replaced { try takeOut(try row.get("id"), db) }
    try noteChange(db)
    return true
  }

  /// Whether there was such an app. Its functions stay for the runs that they have.
  static func remove(_ id: String, _ db: any Connection) throws -> Bool {
    if try takeOut(id, db) == 0 { return false }
    try noteChange(db)
    return true
  }

  /// An app without a place is gone; without a digest, whatever it registers is new.
  @discardableResult
  private static func takeOut(_ id: String, _ db: any Connection) throws -> Int {
    try db.execute("UPDATE remote_function SET is_archived = 1 WHERE app_id = :app", ["app": id])
    return try db.execute(
      "UPDATE remote_app SET place = '', digest = '' WHERE id = :app AND place <> ''", ["app": id])
  }

  private static func noteChange(_ db: any Connection) throws {
    try db.execute("UPDATE remote_change SET value = value + 1 WHERE name = 'apps'")
  }

  private static func storeApp(
    _ registration: AppRegistration, _ db: any Connection, now: Int64
  ) throws {
    try db.execute(
      """
      INSERT INTO remote_app (id, url, place, about, digest, registered_ms, seen_ms)
      VALUES (:id, :url, :place, :about, :digest, :now, :now)
      ON CONFLICT (id) DO UPDATE SET url = excluded.url, place = excluded.place,
        about = excluded.about, digest = excluded.digest, registered_ms = excluded.registered_ms,
        seen_ms = excluded.seen_ms
      """,
      [
        "id": registration.name, "url": registration.url.text,
        "place": registration.url.normalized, "about": registration.about.text,
        "digest": registration.digest, "now": now,
      ])
  }

  private static func store(
    _ function: FunctionConfiguration, at position: Int, of app: String, _ db: any Connection,
    now: Int64
  ) throws {
    let stored = try db.execute(
      """
      INSERT INTO remote_function (id, app_id, position, definition, is_archived, registered_ms)
      VALUES (:id, :app, :position, :definition, 0, :now)
      ON CONFLICT (id) DO UPDATE SET position = excluded.position, definition = excluded.definition,
        is_archived = 0, registered_ms = excluded.registered_ms
      WHERE remote_function.app_id = excluded.app_id
      """,
      [
        "id": function.id, "app": app, "position": position, "definition": function.text,
        "now": now,
      ])
    if stored == 0 {
      throw RegistrationError(
        path: "function '\(function.id)'", problem: "another app has a function of that id",
        remedy: "give the app or the function another id")
    }
  }

  /// Where apps are served that are not gone.
  static func places(_ db: any Connection) throws -> [(id: String, url: String)] {
    try db.rows("SELECT id, url FROM remote_app WHERE place <> '' ORDER BY id").map {
      (try $0.get("id"), try $0.get("url"))
    }
  }
}

extension AppRegistration {
  fileprivate var about: JSONValue {
    var members: [JSONValue.Member] = [.init("sdk", .string(sdk))]
    for (key, value) in [("framework", framework), ("appVersion", appVersion)] {
      if let value { members.append(.init(key, .string(value))) }
    }
    return .object(members)
  }
}
