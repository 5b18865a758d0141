import Testing

@testable import Rendering

@Suite struct ProgressWatchTests {
  @Test("slow is not stuck: frames, checks and another phase all count as moving")
  func moving() {
    let began = ContinuousClock.now
    let watch = ProgressWatch(patience: .seconds(30), now: began)
    for second in 1...100 {
      let now = began + .seconds(second)
      watch.hear(
        done: second / 40, total: 10, checks: second / 20, phase: "rendering", now: now)
      #expect(watch.stall(now: now) == nil)
    }
  }

  @Test("nothing for thirty seconds is stuck, and the frames that were done are told")
  func stuck() throws {
    let began = ContinuousClock.now
    let watch = ProgressWatch(patience: .seconds(30), now: began)
    watch.hear(done: 7, total: 10, checks: 7, phase: "rendering", now: began + .seconds(1))
    #expect(watch.stall(now: began + .seconds(31)) == nil)
    let stall = try #require(watch.stall(now: began + .seconds(32)))
    #expect(stall.frames == 7)
  }

  @Test("where a frame takes ten seconds, twenty of them are waited for")
  func slow() {
    let began = ContinuousClock.now
    let watch = ProgressWatch(patience: .seconds(30), now: began)
    for frame in 1...3 {
      watch.hear(
        done: frame, total: 10, checks: frame, phase: "rendering",
        now: began + .seconds(10 * frame))
    }
    #expect(watch.stall(now: began + .seconds(30 + 199)) == nil)
    #expect(watch.stall(now: began + .seconds(30 + 201)) != nil)
  }
}
