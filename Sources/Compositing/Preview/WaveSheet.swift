internal import Foundation
public import Media
internal import SceneDocument

/// The sound of a programme as a picture: its wave over a time axis, how loud it is, and above the wave what is
/// said and shown when.
public struct WaveSheet: Sendable {
  private let request: RenderRequest

  public init(_ request: RenderRequest) { self.request = request }

  /// A stretch of time with words to it. Lane 0 is the lowest, next to the wave.
  struct Span: Sendable, Hashable {
    var from: Double
    var to: Double
    var lane: Int
    var label: String
  }

  /// All that is written over the wave: the scenes by title or id, and below them what is to be read.
  var spans: [Span] {
    let rate = request.timeline.frameRate.doubleValue
    let scenes = request.timeline.scenes
    let lane = scenes.contains { !$0.captions.isEmpty } ? 1 : 0
    return scenes.flatMap { scene -> [Span] in
      func span(_ frames: Range<Int>, _ lane: Int, _ label: String) -> Span {
        Span(
          from: Double(scene.startFrame + frames.lowerBound) / rate,
          to: Double(scene.startFrame + frames.upperBound) / rate, lane: lane, label: label)
      }
      return [span(0..<scene.frames, lane, scene.title.isEmpty ? scene.id : scene.title)]
        + scene.captions.map { span($0.frames, 0, $0.text) }
    }
  }

  /// The sheet as a PNG file's bytes; the mix goes through temporary files in `workFolder`.
  ///
  /// Throws `MediaError` for files that cannot be read and for a full disk.
  public func png(workFolder: String, interrupt: Interrupt = Interrupt()) throws -> [UInt8] {
    let programme = request.timeline.sound
    let paths = request.files.paths
    let mixed = try SoundMixer(
      programme: programme, files: { paths[$0] }, workFolder: workFolder, interrupt: interrupt
    ).mix()
    let layout = WaveLayout(seconds: Double(programme.samples) / Double(max(programme.rate, 1)))
    let columns = try WaveColumns(mixed, count: layout.columns, interrupt: interrupt)
    let sheet = try Canvas(
      width: layout.width, height: layout.height, filledWith: WaveRow.ground)
    let spans = spans
    let lanes = (spans.map(\.lane).max() ?? 0) + 1
    let writer = LabelWriter()
    let title = Bitmap(width: layout.rowWidth, height: 28, filledWith: WaveRow.ground)
    try writer.write(heading(mixed), on: title, x: 0, y: 0, width: layout.rowWidth, size: 18)
    try sheet.draw(title, x: layout.gap, y: layout.gap, mode: .normal)
    for row in 0..<layout.rows {
      try interrupt.check()
      let picture = try WaveRow(layout: layout, row: row, lanes: lanes, writer: writer)
        .draw(columns, spans)
      try sheet.draw(picture, x: layout.gap, y: layout.top(of: row), mode: .normal)
    }
    return try sheet.encoded(as: .png)
  }

  /// `0:39.00   -16.0 LUFS   peak -1.2 dBTP   gain 3.1 dB`.
  private func heading(_ mixed: MixedSound) -> String {
    func tenths(_ value: Double?) -> String {
      guard let value else { return "-" }
      let tenths = Int((value * 10).rounded())
      return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
    let length = Double(mixed.samples) / Double(max(mixed.rate, 1))
    return "\(WaveRow.time(length, hundredths: true))   \(tenths(mixed.reached.lufs)) LUFS   "
      + "peak \(tenths(mixed.reached.truePeakDB)) dBTP   gain \(tenths(mixed.gainDB)) dB"
  }
}

/// How much time a row of the sheet shows, and where the rows are.
struct WaveLayout: Sendable {
  let seconds: Double
  /// A second's width in pixels.
  let scale: Double
  let rows: Int
  let gap = 16
  let rowWidth: Int
  let rowHeight = 150
  private let heading = 34

  init(seconds: Double) {
    self.seconds = max(seconds, 0.1)
    // Twenty seconds a row, more where the rows would be too many.
    let span = max(20, (self.seconds / 40).rounded(.up))
    rows = max(1, Int((self.seconds / span).rounded(.up)))
    rowWidth = 1600
    scale = Double(rowWidth) / (rows == 1 ? self.seconds : span)
  }

  var columns: Int { max(1, Int((seconds * scale).rounded(.up))) }
  var width: Int { rowWidth + 2 * gap }
  var height: Int { (heading + gap + rows * (rowHeight + gap) + 1) & ~1 }
  func top(of row: Int) -> Int { heading + gap + row * (rowHeight + gap) }
}

/// The sound of each pixel column: highest and lowest sample and root of the mean square, −1 … 1.
struct WaveColumns: Sendable {
  private(set) var high: [Float]
  private(set) var low: [Float]
  private(set) var mean: [Float]

  init(_ mixed: MixedSound, count: Int, interrupt: Interrupt) throws {
    high = [Float](repeating: 0, count: count)
    low = high
    mean = high
    var block: [Float] = []
    for column in 0..<count {
      if column % 64 == 0 { try interrupt.check() }
      let from = mixed.samples * Int64(column) / Int64(count)
      let to = mixed.samples * Int64(column + 1) / Int64(count)
      if from == to { continue }
      try mixed.read(Int(to - from), at: from, into: &block)
      high[column] = block.max() ?? 0
      low[column] = block.min() ?? 0
      mean[column] = (block.reduce(0) { $0 + $1 * $1 } / Float(block.count)).squareRoot()
    }
  }
}
