import Foundation
import Storage
import Testing

@testable import Workflows

@Suite struct CronTickerTests {
  private let clock = VirtualClock()

  private func ticking(
    _ log: Diary, _ schedule: String = "0 * * * *", missed: MissedTicks = .last, id: String = "tick"
  ) -> any RegistrableFunction {
    let clock = self.clock
    return WorkflowFunction(id, on: [.cron(schedule, missed: missed)]) { tick, step in
      let text = CronTick.text(tick.scheduledAt)
      try await step.run("work") { log.write(text, at: clock.now) }
    }
  }

  private func hour(_ number: Int) -> String {
    CronTick.text(dawn + Int64(number) * 3_600_000)
  }

  @Test("a function runs at each tick, which is its event's id")
  func ticks() async throws {
    let log = Diary()
    let node = try await TestEngine([ticking(log)], clock: clock)
    try await node.advance(by: .seconds(3 * 3600 + 10))
    #expect(log.texts == [hour(1), hour(2), hour(3)])
    #expect(log.times == (1...3).map { dawn + $0 * 3_600_000 })
    let events = try await node.engine.events()
    #expect(events.map(\.senderID) == [hour(3), hour(2), hour(1)])
    #expect(events.allSatisfy { $0.name == "inngest/scheduled.timer" })
  }

  @Test("two functions have ticks at the same instant, each its own")
  func twoFunctions() async throws {
    let (one, other) = (Diary(), Diary())
    let node = try await TestEngine(
      [ticking(one, id: "one"), ticking(other, id: "other")], clock: clock)
    try await node.advance(by: .seconds(3600))
    #expect(one.texts == [hour(1)])
    #expect(other.texts == [hour(1)])
  }

  @Test("a tick runs once in two processes")
  func twoProcesses() async throws {
    let log = Diary()
    let nodes = try await TwoNodes([ticking(log)], clock: clock)
    try await nodes.advance(by: .seconds(4 * 3600), steps: 40)
    #expect(log.texts == (1...4).map(hour))
  }

  @Test(
    "ticks that nobody was there for",
    arguments: [(MissedTicks.skip, [6]), (.last, [5, 6]), (.all, [1, 2, 3, 4, 5, 6])])
  func missed(policy: MissedTicks, hours: [Int]) async throws {
    let log = Diary()
    let node = try await TestEngine([ticking(log, missed: policy)], clock: clock)
    try await node.settle()
    clock.advance(milliseconds: 5 * 3_600_000 + 600_000)
    try await node.crash()
    try await node.advance(by: .seconds(3600))
    #expect(log.texts.sorted() == hours.map(hour))
  }

  @Test("more missed ticks than one transaction makes are all made")
  func manyMissed() async throws {
    let log = Diary()
    let node = try await TestEngine([ticking(log, "* * * * *", missed: .all)], clock: clock)
    clock.advance(milliseconds: 250 * 60_000)
    try await node.crash()
    try await node.advance(by: .seconds(60))
    #expect(log.texts.count == 251)
    #expect(Set(log.texts).count == 251)
  }

  @Test("a clock that is set back fires no tick again, one that is set forward skips by the rule")
  func clockJumps() async throws {
    let log = Diary()
    let node = try await TestEngine([ticking(log)], clock: clock)
    try await node.advance(by: .seconds(2 * 3600 + 60))
    clock.jump(milliseconds: -90 * 60_000)
    try await node.advance(by: .seconds(90 * 60))
    #expect(log.texts == [hour(1), hour(2)])
    clock.jump(milliseconds: 5 * 3_600_000)
    try await node.advance(by: .seconds(3600))
    #expect(log.texts == [hour(1), hour(2), hour(7), hour(8)])
  }

  @Test("dying at any commit of a tick runs it once")
  func crashes() async throws {
    for commit in 1...4 {
      let (log, faults) = (Diary(), FaultPlan())
      let clock = VirtualClock()
      let function = WorkflowFunction("tick", on: [.cron("@hourly")]) { tick, step in
        try await step.run("work") { log.write("\(tick.scheduledAt)") }
      }
      let node = try await TestEngine(
        [function], database: nil, migrations: [], seed: 1, settings: EngineSettings(),
        clock: clock, faults: faults)
      try await node.settle()
      faults.die(in: commit)
      let end = clock.now + 3_700_000
      do { try await node.advance(by: .milliseconds(end - clock.now)) } catch is RunStopped {}
      #expect(faults.isDead)
      try await node.crash()
      try await node.advance(by: .milliseconds(end - clock.now))
      let states = try await node.states()
      #expect(states == [.completed])
    }
  }
}
