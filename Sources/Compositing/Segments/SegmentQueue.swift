internal import Synchronization

/// Hands the segments that are to be rendered to workers, so that each works along one scene while it can.
///
/// Consecutive segments share open decoders, so a worker keeps to its run of segments; when it has none left it
/// takes the longest run that nobody has begun, and at last the second half of the longest run under way. That
/// keeps all workers busy to the end. The order has no influence on any byte.
final class SegmentQueue: Sendable {
  private struct State {
    /// Segment indexes, ascending; consecutive ones of one scene.
    var waiting: [ArraySlice<Int>]
    var running: [ArraySlice<Int>]
  }

  private let state: Mutex<State>

  init(_ segments: [PlannedSegment], todo: [Int], workers: Int) {
    var runs: [[Int]] = []
    for index in todo {
      if let last = runs.last?.last, last + 1 == index,
        segments[last].scene == segments[index].scene
      {
        runs[runs.count - 1].append(index)
      } else {
        runs.append([index])
      }
    }
    let waiting = runs.map { $0[...] }
    state = Mutex(State(waiting: waiting, running: Array(repeating: [], count: workers)))
  }

  /// The next segment for a worker; nil when all are given out.
  func next(for worker: Int) -> Int? {
    state.withLock { state in
      if state.running[worker].isEmpty {
        if let longest = state.waiting.indices.max(by: {
          // The earlier one of two equals, so that a film's beginning is done first.
          (state.waiting[$0].count, -$0) < (state.waiting[$1].count, -$1)
        }) {
          state.running[worker] = state.waiting.remove(at: longest)
        } else if let other = state.running.indices.max(by: {
          state.running[$0].count < state.running[$1].count
        }), !state.running[other].isEmpty {
          let run = state.running[other]
          let middle = run.startIndex + run.count / 2
          state.running[worker] = run[middle...]
          state.running[other] = run[..<middle]
        }
      }
      return state.running[worker].popFirst()
    }
  }
}
