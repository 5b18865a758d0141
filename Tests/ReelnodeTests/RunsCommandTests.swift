import Foundation
import SceneDocument
import Storage
import TestSupport
import Testing
import Workflows

@testable import reelnode

@Suite struct RunsCommandTests {
  @Test("an event is sent and stored; one that nobody listens to with a warning")
  func send() async throws {
    let stage = try await RunsStage()
    let sent = try stage.reelnode(
      "events", "send", "scene/ready", "--data", #"{"sceneId":"s1","outcome":"good"}"#, "--json")
    #expect(sent.status == 0)
    #expect(try sent.json["unheard"]?.bool == false)
    try await stage.engine.finish()
    #expect(try await stage.engine.runs().map(\.state) == [.completed])

    let lost = try stage.reelnode("events", "send", "nobody/cares", "--strict")
    #expect(lost.status == 3)
    #expect(lost.errorText.contains("nobody listens to event 'nobody/cares'"))
    let list = try stage.reelnode("events", "list", "--json")
    let names = try list.json["events"]?.items.compactMap { $0["name"]?.string }
    #expect(names?.first == "nobody/cares")
  }

  @Test("an event sent twice under one id starts one run")
  func sendTwice() async throws {
    let stage = try await RunsStage()
    for _ in 0..<2 {
      let sent = try stage.reelnode(
        "events", "send", "scene/approved", "--data", #"{"sceneId":"s1"}"#, "--id", "a-1")
      #expect(sent.status == 0)
    }
    try await stage.engine.settle()
    #expect(try await stage.engine.runs().count == 1)
  }

  @Test(
    "events that cannot be are refused",
    arguments: [
      ["", "--data", "{}"], ["inngest/x"], ["x", "--data", "[1]"], ["x", "--data", "{"],
      ["x", "--data", "@/nowhere/event.json"], ["x", "--data", "@"], ["x", "--id", ""],
      ["x", "--in", "5 minutes"],
    ])
  func refused(arguments: [String]) async throws {
    let stage = try await RunsStage()
    let outcome = try ReelnodeProgram.run(
      ["events", "send"] + arguments, environment: ["REELNODE_NODE": stage.folder])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("error"))
    #expect(try await stage.engine.engine.events().isEmpty)
  }

  @Test("runs are listed with filters, in pages")
  func list() async throws {
    let stage = try await RunsStage()
    let good = try await stage.scene("s1", "good")
    let bad = try await stage.scene("s2", "bad", then: .seconds(60))
    let all = try stage.reelnode("runs", "list", "--json").json["runs"]?.items
    #expect(all?.compactMap { $0["id"]?.string } == [bad, good])
    let failed = try stage.reelnode("runs", "list", "--state", "failed").outputText
    #expect(failed.contains(bad.suffix(6)) && failed.contains("voice service is busy"))
    #expect(!failed.contains(good.suffix(6)))
    let page = try stage.reelnode("runs", "list", "--before", String(bad.suffix(6)), "--json")
    #expect(try page.json["runs"]?.items.count == 1)
    #expect(try stage.reelnode("runs", "list", "--state", "odd").status == 2)
    #expect(try stage.reelnode("runs", "list", "--limit", "0").status == 2)
  }

  @Test("a run is shown with a timeline, and as JSON with each attempt")
  func show() async throws {
    let stage = try await RunsStage()
    let id = try await stage.scene("s1", "flaky", then: .seconds(30))
    let shown = try stage.reelnode("runs", "show", String(id.suffix(8)).lowercased())
    #expect(shown.status == 0)
    let lines = shown.outputText.split(separator: "\n").map(String.init)
    #expect(lines[0] == "render-scene  completed in 10s  \(id)")
    #expect(lines.allSatisfy { TerminalText.columns($0) <= 90 })
    let speak = try #require(lines.first { $0.hasPrefix("speak ") })
    #expect(speak.contains("✗·") && speak.contains("attempt 2"))
    #expect(lines.contains { $0.contains("speak, attempt 1") && $0.contains("voice service") })

    let step = try stage.reelnode("runs", "show", id, "--json").json["steps"]?.items[1]
    #expect(step?["attempt"]?.number == 2)
    #expect(step?["failures"]?.items.first?["attempts"]?.number == 3)
  }

  @Test("why a run does not move")
  func why() async throws {
    let stage = try await RunsStage()
    let waiting = try await stage.scene("s9", "wait")
    let text = try stage.reelnode("runs", "why", waiting).outputText
    #expect(
      text.contains("step 'approval' waits for event 'scene/approved' with sceneId = s9 until"))
    let bad = try await stage.scene("s2", "bad")
    let retrying = try stage.reelnode("runs", "why", bad)
    #expect(retrying.outputText.contains("step 'speak' failed; attempt 2 of 3 is at"))
    #expect(retrying.outputText.contains("voice service is busy"))
    let reasons = try stage.reelnode("runs", "why", bad, "--json").json["reasons"]?.items
    // Where the machine is so busy that the node seems to have gone, that is told too.
    #expect(reasons?.contains { $0["reason"] == "retrying" } == true)
    for id in ["s9", "s10"] { try await stage.engine.engine.send(RunsStage.Approved(sceneId: id)) }
    try await stage.engine.settle()
    let throttled = try await stage.engine.engine.runs(RunFilter(functionID: "publish", limit: 1))
    #expect(try stage.reelnode("runs", "why", throttled[0].id).outputText.contains("throttle"))
    #expect(try stage.reelnode("runs", "why", waiting).outputText.contains("it completed"))
    #expect(try stage.reelnode("runs", "why", "NOSUCHRUN").status == 2)
  }

  @Test("a run is cancelled, retried, and run again from a step")
  func steering() async throws {
    let stage = try await RunsStage()
    let waiting = try await stage.scene("s9", "wait")
    #expect(try stage.reelnode("runs", "cancel", waiting, "--reason", "wrong script").status == 0)
    try await stage.engine.settle()
    let cancelled = try await stage.engine.engine.run(waiting)?.run
    #expect(cancelled?.state == .cancelled && cancelled?.cancelReason == "wrong script")
    #expect(try stage.reelnode("runs", "cancel", waiting).status == 2)

    #expect(try stage.reelnode("runs", "retry", waiting).status == 0)
    try await stage.engine.settle()
    #expect(try await stage.engine.engine.run(waiting)?.run.state == .waiting)
    #expect(try stage.reelnode("runs", "retry", waiting).status == 2)

    let good = try await stage.scene("s1", "good")
    let replay = try stage.reelnode("runs", "retry", good, "--from", "speak", "--json")
    let id = try #require(try replay.json["id"]?.string)
    #expect(try replay.json["replay_of"]?.string == good)
    try await stage.engine.settle()
    #expect(try await stage.engine.engine.run(id)?.run.state == .completed)
    #expect(try stage.reelnode("runs", "retry", good, "--from", "nosuch").status == 2)
  }

  @Test("watching a run that has ended tells it once, and its end is the status")
  func watch() async throws {
    let stage = try await RunsStage()
    let good = try await stage.scene("s1", "good")
    let told = try stage.reelnode("runs", "watch", good)
    #expect(told.status == 0)
    #expect(told.errorText.contains("render-scene  completed"))
    let bad = try await stage.scene("s2", "bad", then: .seconds(60))
    let json = try stage.reelnode("runs", "watch", bad, "--json")
    #expect(json.status == 1)
    #expect(try json.json["state"]?.string == "failed")
  }
}
