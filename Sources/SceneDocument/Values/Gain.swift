/// Loudness change in decibels, −96…24; −96 is silence.
public struct Gain: Sendable, Hashable, Codable {
  public var decibels: Double

  public init(_ decibels: Double) { self.decibels = decibels }

  public static let unity = Gain(0)
  public static let silence = Gain(-96)

  public var isSilent: Bool { decibels <= -96 }

  public init(from decoder: any Decoder) throws {
    decibels = try decoder.singleValueContainer().decode(Double.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(decibels)
  }
}
