/// Which runs to list.
public struct RunFilter: Sendable {
  public var functionID: String?
  /// All states where it is empty.
  public var states: Set<Run.State> = []
  public var eventID: String?
  /// Only runs made before the one of this id: the next page after a list's last one.
  public var before: String?
  public var limit = 50

  public init(
    functionID: String? = nil, states: Set<Run.State> = [], eventID: String? = nil,
    before: String? = nil, limit: Int = 50
  ) {
    (self.functionID, self.states, self.eventID) = (functionID, states, eventID)
    (self.before, self.limit) = (before, limit)
  }
}

/// Which events to list.
public struct EventFilter: Sendable {
  public var name: String?
  /// Only events received before the one at this place in the order of receipt.
  public var before: Int64?
  public var limit = 50
  /// Only events received after, or before, an instant; UTC milliseconds.
  public var receivedAfter: Int64?
  public var receivedBefore: Int64?

  public init(name: String? = nil, before: Int64? = nil, limit: Int = 50) {
    (self.name, self.before, self.limit) = (name, before, limit)
  }
}

/// One run with all that the journal has of it.
public struct RunDetail: Sendable, Equatable {
  public let run: Run
  public let events: [Event]
  /// In the order of places.
  public let steps: [StepRecord]
  public let waits: [WaitRecord]
  /// The runs that it invoked.
  public let children: [String]
}
