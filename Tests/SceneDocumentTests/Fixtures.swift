import Foundation
import SceneDocument

/// The documents below `Fixtures/documents`.
enum Fixtures {
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/documents")

  /// Names of the documents in a folder, without `.json`, in order.
  static func names(_ kind: String) -> [String] {
    let files =
      (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: kind).path))
      ?? []
    return files.filter { $0.hasSuffix(".json") && !$0.hasSuffix(".expanded.json") }
      .map { String($0.dropLast(5)) }.sorted()
  }

  static func bytes(_ kind: String, _ file: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: "\(kind)/\(file)")))
  }

  static func write(_ text: String, _ kind: String, _ file: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: "\(kind)/\(file)"))
  }

  static var isRecording: Bool { ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" }
}

/// A document of one scene that lasts two seconds, with further members.
func oneScene(_ members: String = "", top: String = "") -> String {
  let scene = #"{"id": "s1", "duration": 2"# + (members.isEmpty ? "" : ", " + members) + "}"
  let assets = #""assets": {"a": {"path": "a.mp4"}, "b": {"path": "b.png"}}"#
  return #"{"spec": "scene/1", "id": "film", \#(top) \#(assets), "scenes": [\#(scene)]}"#
}

/// A small generator of the same numbers everywhere (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
