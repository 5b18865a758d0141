internal import Media

/// The pictures of an exhibit as PNG files.
struct ReportPictures {
  /// What part of the file's name comes before `.png`, and what is said of it.
  struct Picture: Sendable {
    var name: String
    var title: String
    var png: [UInt8]
  }

  /// Whole frames, then the worst block and its surroundings, eight times as large.
  var frames: [Picture] = []
  var crops: [Picture] = []

  static let zoom = 8
  /// Pixels around the worst block.
  private static let margin = 8

  init(_ exhibit: GoldenOutcome.Exhibit, of golden: Golden) throws {
    let actual = exhibit.actual
    let place = exhibit.finding.place(in: golden)
    let side = min(place.pixels, 32) + 2 * Self.margin
    let (x, y) = (place.x - Self.margin, place.y - Self.margin)
    func crop(_ picture: PackedPicture, _ name: String, _ title: String) throws {
      if let part = picture.enlarged(x: x, y: y, width: side, height: side, times: Self.zoom) {
        crops.append(
          Picture(name: name, title: title, png: try part.canvas().encoded(as: .png)))
      }
    }
    if let expected = exhibit.expected {
      frames.append(
        Picture(
          name: "expected", title: "expected", png: try expected.canvas().encoded(as: .png)))
      try crop(expected, "expected-block", "expected")
    } else {
      frames.append(
        Picture(
          name: "expected-squares", title: "expected, in means of squares",
          png: try Self.mosaic(
            golden.squares.row(exhibit.finding.index), golden
          ).png()))
    }
    frames.append(
      Picture(name: "actual", title: "actual", png: try actual.canvas().encoded(as: .png)))
    try crop(actual, "actual-block", "actual")
    let map = Self.redOverDim(exhibit, golden)
    if let image = RGBImage(width: actual.width, height: actual.height, bytes: map) {
      frames.append(Picture(name: "difference", title: "difference", png: try image.png()))
    }
    if let image = Self.crop(map, actual, x: x, y: y, side: side) {
      crops.append(Picture(name: "difference-block", title: "difference", png: try image.png()))
    }
  }

  /// The picture in dim grey, and red where it differs: the brighter the more.
  private static func redOverDim(_ exhibit: GoldenOutcome.Exhibit, _ golden: Golden) -> [UInt8] {
    let actual = exhibit.actual
    let base = exhibit.expected ?? actual
    let amounts =
      exhibit.expected.map { Self.amounts($0, actual) } ?? squareAmounts(exhibit, golden)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(amounts.count * 3)
    for (index, amount) in amounts.enumerated() {
      let grey = max(0, Int(base.samples[index]) - 16) * 255 / 219 * 3 / 10
      if amount == 0 {
        bytes += [UInt8(min(grey, 255)), UInt8(min(grey, 255)), UInt8(min(grey, 255))]
      } else {
        let red = min(255, 110 + amount * 6)
        bytes += [UInt8(red), UInt8(min(grey / 3, 60)), UInt8(min(grey / 3, 60))]
      }
    }
    return bytes
  }

  /// The largest difference of luma and chroma at each pixel.
  private static func amounts(_ a: PackedPicture, _ b: PackedPicture) -> [Int] {
    let (cb, cr) = (a.plane(1), a.plane(2))
    func difference(_ place: Int) -> Int { abs(Int(a.samples[place]) - Int(b.samples[place])) }
    return (0..<a.width * a.height).map { place in
      let chroma = place / a.width / 2 * cb.width + place % a.width / 2
      return max(
        difference(place), max(difference(cb.start + chroma), difference(cr.start + chroma)))
    }
  }

  private static func squareAmounts(
    _ exhibit: GoldenOutcome.Exhibit, _ golden: Golden
  ) -> [Int] {
    let (width, height) = (exhibit.actual.width, exhibit.actual.height)
    var amounts = [Int](repeating: 0, count: width * height)
    let row = Array(golden.squares.row(exhibit.finding.index))
    for square in row.indices {
      let distance = abs(Int(row[square]) - Int(exhibit.finding.squares[square]))
      if distance < 32 { continue }
      let place = SquareTable.place(
        of: square, width: width, height: height, side: golden.squares.side)
      for y in place.y..<min(place.y + place.pixels, height) {
        for x in place.x..<min(place.x + place.pixels, width) {
          amounts[y * width + x] = max(amounts[y * width + x], (distance + 32) / 64)
        }
      }
    }
    return amounts
  }

  private static func crop(
    _ bytes: [UInt8], _ picture: PackedPicture, x: Int, y: Int, side: Int
  ) -> RGBImage? {
    let (left, top) = (max(0, x) & ~1, max(0, y) & ~1)
    let (right, bottom) = (min(picture.width, x + side) & ~1, min(picture.height, y + side) & ~1)
    guard left < right, top < bottom else { return nil }
    var part: [UInt8] = []
    for row in top..<bottom {
      var line: [UInt8] = []
      for column in left..<right {
        let place = 3 * (row * picture.width + column)
        for _ in 0..<zoom { line += bytes[place..<place + 3] }
      }
      for _ in 0..<zoom { part += line }
    }
    return RGBImage(width: (right - left) * zoom, height: (bottom - top) * zoom, bytes: part)
  }

  /// What is known of a frame without a picture: its luma squares, at full size.
  private static func mosaic(_ row: ArraySlice<UInt16>, _ golden: Golden) -> GrayImage {
    let (width, height) = (golden.reference.width, golden.reference.height)
    let side = golden.squares.side
    let columns = (width + side - 1) / side
    let values = Array(row)
    var bytes: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let luma = Int(values[y / side * columns + x / side]) / 64
        bytes.append(UInt8(min(max((luma - 16) * 255 / 219, 0), 255)))
      }
    }
    guard let image = GrayImage(width: width, height: height, bytesPerSample: 1, bytes: bytes)
    else {
      preconditionFailure("a golden's size is positive")
    }
    return image
  }
}
