import Compositing
import Foundation
import GoldenFrames
import Media
import SceneDocument
import Synchronization
import TestSupport
import Testing

/// Every defect is found by the goldens of the fixtures, whoever recorded them.
@Suite struct SeededDefectTests {
  @Test("a defect is found in both tiers, and its layer or sound is named", arguments: Defect.all)
  func found(defect: Defect) async throws {
    let proof = try Proof(defect.film)
    let film = try await defect.film(in: proof)
    let exact = try await proof.verdict(film, tier: .exact)
    let tolerant = try await proof.verdict(film, tier: .tolerant)
    #expect(!exact.isMatch, "tier A passed it")
    #expect(!tolerant.isMatch, "tier B passed it")
    let explanation = try await Explainer(exact).explain(film)
    if let name = defect.names {
      let first = try #require(explanation.causes.first, "no cause was found")
      #expect(first.text.contains("'\(name)'"), "named instead: \(first.text)")
    }
    let original = try Proof(defect.film)
    let ratios = try await Self.ratios(original.film(), film)
    withExtendedLifetime((proof, original)) {}
    DefectTable.add(defect, exact, tolerant, explanation, ratios)
  }

  /// The ratio of each frame in decibels, as a gate for encoded films takes it; equal frames count as 100.
  private static func ratios(_ a: some FilmFrames, _ b: some FilmFrames) async throws -> [Double] {
    let frames = 0..<min(a.request.timeline.frames, b.request.timeline.frames)
    let old = try await a.map(frames, jobs: 2) { $1 }
    let new = try await b.map(frames, jobs: 2) { $1 }
    return zip(old, new).map { min(PictureDifference($0, $1).psnr, 100) }
  }

  @Test("there are at least twenty, and no two of one name")
  func enough() {
    #expect(Defect.all.count >= 20)
    #expect(Set(Defect.all.map(\.name)).count == Defect.all.count)
  }
}

/// What was found, as lines of a table in the file that `REELNODE_PROOF_TABLE` names.
enum DefectTable {
  private static let lock = Mutex<Void>(())

  static func add(
    _ defect: Defect, _ exact: Verdict, _ tolerant: Verdict, _ explanation: Explanation,
    _ ratios: [Double]
  ) {
    guard let path = ProcessInfo.processInfo.environment["REELNODE_PROOF_TABLE"], !path.isEmpty
    else { return }
    func found(_ verdict: Verdict) -> String {
      if verdict.isMatch { return "**missed**" }
      var parts: [String] = []
      if !verdict.failures.isEmpty {
        let pictures = verdict.failures.count { $0.difference != nil }
        parts.append("\(verdict.failures.count) of \(verdict.range.count) frames, \(pictures) key")
      }
      if verdict.sound?.isAccepted == false { parts.append("sound") }
      return (parts + verdict.shape).joined(separator: ", ")
    }
    let cause = (explanation.text.split(separator: "\n").first.map(String.init) ?? "–")
      .replacing("|", with: "/").prefix(90)
    let mean = ratios.reduce(0, +) / Double(ratios.count)
    func decibels(_ ratio: Double) -> String {
      ratio >= 100 ? "equal" : "\((ratio * 10).rounded() / 10)"
    }
    func gate(_ ratio: Double) -> String {
      decibels(ratio) + (ratio >= 30 ? ", passes" : ", found")
    }
    let line =
      "| \(defect.name) | \(found(exact)) | \(found(tolerant)) | \(cause) | \(gate(mean)) | \(gate(ratios.min() ?? 100)) |\n"
    lock.withLock { _ in
      let file =
        FileHandle(forWritingAtPath: path)
        ?? {
          _ = FileManager.default.createFile(atPath: path, contents: nil)
          return FileHandle(forWritingAtPath: path)
        }()
      _ = try? file?.seekToEnd()
      try? file?.write(contentsOf: Data(line.utf8))
    }
  }
}
