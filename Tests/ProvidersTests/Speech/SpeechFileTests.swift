import Foundation
import Media
import Testing

@testable import Providers

@Suite struct SpeechFileTests {
  private func written(_ pieces: [[Int16]]) throws -> (file: SpeechFile, length: Int, bytes: Data) {
    let folder = try SpeechFolder()
    let file = try SpeechFile(path: folder.file("a.wav"), rate: 1000)
    for piece in pieces { try file.append(piece) }
    let length = try file.finish()
    return (file, length, try Data(contentsOf: URL(fileURLWithPath: folder.file("a.wav"))))
  }
  private let silence = [Int16](repeating: 3, count: 400)
  private let sound = [Int16](repeating: -5000, count: 300)

  @Test("long silence is cut to 0.15 s before and 0.25 s after")
  func margins() throws {
    let (file, length, bytes) = try written([silence, silence, sound, silence, sound, silence])
    #expect(file.cut == 650)
    #expect(length == 150 + 300 + 400 + 300 + 250)
    #expect(bytes.count == 44 + 2 * length)
    #expect(bytes[40] == UInt8(2 * length & 255) && bytes[41] == UInt8(2 * length >> 8))
    #expect(bytes[44 + 2 * 149] == 3 && bytes[44 + 2 * 150] == UInt8(truncatingIfNeeded: -5000))
  }

  @Test("a sound without silence gets an end")
  func noSilence() throws {
    let (file, length, _) = try written([sound])
    #expect(file.cut == 0 && length == 550 && file.isHeard)
  }

  @Test("silence alone is not heard")
  func silent() throws { #expect(try !written([silence]).file.isHeard) }
}
