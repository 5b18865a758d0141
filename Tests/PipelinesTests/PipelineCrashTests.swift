import Foundation
import Providers
import Storage
import TestSupport
import Testing

@testable import Pipelines
@testable import Workflows

/// The node dies at its commits, one after the other; the next one goes on.
@Suite struct PipelineCrashTests {
  @Test(
    "killed at any commit, the film is made, nothing is paid for twice",
    arguments: [true, false], [0, 1, 2])
  func everyCommit(isBefore: Bool, part: Int) async throws {
    // Every third commit, which is enough to meet each kind of step.
    var number = 1 + 3 * part
    while true {
      let ledgers = (0..<4).map { _ in Ledger() }
      var (writer, voice) = (FakeWriter(), FakeVoice())
      var (avatar, background) = (PipelineBench.avatar, PipelineBench.background)
      (writer.ledger, voice.ledger) = (ledgers[0], ledgers[1])
      (avatar.ledger, background.ledger) = (ledgers[2], ledgers[3])
      (writer.scenes, avatar.questions) = (2, 1)
      let faults = FaultPlan(before: isBefore)
      let bench = try await PipelineBench(
        writer: writer, voice: voice, avatar: avatar, background: background, faults: faults,
        seed: UInt64(number))
      let (id, _) = try await bench.begin()
      faults.die(in: number)
      do { try await bench.work(id) } catch is RunStopped {}
      let isDead = faults.isDead
      faults.die(in: nil)
      if isDead { try await bench.node.crash() }
      try await bench.work(id)
      let project = try await bench.project(id)
      #expect(project.state == .done, "commit \(number): \(project.message ?? "")")
      for ledger in ledgers {
        #expect(!ledger.isPaidTwice, "commit \(number): \(ledger.done)")
      }
      #expect(try await bench.attempts(id).allSatisfy { $0.state == .done })
      if !isDead { break }
      number += 9
    }
    #expect(number > 40)
  }

  @Test(
    "killed with a paid request on its way, the next node looks it up",
    arguments: ["script", "voice", "avatar", "background"])
  func requestOnItsWay(_ who: String) async throws {
    let parts = Parts(who, [.hangs, .works])
    let bench = try await parts.bench()
    let (id, _) = try await bench.begin()
    let settling = Task { try await bench.node.settle() }
    // The request is on its way when the service has it.
    while parts.ledger.done.isEmpty { await Task.yield() }
    try await bench.node.crash()
    settling.cancel()
    _ = try? await settling.value
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
    #expect(!parts.ledger.isPaidTwice)
  }
}
