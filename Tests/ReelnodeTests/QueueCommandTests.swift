import Foundation
import SceneDocument
import TestSupport
import Testing

/// Without a worker: what is in the queue stays as the commands leave it.
@Suite(.serialized) struct QueueCommandTests {
  @Test("an empty queue says what to do, and its JSON has every key")
  func empty() throws {
    let project = try Project()
    let listed = try project.queue("list")
    #expect(listed.status == 0)
    let json = try listed.json
    #expect(json["paused"] == false && json["jobs"]?.items.isEmpty == true)
    for state in [
      "blocked", "queued", "leased", "done", "done_with_warnings", "failed", "cancelled",
    ] {
      #expect(json["counts"]?[state] == 0)
    }
    let text = try project.told("list")
    #expect(text.contains("no worker is running → reelnode worker"))
    #expect(text.contains("nothing is in the queue → reelnode queue add"))
    #expect(try project.queue("watch").status == 0)
  }

  @Test("a film on its way through the commands: paused, resumed, cancelled, begun anew")
  func life() throws {
    let project = try Project()
    let id = try project.add("film.mp4")
    let short = String(id.suffix(6))
    #expect(try project.told("list").contains("\(short)  film.mp4"))
    #expect(try project.queue("pause", short).json["paused"] == true)
    #expect(try project.told("show", short).contains("paused"))
    #expect(try project.queue("resume", short.lowercased()).json["paused"] == false)
    #expect(try project.queue("cancel", short).json["state"] == "cancelled")
    let shown = try project.queue("show", short).json
    #expect(shown["part_jobs"]?.items.allSatisfy { $0["state"] == "cancelled" } == true)
    #expect(try project.told("show", short).contains("→ reelnode queue retry \(short)"))
    let again = try project.queue("cancel", short)
    #expect(again.status == 2)
    #expect(try again.json["diagnostics"]?.items.isEmpty == false)
    #expect(try project.queue("watch", short).status == 1)
    #expect(try project.queue("retry", short).json["state"] == "blocked")
    #expect(try project.queue("list", "--state", "blocked").json["jobs"]?.items.count == 1)
    #expect(try project.queue("list", "--state", "failed").json["jobs"]?.items.isEmpty == true)
  }

  @Test("the whole queue can be paused, which everybody is told, and goes on")
  func pausing() throws {
    let project = try Project()
    #expect(try project.queue("pause").json["paused"] == true)
    #expect(try project.queue("list").json["paused"] == true)
    #expect(try project.told("list").contains("the queue is paused → reelnode queue resume"))
    #expect(try project.queue("resume").json["paused"] == false)
    #expect(try project.queue("list").json["paused"] == false)
  }

  @Test("two films of one document share their parts, and each part says who needs it")
  func sharing() throws {
    let project = try Project()
    let (first, second) = (try project.add("one.mp4"), try project.add("two.mp4"))
    let parts = try project.queue("show", first).json["part_jobs"]?.items ?? []
    #expect(!parts.isEmpty)
    #expect(
      try project.queue("show", second).json["part_jobs"]?.items.map { $0["id"] }
        == parts.map { $0["id"] })
    let part = try project.queue("show", parts[0]["id"]?.string ?? "").json
    #expect(part["needed_by"]?.items.map(\.string) == [first, second])
  }

  @Test("quarantine is empty at first, and nothing can be let out of it")
  func quarantine() throws {
    let project = try Project()
    #expect(try project.queue("quarantine").json["assets"]?.items.isEmpty == true)
    #expect(try project.told("quarantine") == "")
    let outcome = try project.queue("release", "9f86d081")
    #expect(outcome.status == 2)
    #expect(try outcome.codes == ["E_REF_UNKNOWN"])
  }

  @Test(
    "wrong words on the command line are explained",
    arguments: [
      ["list", "--state", "lost"], ["list", "--limit", "0"],
      ["add", "film.json", "--priority", "x"],
      ["show"], ["release"],
    ])
  func usage(arguments: [String]) throws {
    let outcome = try ReelnodeProgram.run(["queue"] + arguments)
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("error:"))
  }

  @Test(
    "every command's help says what it does and shows it",
    arguments: [
      "add", "list", "show", "watch", "cancel", "retry", "pause", "resume", "quarantine", "release",
    ])
  func help(command: String) throws {
    let outcome = try ReelnodeProgram.run(["queue", command, "--help"])
    #expect(outcome.status == 0)
    let text = String(decoding: outcome.output, as: UTF8.self)
    #expect(text.contains("EXAMPLES") && text.contains("reelnode queue \(command)"))
  }
}

extension Project {
  /// Queues the document's film and gives its id.
  fileprivate func add(_ name: String) throws -> String {
    let added = try queue("add", document, "-o", folder.file(name), "--cache", cache)
    return try #require(try added.json["id"]?.string)
  }

  /// What people read of `reelnode queue …`.
  fileprivate func told(_ arguments: String...) throws -> String {
    let outcome = try ReelnodeProgram.run(["queue"] + arguments + ["--node", node])
    return String(decoding: outcome.output, as: UTF8.self)
  }
}
