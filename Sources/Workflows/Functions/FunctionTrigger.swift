internal import Foundation

/// What starts a function, and how its input is made from it.
public struct FunctionTrigger<Input: Codable & Sendable>: Sendable {
  enum Kind: Sendable, Equatable {
    /// A name, or one that ends in `/*` or `.*` for all below it.
    case event(String)
    case cron(CronRule)
  }

  let kind: Kind
  /// Whether the function wants this event of that name. One that does not decode is wanted, so that its run can say so.
  let accepts: @Sendable (Event) -> Bool
  let input: @Sendable ([Event]) throws -> Input
  /// Makes its input from any number of events, which a batch has.
  var takesSeveral = false

  /// Events of a type, as they are. `filter` leaves some out.
  public static func event(
    _ type: Input.Type = Input.self, if filter: (@Sendable (Input) -> Bool)? = nil
  ) -> Self where Input: WorkflowEvent {
    .event(type, if: filter) { $0 }
  }

  /// Events of a type, made into what the function takes; for functions that start on several.
  public static func event<Payload: WorkflowEvent>(
    _ type: Payload.Type, if filter: (@Sendable (Payload) -> Bool)? = nil,
    as input: @escaping @Sendable (Payload) throws -> Input
  ) -> Self {
    Self(
      kind: .event(Payload.name),
      accepts: { event in
        guard let filter, let payload = try? event.decode(type) else { return true }
        return filter(payload)
      },
      input: { try input($0[0].decode(type)) })
  }

  /// Events of a type, for a function that takes a batch of them; in the order in which they were received.
  public static func list<Payload: WorkflowEvent>(
    of type: Payload.Type, if filter: (@Sendable (Payload) -> Bool)? = nil
  ) -> Self where Input == [Payload] {
    Self(
      kind: .event(Payload.name),
      accepts: { event in
        guard let filter, let payload = try? event.decode(type) else { return true }
        return filter(payload)
      },
      input: { try $0.map { try $0.decode(type) } }, takesSeveral: true)
  }

  /// Events whose names a pattern covers, such as `scene/*`, undecoded.
  public static func events(
    matching pattern: String, as input: @escaping @Sendable (Event) throws -> Input
  ) -> Self {
    Self(kind: .event(pattern), accepts: { _ in true }, input: { try input($0[0]) })
  }

  /// Instants of a calendar: five fields, `@daily` or `@every 90s`, after `TZ=Asia/Seoul ` where it is not UTC.
  public static func cron(
    _ schedule: String, missed: MissedTicks = .last,
    as input: @escaping @Sendable (CronTick) throws -> Input
  ) -> Self {
    Self(
      kind: .cron(CronRule(schedule: schedule, missed: missed)), accepts: { _ in true },
      input: { try input($0[0].decode(CronTick.self)) })
  }
}

extension FunctionTrigger where Input == CronTick {
  /// Instants of a calendar, for a function that takes them as they are.
  public static func cron(_ schedule: String, missed: MissedTicks = .last) -> Self {
    .cron(schedule, missed: missed) { $0 }
  }
}

/// A schedule and what happens to its ticks that passed while no node ran.
package struct CronRule: Sendable, Equatable {
  package var schedule: String
  package var missed: MissedTicks
  /// Runs begin up to this much after their tick, each by chance, so that many do not come together.
  package var jitter: Duration

  package init(schedule: String, missed: MissedTicks, jitter: Duration = .zero) {
    (self.schedule, self.missed, self.jitter) = (schedule, missed, jitter)
  }
}

/// One instant of a schedule; the data of `inngest/scheduled.timer`.
public struct CronTick: Codable, Sendable, Equatable {
  public var cron: String
  /// UTC milliseconds.
  public var scheduledAt: Int64

  public init(cron: String, scheduledAt: Int64) {
    (self.cron, self.scheduledAt) = (cron, scheduledAt)
  }

  /// An instant as RFC 3339 writes it, which is the id of a tick's event.
  static func text(_ instant: Int64) -> String {
    Date(timeIntervalSince1970: Double(instant) / 1000).formatted(.iso8601)
  }
}
