import Foundation
import Testing

@testable import Previewing

@Suite struct FileWatchTests {
  private func stamp(_ size: UInt64) -> FileWatch.Stamp {
    FileWatch.Stamp(inode: 1, size: size, modified: .distantPast)
  }

  @Test("a change is told once, when two looks agree")
  func settles() {
    var watch = FileWatch()
    watch.watch(["/a", "/b"])
    // Neither is there.
    #expect(watch.look { _ in nil } == [])
    #expect(watch.look { _ in stamp(1) } == [])
    #expect(watch.look { $0 == "/a" ? stamp(1) : stamp(2) } == ["/a"])
    #expect(watch.look { $0 == "/a" ? stamp(1) : stamp(2) } == ["/b"])
    #expect(watch.look { $0 == "/a" ? stamp(1) : stamp(2) } == [])
  }

  @Test("a file that goes and comes back unchanged was never changed")
  func returns() {
    var watch = FileWatch()
    watch.watch(["/a"])
    _ = watch.look { _ in stamp(1) }
    _ = watch.look { _ in stamp(1) }
    #expect(watch.look { _ in nil } == [])
    #expect(watch.look { _ in stamp(1) } == [])
    #expect(watch.look { _ in nil } == [])
    #expect(watch.look { _ in nil } == ["/a"])
  }

  @Test("another list keeps what is known of files in both")
  func another() {
    var watch = FileWatch()
    watch.watch(["/a"])
    _ = watch.look { _ in stamp(1) }
    _ = watch.look { _ in stamp(1) }
    watch.watch(["/a", "/b"])
    #expect(watch.look { $0 == "/a" ? stamp(1) : nil } == [])
  }
}

@Suite struct PictureCacheTests {
  private func picture(_ count: Int) -> Picture {
    Picture(bytes: [UInt8](repeating: 0, count: count), format: .jpeg)
  }

  @Test("the least recently used picture goes first, and never more than the limit stays")
  func evicts() {
    var cache = PictureCache<Int>(limit: 100)
    for key in 0..<3 { cache.keep(picture(30), for: key) }
    #expect(cache.picture(for: 0) != nil)
    cache.keep(picture(30), for: 3)
    #expect(cache.picture(for: 1) == nil)
    #expect(cache.picture(for: 0) != nil)
    #expect(cache.bytes == 90)
    cache.keep(picture(101), for: 4)
    #expect(cache.picture(for: 4) == nil)
    cache.keep(picture(100), for: 0)
    #expect(cache.count == 1)
    #expect(cache.bytes == 100)
  }
}
