import Media
import Testing

@Suite struct CanvasSurfaceTests {
  /// Colours in every direction, opaque.
  private func surface(_ width: Int, _ height: Int) -> RGBASurface {
    var rgba: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        rgba += [UInt8(x * 37 & 255), UInt8(y * 53 & 255), UInt8((x + y) * 29 & 255), 255]
      }
    }
    let surface = RGBASurface(width: width, height: height)
    surface.replace(withStraight: rgba)
    return surface
  }

  /// The three samples of a picture of one colour, with odd sides.
  private func plain(_ red: UInt8, _ green: UInt8, _ blue: UInt8) throws -> [UInt8] {
    let surface = RGBASurface(width: 7, height: 5)
    surface.replace(withStraight: (0..<35).flatMap { _ in [red, green, blue, 255] })
    let canvas = try Canvas(width: 7, height: 5)
    try canvas.replace(with: surface, rows: 0..<5)
    let samples = PackedPicture(canvas).samples
    let planes = [samples[..<35], samples[35..<47], samples[47...]]
    #expect(planes.allSatisfy { Set($0).count == 1 })
    return planes.compactMap(\.first)
  }

  @Test("plain colours are what BT.709 says of them")
  func plainColours() throws {
    for (red, green, blue) in [
      (0, 0, 0), (255, 255, 255), (128, 128, 128), (255, 0, 0), (0, 255, 0), (0, 0, 255),
      (12, 200, 99), (250, 180, 3),
    ] as [(UInt8, UInt8, UInt8)] {
      let colour = Colour(red: red, green: green, blue: blue)
      #expect(try plain(red, green, blue) == [colour.luma, colour.cb, colour.cr])
    }
  }

  @Test(
    "a drawn picture becomes the film picture that the slower way makes",
    arguments: [(16, 10), (2, 2), (64, 36), (18, 4)])
  func sameAsBitmap(width: Int, height: Int) throws {
    let surface = surface(width, height)
    let canvas = try Canvas(width: width, height: height)
    try canvas.replace(with: surface, rows: 0..<height)
    let other = try Canvas(width: width, height: height)
    try other.draw(
      Overlay(Bitmap(width: width, height: height, rgba: surface.rgba()), x: 0, y: 0))
    let (found, wanted) = (PackedPicture(canvas).samples, PackedPicture(other).samples)
    for index in found.indices {
      let allowed = index < width * height ? 1 : 3
      #expect(abs(Int(found[index]) - Int(wanted[index])) <= allowed, "sample \(index)")
    }
  }

  @Test("only the rows that were asked for change")
  func rows() throws {
    let canvas = try Canvas(width: 8, height: 8, filledWith: .white)
    try canvas.replace(with: surface(8, 8), rows: 2..<4)
    let samples = PackedPicture(canvas).samples
    #expect(samples[..<16].allSatisfy { $0 == 235 } && samples[32..<64].allSatisfy { $0 == 235 })
    #expect(samples[16..<32].contains { $0 != 235 })
  }
}
