/// The number of a picture, counted from 0 at the start of the programme (or of a scene, where a
/// name says so). A type of its own, so that seconds and samples cannot be taken for it.
public struct FrameIndex: Sendable, Hashable, Strideable, Codable, CustomStringConvertible {
  public var value: Int

  public init(_ value: Int) { self.value = value }

  public static let zero = FrameIndex(0)

  public func distance(to other: FrameIndex) -> Int { other.value - value }
  public func advanced(by frames: Int) -> FrameIndex { FrameIndex(value + frames) }

  public static func + (index: FrameIndex, frames: Int) -> FrameIndex { index.advanced(by: frames) }
  public static func - (index: FrameIndex, frames: Int) -> FrameIndex {
    index.advanced(by: -frames)
  }
  /// Frames from `right` to `left`.
  public static func - (left: FrameIndex, right: FrameIndex) -> Int { left.value - right.value }
  public static func < (left: FrameIndex, right: FrameIndex) -> Bool { left.value < right.value }

  public var description: String { String(value) }

  public init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(Int.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}

/// The number of a sample (of all channels at once) at the output's sample rate, counted from 0 at
/// the start of the programme.
public struct SampleIndex: Sendable, Hashable, Strideable, Codable, CustomStringConvertible {
  public var value: Int

  public init(_ value: Int) { self.value = value }

  public static let zero = SampleIndex(0)

  public func distance(to other: SampleIndex) -> Int { other.value - value }
  public func advanced(by samples: Int) -> SampleIndex { SampleIndex(value + samples) }

  public static func + (index: SampleIndex, samples: Int) -> SampleIndex {
    index.advanced(by: samples)
  }
  public static func - (index: SampleIndex, samples: Int) -> SampleIndex {
    index.advanced(by: -samples)
  }
  /// Samples from `right` to `left`.
  public static func - (left: SampleIndex, right: SampleIndex) -> Int { left.value - right.value }
  public static func < (left: SampleIndex, right: SampleIndex) -> Bool { left.value < right.value }

  public var description: String { String(value) }

  public init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(Int.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}
