import Foundation
import GoldenFrames
import Media
import SceneDocument
import TestSupport
import Testing

@Suite struct ReportTests {
  /// A film that differs, one that matches and one without golden.
  private func outcomes(_ proof: Proof) async throws -> [GoldenOutcome] {
    let same = try Proof("crop")
    let match = await GoldenOutcome.check(
      "crop.json", try await same.film(), try GoldenChecker(Golden(reading: same.golden)))
    try proof.edit(#""rotate": 17"#, #""rotate": 18"#)
    let differs = await GoldenOutcome.check(
      "<turned> & \"so\".json", try await proof.film(),
      try GoldenChecker(Golden(reading: proof.golden)))
    withExtendedLifetime(same) {}
    return [
      match, differs,
      GoldenOutcome(name: "lost.json", result: .broken("there is no golden\n  → record it")),
    ]
  }

  @Test("the page needs no other file, and everything from outside is escaped")
  func page() async throws {
    let proof = try Proof("rotate-opacity")
    let folder = proof.folder.file("report")
    let path = try GoldenReport(try await outcomes(proof)).write(into: folder)
    let page = String(decoding: try readBytes(path), as: UTF8.self)
    #expect(page.contains("2 of 3 films do not match"))
    #expect(page.contains("layer &#39;turned&#39;: rotate 17 → 18"))
    #expect(page.contains("&lt;turned&gt; &amp; &quot;so&quot;.json") && !page.contains("<turned>"))
    #expect(page.contains("data:image/png;base64,") && page.contains("prefers-color-scheme"))
    #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("<script"))
    let pictures = try FileManager.default.contentsOfDirectory(
      atPath: folder + "/pictures/2--turned-----so-")
    for kind in ["expected", "actual", "difference", "expected-block", "actual-block"] {
      #expect(pictures.contains { $0.hasSuffix("-\(kind).png") }, "\(kind) is missing")
    }
    // Another run takes the place of this one.
    try GoldenReport([]).write(into: folder)
    #expect(!FileManager.default.fileExists(atPath: folder + "/pictures"))
  }

  @Test("the same is there as JSON")
  func json() async throws {
    let proof = try Proof("rotate-opacity")
    let folder = proof.folder.file("report")
    try GoldenReport(try await outcomes(proof)).write(into: folder)
    let json = try JSONDecoder().decode(
      JSONValue.self, from: Data(try readBytes(folder + "/report.json")))
    #expect(json["state"] == "differs" && json["spec"] == "golden-report/1")
    guard case .array(let documents)? = json["documents"] else {
      Issue.record("no documents")
      return
    }
    #expect(documents.map { $0["state"] } == ["match", "differs", "broken"])
    #expect(documents[1]["differing"] == 90 && documents[1]["tier"] == "A")
    guard case .array(let causes)? = documents[1]["explanation"]?["causes"] else {
      Issue.record("no causes")
      return
    }
    #expect(causes.first?["layer"] == "turned")
  }

  @Test("JUnit's XML has a case for each film")
  func junit() async throws {
    let proof = try Proof("rotate-opacity")
    let xml = JUnitReport(try await outcomes(proof)).xml
    #expect(xml.contains(#"tests="3" failures="1" errors="1""#))
    #expect(xml.contains(#"name="&lt;turned&gt; &amp; &quot;so&quot;.json""#))
    #expect(xml.contains("<failure type=\"differs\"") && xml.contains("<error type=\"broken\""))
    let path = try proof.folder.write(xml, to: "junit.xml")
    // A parser that is strict: every element closed, every character allowed.
    let check = "import sys, xml.etree.ElementTree as e; e.parse(sys.argv[1])"
    try Tool.require("python3", ["-c", check, path])
  }

  @Test("a frame of which no picture was kept is shown in squares")
  func squares() async throws {
    let proof = try Proof("crop")
    let film = AlteredFilm(film: try await proof.film(), source: { $0 == 40 ? 30 : $0 })
    let outcome = await GoldenOutcome.check(
      "crop.json", film, try GoldenChecker(Golden(reading: proof.golden)))
    let path = try GoldenReport([outcome]).write(into: proof.folder.file("report"))
    let page = String(decoding: try readBytes(path), as: UTF8.self)
    #expect(page.contains("expected, in means of squares"))
    #expect(page.contains("1 of 90 frames differs, first 40"))
  }
}
