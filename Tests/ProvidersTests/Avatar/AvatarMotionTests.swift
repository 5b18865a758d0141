import Compositing
import Media
import Testing

@testable import Providers

@Suite struct AvatarMotionTests {
  private static let sounds: [(String, Double)] = [
    ("", 0.4), ("a", 0.3), ("m", 0.16), ("a", 0.24), ("", 0.5), ("o", 0.3), ("p", 0.2), ("e", 0.3),
    ("", 0.6),
  ]

  private static var phonemes: [Speech.Phoneme] {
    var time = 0.0
    return sounds.map { symbol, length in
      defer { time += length }
      return Speech.Phoneme(symbol, start: time, end: time + length)
    }
  }

  private static func request(_ character: String, rate: Int = 30) -> AvatarRequest {
    AvatarRequest(
      audioPath: "", audioSHA256: "feed", duration: 3, phonemes: phonemes, character: character,
      width: 320, height: 360, rate: rate, language: "en")
  }

  /// Pixels that show the inside of the mouth: dark red that lips, skin and clothes do not have.
  private static func opening(_ canvas: VectorCanvas) -> Int {
    var count = 0
    for y in 170..<235 {
      for x in 110..<210 {
        let (red, green, blue, _) = canvas.surface.pixel(x, y)
        if red < 105, red > 40, green < 40, blue < 50, red > 2 * green { count += 1 }
      }
    }
    return count
  }

  @Test("the mouth that is drawn opens and closes with the sounds, at most a frame off")
  func sync() throws {
    let request = Self.request("mina")
    let painter = try AvatarPainter(try AvatarDrawing(request, provider: "drawn"))
    let areas = (0..<90).map { Self.opening(painter.draw($0)) }
    let largest = try #require(areas.max())
    #expect(largest > 100)
    for phoneme in Self.phonemes {
      // Frames that lie inside of the sound with one to spare on both sides.
      let first = Int((phoneme.start * 30).rounded(.up)) + 1
      let last = Int((phoneme.end * 30).rounded(.down)) - 2
      guard first <= last else { continue }
      for frame in first...last {
        switch phoneme.symbol {
        case "a": #expect(areas[frame] > largest / 2, "frame \(frame)")
        case "o", "e": #expect(areas[frame] > largest / 8, "frame \(frame)")
        default: #expect(areas[frame] <= 3, "frame \(frame) in '\(phoneme.symbol)'")
        }
      }
    }
  }

  @Test("no shift in time fits the sounds better than none")
  func lag() throws {
    let request = Self.request("jun")
    let drawing = try AvatarDrawing(request, provider: "drawn")
    let painter = try AvatarPainter(drawing)
    let track = try drawing.track()
    let areas = (0..<90).map { Double(Self.opening(painter.draw($0))) }
    let open = (0..<90).map { track.shape(at: (Double($0) + 0.5) / 30).openness }
    func agreement(_ shift: Int) -> Double {
      (5..<85).reduce(0) { $0 + areas[$1] * open[$1 + shift] }
    }
    let best = try #require((-4...4).max { agreement($0) < agreement($1) })
    #expect(best == 0)
  }

  private func motion(_ seed: String, seconds: Double = 40) -> AvatarMotion {
    let words = (0..<60).map {
      Speech.Word(
        "word", start: 0.6 * Double($0), end: 0.6 * Double($0) + ($0 % 5 == 0 ? 0.55 : 0.3))
    }
    return AvatarMotion(
      track: MouthTrack(phonemes: [], duration: seconds), words: words, seed: seed)
  }

  @Test("eyes blink now and then, at uneven times, and are open else")
  func blinks() {
    let motion = motion("a")
    let lids = (0..<2400).map { motion.pose(at: Double($0) / 60).lids }
    #expect(lids.allSatisfy { 0...1 ~= $0 })
    let starts = (1..<2400).filter { lids[$0] < 0.5 && lids[$0 - 1] >= 0.5 }
    #expect(7...24 ~= starts.count)
    #expect(lids.filter { $0 > 0.95 }.count > 2000)
    let gaps = Set(zip(starts, starts.dropFirst()).map { $1 - $0 })
    #expect(gaps.count > starts.count / 2)
  }

  @Test("a blink is seen at 24 frames a second")
  func slowBlink() {
    for seed in ["a", "b", "c"] {
      let motion = motion(seed, seconds: 20)
      #expect((0..<480).contains { motion.pose(at: (Double($0) + 0.5) / 24).lids < 0.45 })
    }
  }

  @Test("nothing jumps from one frame to the next")
  func smooth() {
    let motion = motion("b")
    var last = motion.pose(at: 0)
    for frame in 1..<2400 {
      let pose = motion.pose(at: Double(frame) / 60)
      #expect(abs(pose.yaw - last.yaw) < 0.06)
      #expect(abs(pose.pitch - last.pitch) < 0.12)
      #expect(abs(pose.roll - last.roll) < 0.1)
      #expect(abs(pose.x - last.x) < 0.3)
      #expect(abs(pose.y - last.y) < 0.7)
      #expect(abs(pose.breath - last.breath) < 0.03)
      #expect(abs(pose.brows - last.brows) < 0.15)
      last = pose
    }
  }

  @Test("a speaker nods on long words and after pauses, and keeps moving when nothing is said")
  func emphasis() {
    let silent = AvatarMotion(
      track: MouthTrack(phonemes: [], duration: 30), words: [], seed: "c")
    let spoken = motion("c", seconds: 30)
    let nodding = (0..<900).filter {
      spoken.pose(at: Double($0) / 30).y - silent.pose(at: Double($0) / 30).y > 0.5
    }
    #expect(nodding.count > 30)
    let places = (0..<900).map { silent.pose(at: Double($0) / 30).x }
    #expect((places.max() ?? 0) - (places.min() ?? 0) > 2)
  }

  @Test("times and words that are no numbers do not end the drawing")
  func oddTimes() {
    let words = [
      Speech.Word("a", start: .nan, end: 1), Speech.Word("b", start: 1, end: .infinity),
      Speech.Word("c", start: 3, end: 2), Speech.Word("d", start: -1e300, end: 1e300),
    ]
    let motion = AvatarMotion(
      track: MouthTrack(phonemes: [], duration: 5), words: words, seed: "")
    for time in [-1e9, -1, 0, 2.5, 1e9] {
      let pose = motion.pose(at: time)
      #expect(pose.yaw.isFinite && pose.y.isFinite && pose.lids.isFinite)
      AvatarBust(on: VectorCanvas(width: 40, height: 45), look: .ada, pose: pose).draw()
    }
  }
}
