internal import Storage

/// What one request to a provider costs.
public struct CostEntry: Sendable, Identifiable {
  public var attempt: String
  public var projectID: String
  public var projectTitle: String
  public var sceneID: String?
  public var capability: Attempt.Capability
  public var provider: String
  public var state: Attempt.State
  public var unit: String
  public var amount: Double
  /// Millionths of a dollar; nil where the price is not known.
  public var estimate: Int64?
  /// Nil until the provider has done it.
  public var actual: Int64?
  public var atMS: Int64

  public var id: String { attempt }

  init(_ row: Row) throws {
    (attempt, projectID) = (try row.get("id"), try row.get("project_id"))
    projectTitle = try row.get("project_title")
    (sceneID, capability) = (try row.get("scene_id"), try row.get("capability"))
    (provider, state) = (try row.get("provider"), try row.get("state"))
    (unit, amount) = (try row.get("unit"), try row.get("amount"))
    (estimate, actual) = (try row.get("estimate"), try row.get("actual"))
    atMS = try row.get("at_ms")
  }
}

/// Sums of the ledger: what was paid, and what may still have to be.
public struct CostTotals: Sendable {
  public struct Provider: Sendable, Hashable {
    public var provider: String
    public var microdollars: Int64
    /// Requests.
    public var count: Int
  }
  public struct Day: Sendable, Hashable {
    /// `2026-11-21`, UTC.
    public var day: String
    public var microdollars: Int64
  }
  /// The dearest first.
  public var providers: [Provider]
  /// The last ones first.
  public var days: [Day]
  public var microdollars: Int64
}

extension VideoPipeline {
  /// Requests and their costs, the newest first. `before` is the attempt that the page before ended with.
  public func costs(
    project: String? = nil, provider: String? = nil, before: String? = nil, limit: Int = 50
  ) async throws -> [CostEntry] {
    var conditions = ["attempt.id < :before"]
    if project != nil { conditions.append("attempt.project_id = :project") }
    if provider != nil { conditions.append("attempt.provider = :provider") }
    var arguments: SQLArguments = ["before": before ?? "~", "limit": limit]
    if let project { arguments["project"] = project.sqlValue }
    if let provider { arguments["provider"] = provider.sqlValue }
    let (filter, values) = (conditions.joined(separator: " AND "), arguments)
    return try await studio.database.read { db in
      try db.rows(
        """
        SELECT attempt.id, attempt.project_id, project.title AS project_title, attempt.scene_id,
          attempt.capability, attempt.provider, attempt.state,
          COALESCE(actual.unit, estimate.unit, 'none') AS unit,
          COALESCE(actual.amount, estimate.amount, 0.0) AS amount,
          estimate.microdollars AS estimate, actual.microdollars AS actual,
          COALESCE(actual.at_ms, attempt.created_ms) AS at_ms
        FROM attempt
        JOIN project ON project.id = attempt.project_id
        LEFT JOIN cost AS actual ON actual.attempt_id = attempt.id AND actual.kind = 'actual'
        LEFT JOIN cost AS estimate ON estimate.attempt_id = attempt.id AND estimate.kind = 'estimate'
        WHERE \(filter) ORDER BY attempt.id DESC LIMIT :limit
        """, values
      ).map(CostEntry.init)
    }
  }

  /// Of all projects that are kept; at most 366 days.
  public func costTotals() async throws -> CostTotals {
    try await studio.database.read { db in
      let providers = try db.rows(
        """
        SELECT provider, count(*) AS requests, sum(\(Self.price)) AS microdollars
        FROM \(Self.ledger) GROUP BY provider ORDER BY microdollars DESC, provider
        """
      ).map {
        CostTotals.Provider(
          provider: try $0.get("provider"), microdollars: try $0.get("microdollars"),
          count: try $0.get("requests"))
      }
      let days = try db.rows(
        """
        SELECT COALESCE(actual.at_ms, attempt.created_ms) / 86400000 AS day,
          sum(\(Self.price)) AS microdollars
        FROM \(Self.ledger) GROUP BY day ORDER BY day DESC LIMIT 366
        """
      ).map {
        CostTotals.Day(
          day: CivilDay.text(daysSince1970: try $0.get("day")),
          microdollars: try $0.get("microdollars"))
      }
      return CostTotals(
        providers: providers, days: days,
        microdollars: providers.reduce(0) { $0 + $1.microdollars })
    }
  }

  private static var ledger: String {
    """
    attempt
    LEFT JOIN cost AS actual ON actual.attempt_id = attempt.id AND actual.kind = 'actual'
    LEFT JOIN cost AS estimate ON estimate.attempt_id = attempt.id AND estimate.kind = 'estimate'
    """
  }

  /// As `Attempt.spent` counts.
  private static var price: String {
    """
    COALESCE(actual.microdollars, CASE
      WHEN attempt.state IN ('noted', 'sent', 'accepted', 'unknown', 'done') THEN estimate.microdollars
      ELSE 0 END, 0)
    """
  }
}

/// Days of the Gregorian calendar.
enum CivilDay {
  /// `2026-11-21`. The arithmetic is Howard Hinnant's `civil_from_days`.
  static func text(daysSince1970 days: Int) -> String {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let ofEra = shifted - era * 146_097
    let year = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * year + year / 4 - year / 100)
    let month = (5 * ofYear + 2) / 153
    let day = ofYear - (153 * month + 2) / 5 + 1
    let number = month < 10 ? month + 3 : month - 9
    func padded(_ value: Int, _ digits: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    let civil = year + era * 400 + (number <= 2 ? 1 : 0)
    return "\(padded(civil, 4))-\(padded(number, 2))-\(padded(day, 2))"
  }
}
