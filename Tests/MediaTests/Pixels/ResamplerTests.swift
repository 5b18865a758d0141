import Testing

@testable import Media

@Suite struct ResamplerTests {
  struct Case: CustomTestStringConvertible {
    var source: (Int, Int)
    var window: SourceWindow
    var target: (Int, Int)
    var testDescription: String { "\(source) \(window) to \(target)" }
  }

  static let cases: [Case] = [
    Case(source: (40, 30), window: .init(width: 40, height: 30), target: (60, 45)),
    Case(source: (40, 30), window: .init(width: 40, height: 30), target: (17, 9)),
    Case(
      source: (64, 48), window: .init(x: 3.3, y: 2.7, width: 50.1, height: 40.9), target: (64, 48)),
    Case(
      source: (33, 21), window: .init(x: 0.37, y: -0.41, width: 33, height: 21), target: (33, 21)),
    Case(source: (100, 80), window: .init(width: 100, height: 80), target: (9, 7)),
    Case(source: (3, 5), window: .init(width: 3, height: 5), target: (17, 9)),
    Case(source: (1, 1), window: .init(width: 1, height: 1), target: (5, 3)),
    Case(source: (17, 9), window: .init(width: 17, height: 9), target: (1, 1)),
    Case(source: (20, 20), window: .init(x: -30, y: -8.5, width: 80, height: 30), target: (40, 33)),
    Case(source: (20, 20), window: .init(x: 60.2, y: 3, width: 10.5, height: 14), target: (21, 14)),
    Case(source: (23, 31), window: .init(x: 2, y: 0.5, width: 19, height: 31), target: (19, 62)),
  ]

  @Test("is within one step of the exact sum", arguments: cases)
  func closeToReference(_ test: Case) {
    let source = PixelReference.noise(width: test.source.0, height: test.source.1)
    let target = Plane(width: test.target.0, height: test.target.1)
    Resampler(
      sourceWidth: source.width, sourceHeight: source.height, window: test.window,
      width: target.width, height: target.height
    ).resample(source, into: target)
    let expected = PixelReference.resize(
      source, window: test.window, width: target.width, height: target.height)
    #expect(PixelReference.largestDifference(target, expected) <= 1)
  }

  @Test("a window of whole samples at scale 1 is copied", arguments: [(0, 0), (5, 3), (-4, 9)])
  func copies(_ offset: (Int, Int)) {
    let source = PixelReference.noise(width: 31, height: 19)
    let target = Plane(width: 31, height: 19)
    let window = SourceWindow(x: Double(offset.0), y: Double(offset.1), width: 31, height: 19)
    Resampler(sourceWidth: 31, sourceHeight: 19, window: window, width: 31, height: 19)
      .resample(source, into: target)
    for y in 0..<19 {
      for x in 0..<31 {
        let expected = source[min(max(x + offset.0, 0), 30), min(max(y + offset.1, 0), 18)]
        #expect(target[x, y] == expected)
      }
    }
  }

  @Test("only columns move when the rows are whole")
  func copiesOneAxis() {
    let source = PixelReference.noise(width: 24, height: 16)
    let window = SourceWindow(x: 0.25, y: 2, width: 24, height: 12)
    let target = Plane(width: 24, height: 12)
    Resampler(sourceWidth: 24, sourceHeight: 16, window: window, width: 24, height: 12)
      .resample(source, into: target)
    let expected = PixelReference.resize(source, window: window, width: 24, height: 12)
    #expect(PixelReference.largestDifference(target, expected) <= 1)
  }

  @Test(
    "the weights of each output sample sum to one", arguments: [0.1, 0.5, 0.97, 1, 1.3, 2, 7.7])
  func partitionOfUnity(step: Double) {
    let bank = FilterBank(origin: -3.3, length: step * 50, sourceCount: 200, count: 50)
    for index in 0..<50 {
      let weights = bank.weights[(index * bank.taps)..<((index + 1) * bank.taps)]
      #expect(weights.reduce(0) { $0 + Int($1) } == FilterBank.one)
    }
  }

  @Test("a flat plane stays flat", arguments: [0, 16, 127, 235, 255] as [UInt8])
  func flat(value: UInt8) {
    let source = Plane(width: 50, height: 40, filledWith: value)
    let target = Plane(width: 37, height: 71)
    Resampler(
      sourceWidth: 50, sourceHeight: 40,
      window: SourceWindow(x: 1.1, y: -2.2, width: 33.3, height: 44.4), width: 37, height: 71
    ).resample(source, into: target)
    #expect(target.samples.allSatisfy { $0 == value })
  }

  @Test("nothing is written beside the target")
  func staysInside() throws {
    let around = Plane(width: 60, height: 40, filledWith: 77)
    let source = PixelReference.noise(width: 45, height: 30)
    let inner = try #require(around.view.cropped(x: 5, y: 4, width: 43, height: 29))
    Resampler(
      sourceWidth: 45, sourceHeight: 30, window: SourceWindow(width: 45, height: 30), width: 43,
      height: 29
    ).resample(source.view, into: inner)
    var touched = 0
    for y in 0..<40 {
      for x in 0..<60 where !(5..<48 ~= x && 4..<33 ~= y) && around[x, y] != 77 { touched += 1 }
    }
    #expect(touched == 0)
  }
}

@Suite struct ChromaGridTests {
  /// A picture whose luma and chroma planes all hold the horizontal and vertical place they lie at.
  private func ramp(_ grid: ChromaGrid, width: Int, height: Int) -> Plane {
    let size = grid.chromaSize(width: width, height: height)
    let plane = Plane(width: size.width, height: size.height)
    for y in 0..<size.height {
      for x in 0..<size.width {
        let placeX = grid.centreX + Double(x * grid.columns)
        let placeY = grid.centreY + Double(y * grid.rows)
        plane[x, y] = UInt8((placeX * 2 + placeY).rounded())
      }
    }
    return plane
  }

  static let grids: [ChromaGrid] = [
    .left420, .centre420, .topLeft420, .left422, .centre422, .full444,
  ]

  @Test("chroma stays where it belongs from any grid to any other", arguments: grids, grids)
  func sited(from source: ChromaGrid, to target: ChromaGrid) {
    let chroma = ramp(source, width: 64, height: 64)
    let window = SourceWindow(x: 11, y: 9, width: 32, height: 40)
    let (width, height) = (48, 30)
    let size = target.chromaSize(width: width, height: height)
    let result = Plane(width: size.width, height: size.height)
    Resampler(
      sourceWidth: chroma.width, sourceHeight: chroma.height,
      window: source.chromaWindow(for: window, width: width, height: height, on: target),
      width: size.width, height: size.height
    ).resample(chroma, into: result)
    var worst = 0.0
    for y in 0..<size.height {
      for x in 0..<size.width {
        let placeX = window.x + (target.centreX + Double(x * target.columns)) * 32 / 48
        let placeY = window.y + (target.centreY + Double(y * target.rows)) * 40 / 30
        worst = max(worst, abs(Double(result[x, y]) - (placeX * 2 + placeY)))
      }
    }
    #expect(worst <= 1.01)
  }

  @Test("a crop at an even place of one grid onto itself is exact")
  func evenCrop() {
    let window = SourceWindow(x: 4, y: 6, width: 20, height: 10)
    let chroma = ChromaGrid.left420.chromaWindow(for: window, width: 20, height: 10, on: .left420)
    #expect(chroma == SourceWindow(x: 2, y: 3, width: 10, height: 5))
  }
}
