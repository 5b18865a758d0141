import Dispatch
import Media
import TestSupport
import Testing

@Suite struct InterruptTests {
  @Test("a cancelled interrupt refuses to open a file")
  func openingAfterCancel() throws {
    let interrupt = Interrupt()
    interrupt.cancel()
    let clip = try ClipForge.plain()
    let error = try mediaError { _ = try Demuxer(path: clip, interrupt: interrupt) }
    #expect(error.isInterrupted)
    #expect(!error.isUnreadable)
  }

  @Test("reading stops at the next frame after a cancel")
  func cancelWhileReading() throws {
    let interrupt = Interrupt()
    let reader = try FrameReader(
      path: try ClipForge.numbered(), kind: .video, interrupt: interrupt)
    _ = try reader.next()
    interrupt.cancel()
    #expect(try mediaError { _ = try reader.next() }.isInterrupted)
  }

  @Test("a cancel from another thread ends a read that goes round and round")
  func cancelFromAnotherThread() throws {
    let interrupt = Interrupt()
    let reader = try FrameReader(
      path: try ClipForge.numbered(), kind: .video, interrupt: interrupt)
    // The other thread cancels once it is told that reading has begun.
    let begun = DispatchSemaphore(value: 0)
    let thread = DispatchQueue(label: "cancelling")
    thread.async {
      begun.wait()
      interrupt.cancel()
    }
    let error = try mediaError {
      while true {
        while try reader.next() != nil { begun.signal() }
        try reader.seek(to: 0)
      }
    }
    #expect(error.isInterrupted)
  }
}
