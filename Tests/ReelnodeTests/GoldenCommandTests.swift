import Foundation
import SceneDocument
import TestSupport
import Testing

@Suite struct GoldenCommandTests {
  private func run(
    _ project: Project, _ command: String, _ more: String..., environment: [String: String] = [:]
  ) throws -> Tool.Outcome {
    try ReelnodeProgram.run(
      ["golden", command, project.document, "--cache", project.cache] + more,
      environment: ["CI": ""].merging(environment) { $1 })
  }

  @Test("record, then check, is a match; with another picture it differs and is explained")
  func wholeWay() throws {
    let project = try Project()
    let recorded = try run(project, "record")
    #expect(recorded.status == 0, "\(recorded.errorText)")
    #expect(project.exists("film.golden/reference.txt"))
    let same = try run(project, "check", "--json")
    #expect(same.status == 0 && same.errorText.contains("1 of 1 film match"), "\(same.errorText)")
    #expect(try same.json["state"]?.string == "match")

    try project.edit(#""size": [0.25, 0.25]"#, #""size": [0.25, 0.25], "opacity": 0.9"#)
    let report = project.folder.file("report")
    let junit = project.folder.file("junit.xml")
    let other = try run(project, "check", "--report", report, "--junit", junit)
    #expect(other.status == 1)
    #expect(other.errorText.contains("layer 'one/avatar': opacity 1 → 0.9"), "\(other.errorText)")
    #expect(other.errorText.contains(report + "/index.html"))
    #expect(project.exists("report/index.html") && project.exists("report/report.json"))
    #expect(String(decoding: try readBytes(junit), as: UTF8.self).contains("failures=\"1\""))
    let explained = try run(project, "explain")
    #expect(explained.status == 1 && explained.outputText.contains("opacity 1 → 0.9"))
    // Scene 'two' is as it was.
    #expect(try run(project, "check", "--frames", "20:30").status == 0)
  }

  @Test(
    "the fixtures match at any CPU level, on any number of jobs",
    arguments: [("0", "1"), ("sse4.2", "2"), ("sse2", "8"), ("", "3")])
  func levels(level: String, jobs: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    let films = ["sound-duck-loudness", "captions-karaoke", "when-short", "alpha-straight"]
    let outcome = try ReelnodeProgram.run(
      ["golden", "check", "--tier", "A", "--jobs", jobs, "--no-cache"]
        + films.map { "\(folder)/Fixtures/golden/\($0).json" },
      environment: level.isEmpty ? [:] : ["REELNODE_CPU_FLAGS": level])
    #expect(outcome.status == 0, "\(outcome.errorText)")
  }

  @Test("where CI is set nothing is recorded")
  func ci() throws {
    let project = try Project()
    let outcome = try run(project, "record", environment: ["CI": "true"])
    #expect(outcome.status == 2 && outcome.errorText.contains("CI=true"))
    #expect(outcome.errorText.contains("E_GOLDEN_REFUSED") && !project.exists("film.golden"))
  }

  @Test("what cannot be checked is told, and is no verdict")
  func broken() throws {
    let project = try Project()
    let missing = try run(project, "check")
    #expect(missing.status == 2 && missing.errorText.contains("golden record"))
    #expect(try run(project, "record").status == 0)
    try FileManager.default.removeItem(atPath: project.folder.file("film.golden/squares.png"))
    let damaged = try run(project, "check")
    #expect(damaged.status == 2 && damaged.errorText.contains("E_GOLDEN_DAMAGED"))
    #expect(damaged.errorText.contains("squares.png"))
    #expect(try run(project, "record").status == 0)
    try project.edit(#""host": { "path""#, #""host": { "paht""#)
    let wrong = try run(project, "check", "--json")
    #expect(wrong.status == 2 && wrong.errorText.contains("film.json:7:"), "\(wrong.errorText)")
    #expect(try wrong.json["documents"]?.items[0]["state"]?.string == "broken")
  }

  @Test("a folder stands for the documents in it")
  func folder() throws {
    let project = try Project()
    try project.folder.copy(project.document, to: "more/film.json")
    try project.folder.write("{}", to: "more/words.json")
    let record = try ReelnodeProgram.run(
      ["golden", "record", project.folder.path, "--assets", project.folder.path, "--no-cache"],
      environment: ["CI": ""])
    #expect(record.status == 0, "\(record.errorText)")
    #expect(project.exists("film.golden/reference.txt"))
    #expect(project.exists("more/film.golden/reference.txt"))
    try FileManager.default.removeItem(atPath: project.folder.file("more/film.json"))
    let lost = try ReelnodeProgram.run(
      ["golden", "check", project.folder.path, "--no-cache", "--json"])
    #expect(lost.status == 2 && lost.errorText.contains("more/film.json"))
    #expect(try lost.json["documents"]?.items.map { $0["state"]?.string } == ["match", "broken"])
  }

  @Test(
    "mistakes of the command line are told",
    arguments: [
      (["--frames", "9"], "frames"), (["--frames", "9:3"], "frames"), (["--tier", "C"], "tier"),
      (["--jobs", "0"], "jobs"), (["--report", ""], "--report"),
    ] as [([String], String)])
  func mistakes(options: [String], words: String) throws {
    let project = try Project()
    let outcome = try ReelnodeProgram.run(["golden", "check", project.document] + options)
    #expect(outcome.status == 2 && outcome.errorText.contains(words), "\(outcome.errorText)")
  }
}
