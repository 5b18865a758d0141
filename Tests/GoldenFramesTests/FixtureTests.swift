import Foundation
import GoldenFrames
import GoldenFramesTesting
import TestSupport
import Testing

/// The goldens of every kind of layer, text, transition and colour.
@Suite struct FixtureTests {
  static let names =
    (try? FileManager.default.contentsOfDirectory(atPath: Proof.fixtures))?
    .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted() ?? []

  @Test("the film of a fixture is the one of its golden", arguments: names)
  func golden(name: String) async throws {
    try await expectGolden(Proof.fixtures + "/\(name).json")
  }

  @Test("all are there, and small")
  func size() throws {
    #expect(Self.names.count >= 30)
    var bytes = 0
    let walk = try #require(FileManager.default.enumerator(atPath: Proof.fixtures))
    while let name = walk.nextObject() as? String {
      guard name.hasSuffix(".png") else { continue }
      bytes += try readBytes(Proof.fixtures + "/" + name).count
    }
    #expect(bytes < 40 << 20)
  }

  @Test("the film is the same on any number of jobs", arguments: [1, 2, 3, 8])
  func jobs(count: Int) async throws {
    for name in ["when-short", "transition-crossfade-run-on", "sound-duck-loudness"] {
      let proof = try Proof(name)
      let verdict = try await proof.verdict(proof.film(), tier: .exact, jobs: count)
      #expect(verdict.isMatch && verdict.frames.isEmpty, "\(verdict.summary)")
    }
  }

  @Test("the helper records an issue with the page of what differs")
  func issue() async throws {
    let proof = try Proof("shapes")
    try proof.edit("#C8402F", "#C8502F")
    let reports = proof.folder.file("reports")
    try await withKnownIssue("recording it is what the helper is for") {
      try await expectGolden(proof.document, reports: reports)
    } matching: { issue in
      let text = issue.comments.map(\.rawValue).joined()
      return text.contains("layer 'rect'") && text.contains("reports/shapes/index.html")
    }
    #expect(FileManager.default.fileExists(atPath: reports + "/shapes/index.html"))
  }

  @Test("the helper tells of a golden or document that is not there")
  func missing() async throws {
    let proof = try Proof("shapes")
    try FileManager.default.removeItem(atPath: proof.golden)
    try await withKnownIssue("recording it is what the helper is for") {
      try await expectGolden(proof.document)
    } matching: {
      $0.comments.map(\.rawValue).joined().contains("there is no golden")
    }
    try await withKnownIssue("recording it is what the helper is for") {
      try await expectGolden("/nowhere/film.json")
    } matching: {
      $0.comments.map(\.rawValue).joined().contains("/nowhere/film.json")
    }
  }
}
