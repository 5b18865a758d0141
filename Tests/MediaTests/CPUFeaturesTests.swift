import Foundation
import Synchronization
import Testing

@testable import Media

@Suite struct CPUFeaturesTests {
  @Test(
    "sound is opened without CPU extensions while other threads ask libav what the processor has")
  func noRace() throws {
    let asking = Atomic<Int>(2)
    for _ in 0..<2 {
      Thread.detachNewThread {
        // As decoders do when a stream begins, long after they were opened.
        for _ in 0..<20_000_000 { _ = CPUFeatures.current }
        asking.subtract(1, ordering: .relaxed)
      }
    }
    var wrong = 0
    while asking.load(ordering: .relaxed) > 0 {
      try CPUFeatures.portable { () throws(MediaError) in
        // The lowest bit says that there is a processor at all.
        for _ in 0..<20 where CPUFeatures.current & ~1 != 0 { wrong += 1 }
      }
    }
    #expect(wrong == 0)
    #expect(CPUFeatures.current == CPUFeatures.found)
  }
}
