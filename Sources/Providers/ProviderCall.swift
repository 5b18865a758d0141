/// One attempt at a request, as its caller has noted it before it was made.
public struct ProviderCall: Sendable {
  /// A ULID, new for each attempt. Services that take a label or a key of ours get it, so that a lost answer can be found.
  public var id: String
  /// UTC milliseconds of when the attempt was noted.
  public var startedAt: Int64
  /// Where the provider may write. Empty at the beginning; the caller deletes it.
  public var folder: String

  public init(id: String, startedAt: Int64, folder: String) {
    (self.id, self.startedAt, self.folder) = (id, startedAt, folder)
  }
}

/// What a request is expected to cost or has cost.
public struct Cost: Sendable, Hashable, Codable {
  /// What the service counts: `characters`, `seconds`, `tokens`, `credits`, `images`; `none` for what is free.
  public var unit: String
  public var amount: Double
  /// In millionths of a US dollar; nil where the service has not said and no price is set.
  public var microdollars: Int64?

  public init(unit: String, amount: Double, microdollars: Int64?) {
    (self.unit, self.amount, self.microdollars) = (unit, amount, microdollars)
  }

  /// Made on this machine.
  public static let free = Cost(unit: "none", amount: 0, microdollars: 0)

  /// `price` is dollars for one unit.
  public static func of(_ amount: Double, _ unit: String, price: Double?) -> Cost {
    Cost(
      unit: unit, amount: amount, microdollars: price.map { Int64(($0 * amount * 1e6).rounded()) })
  }
}

/// What came of a request.
public struct Made<Value: Sendable>: Sendable {
  public var value: Value
  /// The service's figure where it gave one, else the estimate.
  public var cost: Cost
  /// The service's id of the request, for its support.
  public var requestID: String?

  public init(_ value: Value, cost: Cost, requestID: String? = nil) {
    (self.value, self.cost, self.requestID) = (value, cost, requestID)
  }
}

/// What became of an attempt whose answer was lost: the process died, or the connection broke.
public enum Recovery<Value: Sendable>: Sendable {
  /// It was done; this is what it gave.
  case found(Value)
  /// It was certainly not done: it may be made again.
  case notStarted
  /// Nobody can tell; repeating it might pay twice.
  case unknown
}

extension Made: Equatable where Value: Equatable {}
extension Made: Hashable where Value: Hashable {}
