internal import Foundation
internal import Media

/// Decodes one file to its end, as a render would, to see whether it brings the process down.
enum Triage {
  /// Errors that libav reports are no matter here: only the process's end is.
  static func decode(_ path: String, interrupt: Interrupt) throws {
    do {
      let pictures = try FrameReader(path: path, kind: .video, interrupt: interrupt)
      while try pictures.next() != nil { try interrupt.check() }
    } catch { try interrupt.check() }
    do {
      let sound = try SoundReader(path: path, rate: 48000, channels: 2, interrupt: interrupt)
      var samples: [Float] = []
      repeat {
        samples.removeAll(keepingCapacity: true)
        try sound.read(48000, into: &samples)
        try interrupt.check()
      } while !samples.isEmpty
    } catch { try interrupt.check() }
  }
}
