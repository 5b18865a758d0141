/// A time or a length of time as a document gives it: seconds, or frames of the output.
public enum Time: Sendable, Hashable {
  /// Seconds, already rounded to a whole microsecond.
  case microseconds(Int64)
  /// Frames of the output's rate, written `"45f"`.
  case frames(Int)

  public static let zero = Time.microseconds(0)
  public static func seconds(_ seconds: Double) -> Time {
    .microseconds(Int64((seconds * 1_000_000).rounded()))
  }

  /// The longest time a document may name: four hours.
  public static let maximumSeconds = 14_400

  /// The nearest whole frame.
  public func frame(at rate: FrameRate) -> FrameIndex {
    switch self {
    case .microseconds(let time): rate.frame(atMicroseconds: time)
    case .frames(let count): FrameIndex(count)
    }
  }

  /// Exact seconds; nothing is rounded to frames.
  public func seconds(at rate: FrameRate) -> Rational {
    switch self {
    case .microseconds(let time): Rational(microseconds: time)
    case .frames(let count): rate.time(of: FrameIndex(count))
    }
  }
}
