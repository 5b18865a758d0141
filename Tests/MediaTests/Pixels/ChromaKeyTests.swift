import Testing

@testable import Media

@Suite struct ChromaKeyTests {
  static let screens: [Colour] = [
    Colour(red: 0, green: 255, blue: 0), Colour(red: 0, green: 177, blue: 64),
    Colour(red: 0, green: 71, blue: 187),
  ]

  /// A disc of one colour before a screen, with an edge of a few pixels, as after 4:2:0.
  private func scene(
    subject: Colour, screen: Colour, size: Int = 64
  ) -> (bitmap: Bitmap, share: (Int, Int) -> Double) {
    let bitmap = Bitmap(width: size, height: size)
    let middle = Double(size) / 2
    func share(_ x: Int, _ y: Int) -> Double {
      let (dx, dy) = (Double(x) + 0.5 - middle, Double(y) + 0.5 - middle)
      let distance = (dx * dx + dy * dy).squareRoot()
      return min(max((middle * 0.6 - distance) / 4 + 0.5, 0), 1)
    }
    func mix(_ a: UInt8, _ b: UInt8, _ amount: Double) -> UInt8 {
      UInt8((Double(b) + (Double(a) - Double(b)) * amount).rounded())
    }
    for y in 0..<size {
      for x in 0..<size {
        let amount = share(x, y)
        bitmap.luma[x, y] = mix(subject.luma, screen.luma, amount)
        bitmap.cb[x, y] = mix(subject.cb, screen.cb, amount)
        bitmap.cr[x, y] = mix(subject.cr, screen.cr, amount)
      }
    }
    return (bitmap, share)
  }

  static let subjects: [(String, Colour)] = [
    ("skin", Colour(red: 224, green: 172, blue: 138)),
    ("dark skin", Colour(red: 92, green: 60, blue: 46)),
    ("grey", Colour(red: 128, green: 128, blue: 128)), ("white", .white),
    ("black", Colour(red: 12, green: 12, blue: 12)),
    ("red", Colour(red: 190, green: 30, blue: 40)),
  ]

  @Test("leaves the subject as it is and nothing of the screen", arguments: screens, subjects)
  func keys(screen: Colour, subject: (String, Colour)) throws {
    let (bitmap, share) = scene(subject: subject.1, screen: screen)
    let before = bitmap.copy()
    ChromaKeyer(ChromaKey(colour: screen)).apply(to: bitmap)
    let alpha = try #require(bitmap.alpha)
    var (remains, holes, darkened, tinted) = (0, 0, 0, 0)
    for y in 0..<64 {
      for x in 0..<64 {
        if share(x, y) == 0 { remains = max(remains, Int(alpha[x, y])) }
        guard share(x, y) == 1 else { continue }
        holes = max(holes, 255 - Int(alpha[x, y]))
        darkened = max(darkened, abs(Int(bitmap.luma[x, y]) - Int(before.luma[x, y])))
        tinted = max(tinted, abs(Int(bitmap.cb[x, y]) - Int(before.cb[x, y])))
      }
    }
    #expect(remains == 0)
    #expect(holes <= 5)
    #expect(darkened <= 3)
    #expect(tinted <= 6)
  }

  @Test("over grey no pixel has more of the screen's primary", arguments: screens, subjects)
  func noRim(screen: Colour, subject: (String, Colour)) {
    let (bitmap, share) = scene(subject: subject.1, screen: screen)
    ChromaKeyer(ChromaKey(colour: screen)).apply(to: bitmap)
    let grey = Bitmap(width: 64, height: 64, filledWith: Colour(red: 128, green: 128, blue: 128))
    grey.compose(bitmap, x: 0, y: 0)
    let pixels = grey.rgba()
    let primary = screen == Self.screens[2] ? 2 : 1
    var darkest = 255
    var excess = 0
    for y in 0..<64 {
      for x in 0..<64 {
        let pixel = pixels[(4 * (y * 64 + x))..<(4 * (y * 64 + x) + 3)].map(Int.init)
        let others = (0..<3).filter { $0 != primary }.map { pixel[$0] }
        excess = max(excess, pixel[primary] - (others.max() ?? 0))
        if share(x, y) > 0 { darkest = min(darkest, Int(grey.luma[x, y])) }
      }
    }
    #expect(excess <= 3)
    // No dark rim: the edge lies between the subject and the grey.
    #expect(darkest >= min(Int(subject.1.luma), 126) - 6)
  }

  @Test("spill inside the subject goes without darkening it")
  func spill() throws {
    let lit = Bitmap(width: 32, height: 32, filledWith: Colour(red: 150, green: 180, blue: 140))
    ChromaKeyer(ChromaKey(colour: Self.screens[0])).apply(to: lit)
    let before = Colour(red: 150, green: 180, blue: 140)
    #expect(lit.luma[16, 16] == before.luma)
    let pixel = lit.rgba()[(4 * 528)..<(4 * 528 + 4)].map(Int.init)
    #expect(pixel[1] <= max(pixel[0], pixel[2]) + 2)
    #expect(pixel[3] == 255)
    let kept = Bitmap(width: 32, height: 32, filledWith: before)
    ChromaKeyer(ChromaKey(colour: Self.screens[0], spill: 0)).apply(to: kept)
    #expect(kept.cb[16, 16] == before.cb)
  }

  @Test("eroding takes the lowest neighbour", arguments: [(1, 1), (2, 7), (17, 9)])
  func erode(size: (Int, Int)) {
    let source = PixelReference.noise(width: size.0, height: size.1)
    let result = source.copy()
    result.erode(by: 3)
    var expected: [UInt8] = []
    for y in 0..<size.1 {
      for x in 0..<size.0 {
        var lowest: UInt8 = 255
        for j in max(y - 3, 0)...min(y + 3, size.1 - 1) {
          for i in max(x - 3, 0)...min(x + 3, size.0 - 1) { lowest = min(lowest, source[i, j]) }
        }
        expected.append(lowest)
      }
    }
    #expect(result.samples == expected)
  }
}
