import Testing

@testable import SceneDocument

@Suite struct FrameRateTests {
  @Test("a time takes the nearest frame, halves upwards")
  func frames() {
    let rate = FrameRate(30)
    #expect(rate.frame(atMicroseconds: 0) == FrameIndex(0))
    #expect(rate.frame(atMicroseconds: 16_666) == FrameIndex(0))
    #expect(rate.frame(atMicroseconds: 16_667) == FrameIndex(1))
    #expect(FrameRate(25).frame(atMicroseconds: 20_000) == FrameIndex(1))
    #expect(FrameRate(30000, 1001).frame(atMicroseconds: 14_400_000_000) == FrameIndex(431_568))
  }

  @Test("samples follow from the absolute frame number")
  func samples() {
    let rate = FrameRate(30000, 1001)
    // 1601.6 samples a frame.
    let starts = (0...5).map { rate.sample(ofFrame: FrameIndex($0), rate: 48000).value }
    #expect(starts == [0, 1602, 3203, 4805, 6406, 8008])
    #expect(rate.sample(ofFrame: FrameIndex(30000), rate: 48000).value == 48_048_000)
  }

  @Test("lengths are covered by whole frames, and whole frames by no more")
  func covering() {
    #expect(FrameRate(30).frameCount(covering: Rational(7)) == 210)
    #expect(FrameRate(30).frameCount(covering: Rational(7_000_001, 1_000_000)) == 211)
    #expect(FrameRate(30).frameCount(covering: Rational(1, 3)) == 10)
    #expect(FrameRate(24000, 1001).frameCount(covering: Rational(1001, 24000)) == 1)
    #expect(FrameRate(25).frameCount(covering: .zero) == 0)
  }

  @Test("scene lengths sum to the film at every rate, over 10 000 random films")
  func sums() {
    var random = SeededNumbers(3)
    let rates =
      [24, 25, 30, 50, 60, 120, 1].map { FrameRate($0) }
      + [24, 30, 60].map { FrameRate($0 * 1000, 1001) }
    for _ in 0..<10_000 {
      let rate = rates[Int.random(in: 0..<rates.count, using: &random)]
      let sampleRate = [44100, 48000, 96000][Int.random(in: 0..<3, using: &random)]
      var frame = FrameIndex.zero
      var samples = 0
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        let time = Int64.random(in: 0...30_000_000, using: &random)
        let next = frame + rate.frame(atMicroseconds: time).value
        let owned =
          rate.sample(ofFrame: next, rate: sampleRate)
          - rate.sample(ofFrame: frame, rate: sampleRate)
        samples += owned
        frame = next
      }
      #expect(samples == rate.sample(ofFrame: frame, rate: sampleRate).value)
    }
  }

  @Test("arithmetic stays exact, and absurd time bases do not crash")
  func rational() {
    #expect(Rational(1, 3) + Rational(1, 6) == Rational(1, 2))
    #expect(Rational(1, 3) - Rational(1, 2) == Rational(-1, 6))
    #expect(Rational(2, 3) * Rational(9, 4) == Rational(3, 2))
    #expect(Rational(2, 3) / Rational(4, 9) == Rational(3, 2))
    #expect(Rational(5, 2).rounded == 3)
    #expect(Rational(-5, 2).rounded == -2)
    let absurd = Rational(.max - 2, .max - 58) * Rational(.max - 6, .max - 10)
    #expect(absurd.doubleValue > 0)
    #expect((Rational(.max, 3) + Rational(1, 1_000_003)).doubleValue > 0)
  }
}

@Suite struct LengthTests {
  @Test("units measure what they say")
  func units() {
    let size = PixelSize(1080, 1920)
    func pixels(_ length: Length, _ axis: Length.Axis) -> Double {
      length.pixels(along: axis, of: size, documentSize: PixelSize(2160, 3840))
    }
    #expect(pixels(Length(0.25), .horizontal) == 270)
    #expect(pixels(Length(0.25), .vertical) == 480)
    #expect(pixels(.percent(10), .vertical) == 192)
    #expect(pixels(.vmin(50), .vertical) == 540)
    #expect(pixels(.pixels(24), .horizontal) == 12)
  }

  @Test("eases begin at 0 and end at 1", arguments: Ease.allCases)
  func eases(ease: Ease) {
    #expect(ease(0) == 0)
    #expect(ease(1) == 1)
    #expect(ease(0.25) <= ease(0.5) && ease(0.5) <= ease(0.75))
  }
}
