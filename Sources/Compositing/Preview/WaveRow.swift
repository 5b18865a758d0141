internal import Media

/// One row of a wave sheet: labels, wave, time axis.
struct WaveRow {
  let layout: WaveLayout
  let row: Int
  /// Lanes of labels above the wave.
  let lanes: Int
  let writer: LabelWriter

  static let ground = Colour(red: 24, green: 24, blue: 28)
  private static let band = Colour(red: 34, green: 35, blue: 41)
  private static let label = Colour(red: 56, green: 62, blue: 84)
  private static let peak = Colour(red: 96, green: 125, blue: 219)
  private static let loud = Colour(red: 166, green: 187, blue: 255)
  private static let clipped = Colour(red: 255, green: 120, blue: 104)
  private static let grid = Colour(red: 82, green: 84, blue: 96)

  private static let laneHeight = 22
  private static let axisHeight = 20

  private var first: Int { row * layout.rowWidth }
  private var columns: Range<Int> { first..<min(first + layout.rowWidth, layout.columns) }
  private var waveTop: Int { lanes * Self.laneHeight + 2 }
  private var waveHeight: Int { layout.rowHeight - waveTop - Self.axisHeight }

  func draw(_ wave: WaveColumns, _ spans: [WaveSheet.Span]) throws(MediaError) -> Bitmap {
    let bitmap = Bitmap(
      width: layout.rowWidth, height: layout.rowHeight, filledWith: Self.ground)
    let used = columns.count
    compose(bitmap, Self.band) { $0.fill(0..<used, waveTop..<waveTop + waveHeight) }
    try drawLabels(spans, on: bitmap)
    drawWave(wave, on: bitmap)
    drawAxis(on: bitmap)
    return bitmap
  }

  private func compose(_ bitmap: Bitmap, _ colour: Colour, _ body: (Plane) -> Void) {
    let ink = Plane(width: bitmap.width, height: bitmap.height)
    body(ink)
    bitmap.compose(colour, coverage: ink)
  }

  private func drawWave(_ wave: WaveColumns, on bitmap: Bitmap) {
    let middle = waveTop + waveHeight / 2
    let reach = Float(waveHeight / 2 - 1)
    func y(_ level: Float) -> Int { middle - Int((max(-1, min(1, level)) * reach).rounded()) }
    compose(bitmap, Self.peak) { ink in
      for column in columns {
        ink.fill(x: column - first, y(wave.high[column])..<y(wave.low[column]) + 1)
      }
    }
    compose(bitmap, Self.loud) { ink in
      for column in columns {
        let level = wave.mean[column]
        ink.fill(x: column - first, y(level)..<y(-level) + 1)
      }
    }
    compose(bitmap, Self.clipped) { ink in
      for column in columns where max(wave.high[column], -wave.low[column]) >= 0.999 {
        ink.fill(x: column - first, waveTop..<waveTop + 3)
      }
    }
  }

  private func drawLabels(
    _ spans: [WaveSheet.Span], on bitmap: Bitmap
  ) throws(MediaError) {
    let seen = spans.compactMap { span -> (span: WaveSheet.Span, x: Range<Int>)? in
      let from = max(Int((span.from * layout.scale).rounded()) - first, 0)
      let to = min(Int((span.to * layout.scale).rounded()) - first, columns.count)
      return from < to ? (span, from..<to) : nil
    }
    func top(_ lane: Int) -> Int { (lanes - 1 - lane) * Self.laneHeight }
    compose(bitmap, Self.label) { ink in
      for (span, x) in seen {
        ink.fill(
          x.lowerBound..<max(x.upperBound - 2, x.lowerBound + 1),
          top(span.lane)..<top(span.lane) + 20)
      }
    }
    compose(bitmap, Self.grid) { ink in
      for (span, x) in seen where span.from * layout.scale >= Double(first) {
        ink.fill(x: x.lowerBound, waveTop..<waveTop + waveHeight)
      }
    }
    for (span, x) in seen where x.count > 20 {
      try writer.write(
        span.label, on: bitmap, x: x.lowerBound + 5, y: top(span.lane) + 1, width: x.count - 12,
        size: 12.5)
    }
  }

  /// A tick each second, with its time as often as there is room.
  private func drawAxis(on bitmap: Bitmap) {
    let bottom = waveTop + waveHeight
    let steps = [1, 2, 5, 10, 30, 60, 300]
    let step = steps.first { Double($0) * layout.scale >= 70 } ?? 600
    let start = Int((Double(first) / layout.scale).rounded(.up))
    let end = Int(Double(columns.upperBound) / layout.scale)
    guard start <= end else { return }
    compose(bitmap, Self.grid) { ink in
      for second in start...end where layout.scale >= 6 || second % step == 0 {
        let x = Int((Double(second) * layout.scale).rounded()) - first
        ink.fill(x: x, bottom..<bottom + (second % step == 0 ? 6 : 3))
      }
    }
    compose(bitmap, .white) { ink in
      for second in start...end where second % step == 0 {
        let x = Int((Double(second) * layout.scale).rounded()) - first
        DotFont.write(Self.time(Double(second)), on: ink, x: x + 3, y: bottom + 8, dot: 1)
      }
    }
  }

  static func time(_ seconds: Double, hundredths: Bool = false) -> String {
    let parts = Int((seconds * 100).rounded())
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutes = "\(parts / 6000):\(padded(parts / 100 % 60))"
    return hundredths ? minutes + "." + padded(parts % 100) : minutes
  }
}

extension Plane {
  /// Full coverage in the part of a rectangle that lies inside.
  fileprivate func fill(_ columns: Range<Int>, _ rows: Range<Int>) {
    let columns = columns.clamped(to: 0..<width)
    for y in rows.clamped(to: 0..<height) {
      withMutableRow(y) { line in for x in columns { line[x] = 255 } }
    }
  }

  fileprivate func fill(x: Int, _ rows: Range<Int>) { fill(x..<x + 1, rows) }
}
