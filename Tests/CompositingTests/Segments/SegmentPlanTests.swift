import SceneDocument
import Testing

@testable import Compositing

@Suite struct SegmentPlanTests {
  private func scene(frames: Int, crossfade: Int = 0, passed: Int = 0) -> TimelineScene {
    let picture = ScenePicture(
      width: 16, height: 16, frameRate: Rational(30), frames: frames,
      backdrop: RGBA(red: 0, green: 0, blue: 0), layers: [])
    return TimelineScene(
      id: "s", title: "", index: 0, startFrame: 0, frames: frames, durationRule: .fixed,
      picture: picture,
      transition: crossfade > 0
        ? SceneTransition(.crossfade, frames: crossfade, outgoing: picture, passed: passed) : nil,
      events: [])
  }

  @Test(
    "ranges cover a scene once, none longer than a GOP",
    arguments: [1, 2, 59, 60, 61, 119, 120, 195, 210, 1801], [0, 15])
  func coverage(frames: Int, crossfade: Int) {
    let scene = scene(frames: frames, crossfade: frames > crossfade ? crossfade : 0)
    let ranges = SegmentPlan.ranges(of: scene, gop: 60)
    #expect(ranges.first?.lowerBound == 0)
    #expect(ranges.last?.upperBound == frames)
    for (left, right) in zip(ranges, ranges.dropFirst()) {
      #expect(left.upperBound == right.lowerBound)
    }
    #expect(ranges.allSatisfy { !$0.isEmpty && $0.count <= 60 })
    let window = scene.transition?.frames ?? 0
    if window > 0 { #expect(ranges[0] == 0..<window) }
    // No more key frames than an uncut encode would have, and one where two cores would not share evenly.
    let parts = (frames - window + 59) / 60
    #expect(ranges.count == parts + (parts == 3 ? 1 : 0) + (window > 0 ? 1 : 0))
  }

  @Test("a part of a film that begins or ends within a transition has the rest of its window")
  func partOfWindow() {
    #expect(
      SegmentPlan.ranges(of: scene(frames: 40, crossfade: 15, passed: 5), gop: 60) == [
        0..<10, 10..<40,
      ])
    #expect(SegmentPlan.ranges(of: scene(frames: 7, crossfade: 15), gop: 60) == [0..<7])
  }

  @Test("a queue hands out every segment once, whatever the number of workers", arguments: 1...8)
  func queue(workers: Int) {
    var segments: [PlannedSegment] = []
    let picture = SegmentPicture(of: scene(frames: 60).picture, range: 0..<60)
    for scene in 0..<7 {
      for part in 0..<(scene + 1) {
        segments.append(
          PlannedSegment(
            scene: scene, range: part * 60..<part * 60 + 60, startFrame: 0,
            picture: picture, key: "\(scene)-\(part)"))
      }
    }
    let todo = segments.indices.filter { $0 % 5 != 3 }
    let queue = SegmentQueue(segments, todo: Array(todo), workers: workers)
    var seen: [Int] = []
    var idle = Set<Int>()
    var worker = 0
    while idle.count < workers {
      if let next = queue.next(for: worker) { seen.append(next) } else { idle.insert(worker) }
      worker = (worker + 1) % workers
    }
    #expect(seen.sorted() == Array(todo))
  }

  @Test("one worker alone goes through each scene in order")
  func order() {
    let picture = SegmentPicture(of: scene(frames: 60).picture, range: 0..<60)
    let segments = (0..<3).flatMap { scene in
      (0..<3).map {
        PlannedSegment(
          scene: scene, range: $0 * 60..<$0 * 60 + 60, startFrame: 0,
          picture: picture, key: "")
      }
    }
    let queue = SegmentQueue(segments, todo: Array(0..<9), workers: 1)
    var seen: [Int] = []
    while let next = queue.next(for: 0) { seen.append(next) }
    #expect(seen == Array(0..<9))
  }
}
