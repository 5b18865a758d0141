import Foundation
import SceneDocument
import TestSupport
import Testing

@Suite(.serialized) struct WorkerCommandTests {
  @Test("a film from the queue is the same bytes as one that is rendered at once")
  func sameBytes() throws {
    let project = try Project()
    let direct = try ReelnodeProgram.run([
      "render", project.document, "--no-cache", "-o", project.folder.file("direct.mp4"),
    ])
    #expect(direct.status == 0, "\(direct.errorText)")
    let added = try project.queue(
      "add", project.document, "-o", project.folder.file("film.mp4"), "--cache", project.cache)
    #expect(added.status == 0, "\(added.errorText)")
    #expect(try added.json["state"] == "blocked")
    let worker = try project.work()
    #expect(worker.status == 0, "\(worker.errorText)")
    #expect(
      try readBytes(project.folder.file("film.mp4")) == readBytes(project.folder.file("direct.mp4"))
    )
    let id = try #require(try added.json["id"]?.string)
    let shown = try project.queue("show", id).json
    #expect(shown["state"] == "done")
    #expect(shown["fraction"] == 1)
    #expect(shown["part_jobs"]?.items.allSatisfy { $0["state"] == "done" } == true)
    // Functions of the engine may wait for its end.
    let events = try ReelnodeProgram.run(["events", "list", "--node", project.node, "--json"])
    #expect(events.outputText.contains("render/film.done"))
    #expect(events.outputText.contains(id))
    // What is made once is found in the cache.
    let again = try project.queue(
      "add", project.document, "-o", project.folder.file("again.mp4"), "--cache", project.cache)
    #expect(try again.json["parts"] == 0)
    #expect(try again.json["frames_reused"] == 30)
    #expect(try project.work().status == 0)
    #expect(
      try readBytes(project.folder.file("again.mp4"))
        == readBytes(project.folder.file("direct.mp4")))
  }

  @Test("a film without a path stays in the asset store")
  func stored() throws {
    let project = try Project()
    let added = try project.queue("add", project.document, "--store", "--cache", project.cache)
    #expect(try project.work().status == 0)
    let film = try #require(
      try project.queue("show", added.json["id"]?.string ?? "").json["films"]?.items.first)
    let asset = try #require(film["stored"]?["main.mp4"]?.string)
    #expect(.string(asset) == film["sha256"])
    #expect(try project.names == ["cache", "clips", "film.json", "node"])
    let check = try ReelnodeProgram.run(["db", "check", "--node", project.node])
    #expect(check.status == 0, "\(check.errorText)")
  }

  @Test("cancelling ends the child soon and leaves no file")
  func cancel() throws {
    let project = try Project(Project.long)
    let added = try project.queue(
      "add", project.document, "-o", project.folder.file("film.mp4"), "--cache", project.cache)
    let worker = try RunningProgram(["worker", "--jobs", "1", "--node", project.node])
    #expect(worker.hasSaid("started"))
    let children = worker.waitForChildren()
    // Numbers of processes are given again, so a name is looked at.
    func isRendering(_ process: pid_t) -> Bool {
      (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8))?
        .contains("render-child") ?? false
    }
    // One that stands still cannot have ended its job before that is cancelled.
    while !children.contains(where: isRendering), children.contains(where: { kill($0, 0) == 0 }) {
      usleep(1000)
    }
    for child in children { kill(child, SIGSTOP) }
    #expect(
      try project.queue("cancel", added.json["id"]?.string ?? "").json["state"] == "cancelled")
    let began = ContinuousClock.now
    while children.contains(where: isRendering), ContinuousClock.now - began < .seconds(60) {
      usleep(1000)
    }
    #expect(ContinuousClock.now - began < .seconds(5))
    #expect(worker.hasSaid("given up"))
    worker.send(SIGTERM)
    #expect(worker.status() == 0)
    #expect(try project.names == ["cache", "clips", "film.json", "node"])
  }

  @Test("a worker that is killed takes its child along, and another does its job")
  func killed() throws {
    let project = try Project()
    try project.edit("\"duration\": 2", "\"duration\": 60")
    let added = try project.queue(
      "add", project.document, "-o", project.folder.file("film.mp4"), "--cache", project.cache)
    let worker = try RunningProgram(["worker", "--jobs", "1", "--node", project.node])
    #expect(worker.hasSaid("started"))
    let children = worker.waitForChildren()
    worker.send(SIGKILL)
    _ = worker.status()
    let began = ContinuousClock.now
    while children.contains(where: { kill($0, 0) == 0 }), ContinuousClock.now - began < .seconds(5)
    {
      usleep(1000)
    }
    #expect(ContinuousClock.now - began < .seconds(2))
    let second = try project.work()
    #expect(second.status == 0, "\(second.errorText)")
    #expect(second.errorText.contains("(attempt 2)"))
    let shown = try project.queue("show", added.json["id"]?.string ?? "").json
    #expect(shown["state"] == "done")
    let failures = shown["part_jobs"]?.items.flatMap { $0["failures"]?.items ?? [] } ?? []
    #expect(failures.map { $0["code"] } == ["E_LEASE_LOST"])
  }

  @Test("SIGTERM lets the job under way finish")
  func drain() throws {
    let project = try Project()
    _ = try project.queue(
      "add", project.document, "-o", project.folder.file("film.mp4"), "--cache", project.cache)
    let worker = try RunningProgram(["worker", "--jobs", "1", "--node", project.node])
    #expect(worker.hasSaid("started"))
    worker.send(SIGTERM)
    #expect(worker.status() == 0)
    #expect(worker.errorText.contains("ended: 1 job done, 0 failed"), "\(worker.errorText)")
    let counts = try project.queue("list").json["counts"]
    #expect(counts?["leased"] == 0)
    #expect(counts?["done"] == 1)
  }

  @Test("a file that changes while its film waits ends the film with its own error")
  func changedFile() throws {
    let project = try Project()
    let added = try project.queue(
      "add", project.document, "-o", project.folder.file("film.mp4"), "--cache", project.cache)
    try project.folder.copy(project.folder.file("clips/host.mp4"), to: "clips/bg.mp4")
    #expect(try project.work().status == 1)
    let shown = try project.queue("show", added.json["id"]?.string ?? "").json
    #expect(shown["state"] == "failed")
    #expect(shown["error"]?["code"] == "E_ASSET_CHANGED")
    #expect(!project.exists("film.mp4"))
  }

  @Test("a child that may not write much fails its job and tells why")
  func fileSize() throws {
    let project = try Project()
    _ = try project.queue(
      "add", project.document, "-o", project.folder.file("film.mp4"), "--cache", project.cache)
    let worker = try RunningProgram([
      "worker", "--jobs", "1", "--file-size", "64", "--node", project.node,
    ])
    #expect(worker.hasSaid("give the worker a larger --file-size [E_LIMIT]"))
    worker.send(SIGKILL)
    #expect(worker.status() != 0)
  }

  @Test(
    "mistakes are told as everywhere",
    arguments: [["show", "NOPE"], ["cancel", "Z"], ["retry", "%"]])
  func mistakes(arguments: [String]) throws {
    let project = try Project()
    let outcome = try project.queue(arguments[0], arguments[1])
    #expect(outcome.status == 2)
    #expect(try outcome.codes == ["E_REF_UNKNOWN"])
  }

  @Test(
    "two films of the queue do not go to one file, and what cannot be written to is told at once")
  func outputs() throws {
    let project = try Project()
    let path = project.folder.file("film.mp4")
    func add(_ path: String) throws -> Tool.Outcome {
      try project.queue("add", project.document, "-o", path, "--cache", project.cache)
    }
    let first = try add(path)
    #expect(first.status == 0)
    let shown = try project.queue("show", first.json["id"]?.string ?? "").json
    #expect(shown["outputs"]?.items.count == 1)
    let second = try add(path)
    #expect(second.status == 2)
    #expect(second.outputText.contains("goes to"))
    #expect(try add("/nowhere/film.mp4").status == 2)
    #expect(try add(project.folder.file(String(repeating: "x", count: 250) + ".mp4")).status == 2)
    let part = try project.queue("show", first.json["id"]?.string ?? "").json["part_jobs"]?.items
      .first
    #expect(try project.queue("cancel", part?["id"]?.string ?? "").status == 2)
    #expect(try project.queue("cancel", first.json["id"]?.string ?? "").status == 0)
    #expect(try add(path).status == 0)
  }

  @Test("a signal to the whole group of processes ends no child in the midst of its work")
  func group() throws {
    let project = try Project()
    _ = try project.queue(
      "add", project.document, "-o", project.folder.file("film.mp4"), "--cache", project.cache)
    let worker = try RunningProgram(["worker", "--jobs", "1", "--node", project.node])
    for child in worker.waitForChildren() {
      // Before it has begun a child can be ended by it; the worker then starts another.
      while let ignored = Self.ignoredSignals(child), ignored & 0x4001 != 0x4001 { usleep(1000) }
      kill(child, SIGTERM)
      kill(child, SIGHUP)
    }
    worker.send(SIGTERM)
    #expect(worker.status() == 0)
    #expect(worker.errorText.contains("0 failed"), "\(worker.errorText)")
    #expect(!worker.errorText.contains("E_"), "\(worker.errorText)")
  }

  /// Bit n - 1 stands for signal n; nil when the process is gone.
  private static func ignoredSignals(_ process: Int32) -> UInt64? {
    let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("SigIgn:") }
    return line.flatMap { UInt64($0.dropFirst(8), radix: 16) }
  }

  @Test("a backup takes the place of no device and of no file of the database")
  func backup() throws {
    let project = try Project()
    _ = try project.queue("list")
    let link = project.folder.file("pipe")
    #expect(try Tool.run("mkfifo", [link]).status == 0)
    for path in [link, project.node + "/reelnode.db", project.node + "/reelnode.db-wal", ""] {
      let outcome = try ReelnodeProgram.run([
        "db", "backup", path, "--force", "--node", project.node,
      ])
      #expect(outcome.status == 2, "\(path) \(outcome.errorText)")
    }
    let copy = project.folder.file("copy.db")
    #expect(
      try ReelnodeProgram.run(["db", "backup", copy, "--node", project.node]).status == 0)
  }

  @Test("a document with a mistake does not get into the queue")
  func refusal() throws {
    let project = try Project()
    try project.edit("\"bg\" }", "\"nothing\" }")
    let outcome = try project.queue("add", project.document, "--cache", project.cache)
    #expect(outcome.status == 2)
    #expect(try outcome.codes.contains("E_REF_UNKNOWN"))
    #expect(try project.queue("list").json["jobs"]?.items.isEmpty == true)
  }
}

extension Project {
  var node: String { folder.file("node") }

  /// `reelnode queue …` on a node of the project's own, with JSON.
  func queue(_ arguments: String...) throws -> Tool.Outcome {
    try ReelnodeProgram.run(["queue"] + arguments + ["--node", node, "--json"])
  }

  /// A worker until the queue is empty.
  func work() throws -> Tool.Outcome {
    try ReelnodeProgram.run(["worker", "--jobs", "1", "--until-empty", "--node", node])
  }
}

extension RunningProgram {
  /// Its child processes, as soon as it has some.
  func waitForChildren() -> [Int32] {
    while true {
      let children = children
      if !children.isEmpty { return children }
      usleep(1000)
    }
  }

  /// Its child processes.
  var children: [Int32] {
    let tasks = "/proc/\(processIdentifier)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
    return threads.flatMap { thread in
      let text = (try? String(contentsOfFile: "\(tasks)/\(thread)/children", encoding: .utf8)) ?? ""
      return text.split(separator: " ").compactMap { Int32($0) }
    }
  }
}
