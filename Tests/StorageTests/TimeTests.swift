import Storage
import Testing

@Suite struct TimeTests {
  @Test("ids are in order within a millisecond and when the clock goes back")
  func order() {
    var ids: [ULID] = []
    for step in 0..<1000 { ids.append(.make(at: 1_800_000_000_000 - Int64(step % 50))) }
    #expect(ids == ids.sorted())
    #expect(Set(ids).count == 1000)
  }

  @Test("clocks that tell different times each have their ids in order")
  func clocks() {
    var ids: [[ULID]] = [[], []]
    for step in 0..<1000 {
      ids[step % 2].append(.make(at: step % 2 == 0 ? 1_800_000_000_000 : 1_700_000_000_000))
    }
    #expect(ids.allSatisfy { $0 == $0.sorted() })
  }

  @Test("ids that are made together are in order, and none is made again")
  func together() {
    var ids: [ULID] = []
    for step in 0..<50 { ids += ULID.make(20, at: 1_900_000_000_000 + Int64(step % 3) * 1_000_000) }
    #expect(Set(ids).count == 1000)
    for start in stride(from: 0, to: 1000, by: 20) {
      #expect(ids[start..<start + 20] == ids[start..<start + 20].sorted()[...])
    }
    #expect(ULID.make(0, at: 0).isEmpty)
  }

  @Test("the text is Crockford's base 32")
  func text() throws {
    let id = ULID(milliseconds: 1_469_918_176_385, randomHigh: 0, randomLow: 31)
    #expect(id.description == "01ARYZ6S41000000000000000Z")
    #expect(ULID("01aryz6s41000000000000000z") == id)
    #expect(id.milliseconds == 1_469_918_176_385)
    for wrong in [
      "", "81ARYZ6S41000000000000000Z", "01ARYZ6S4100000000000000U", "01ARYZ6S4100000000000000IZ",
    ] {
      #expect(ULID(wrong) == nil)
    }
  }

  @Test("sleepers wake in the order of their time, and a jump of the clock wakes nobody")
  func virtual() async throws {
    let clock = VirtualClock()
    let began = clock.now
    let late = Task { try await clock.sleep(milliseconds: 3_600_000) }
    let early = Task { try await clock.sleep(milliseconds: 10) }
    while clock.sleeperCount < 2 { await Task.yield() }
    clock.jump(milliseconds: 10_000_000)
    #expect(clock.sleeperCount == 2)
    #expect(clock.untilNextWake == 10)
    clock.advance(milliseconds: 10)
    try await early.value
    late.cancel()
    await #expect(throws: CancellationError.self) { try await late.value }
    #expect(clock.sleeperCount == 0)
    #expect(clock.now == began + 10_000_010)
    #expect(clock.elapsed == 10)
  }
}
