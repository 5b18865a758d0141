internal import Foundation
internal import SceneDocument

/// What a test engineer says of a golden, by hand, in its `golden.json`.
///
/// ```json
/// {
///   "key_frames": [0, 12, 40],
///   "tolerance": {
///     "max_difference": 4, "block_db": 44, "over_one_percent": 0.2, "sound_db": -70,
///     "reason": "FreeType 2.13 draws the glyphs' edges differently", "until": "2027-03-31"
///   }
/// }
/// ```
public struct GoldenSettings: Sendable, Hashable {
  /// Frames to keep as pictures; empty leaves the choice to the recorder.
  public var keyFrames: [Int] = []
  public var tolerance: Tolerance?

  /// Bounds for another build that are looser than the usual ones, why, and for how long.
  public struct Tolerance: Sendable, Hashable {
    public var bounds: ToleranceBounds
    public var reason: String
    /// The last day on which it holds, as in `2027-03-31`.
    public var until: String
  }

  public init() {}

  /// Those in the file at `path`, or none when there is no such file.
  init(reading path: String) throws(GoldenError) {
    guard let data = FileManager.default.contents(atPath: path) else { return }
    func wrong(_ reason: String) -> GoldenError {
      GoldenError(
        .settings, file: path, reason,
        advice:
          "an example is in the documentation of 'GoldenSettings', and in 'reelnode golden check --help'"
      )
    }
    guard data.count <= 1 << 20, let json = try? JSONDecoder().decode(JSONValue.self, from: data),
      case .object(let members) = json
    else { throw wrong("it is no JSON object") }
    for member in members {
      switch (member.key, member.value) {
      case ("key_frames", .array(let items)):
        for item in items {
          guard case .number(let number) = item, let index = Int(exactly: number), index >= 0 else {
            throw wrong("'key_frames' must be a list of frame numbers")
          }
          keyFrames.append(index)
        }
        guard keyFrames.count <= 12 else { throw wrong("'key_frames' must be 12 at most") }
        keyFrames = Set(keyFrames).sorted()
      case ("tolerance", .object(let members)):
        do throws(Wrong) { tolerance = try Tolerance(members) } catch { throw wrong(error.reason) }
      default: throw wrong("'\(member.key)' is not known here, or has a value of the wrong kind")
      }
    }
  }

  struct Wrong: Error { var reason: String }
}

extension GoldenSettings.Tolerance {
  fileprivate init(_ members: [JSONValue.Member]) throws(GoldenSettings.Wrong) {
    typealias Wrong = GoldenSettings.Wrong
    (bounds, reason, until) = (ToleranceBounds(), "", "")
    for member in members {
      switch (member.key, member.value) {
      case ("max_difference", .number(let number)) where 2...255 ~= number:
        bounds.largest = Int(number)
      case ("block_db", .number(let number)) where 10...48 ~= number: bounds.blockDB = number
      case ("over_one_percent", .number(let number)) where 0.001...100 ~= number:
        bounds.overOnePercent = number
      case ("sound_db", .number(let number)) where -120 ... -20 ~= number: bounds.soundDB = number
      case ("reason", .string(let text)): reason = text
      case ("until", .string(let text)): until = text
      default:
        throw Wrong(
          reason:
            "tolerance: '\(member.key)' is not known, or not in its bounds: max_difference 2…255, block_db 48…10, over_one_percent 0.001…100, sound_db −120…−20"
        )
      }
    }
    guard reason.split(separator: " ").count >= 3 else {
      throw Wrong(reason: "tolerance: 'reason' must say in words why this golden may differ more")
    }
    guard CalendarDay.isValid(until) else {
      throw Wrong(reason: "tolerance: 'until' must be the last day it holds, as in \"2027-03-31\"")
    }
  }
}

/// Days as `2027-03-31`, which compare as text.
public enum CalendarDay {
  /// The day in Greenwich.
  public static var today: String {
    String(Date().ISO8601Format(.iso8601(timeZone: .gmt)).prefix(10))
  }

  static func isValid(_ text: String) -> Bool {
    text.wholeMatch(of: /\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])/) != nil
  }
}
