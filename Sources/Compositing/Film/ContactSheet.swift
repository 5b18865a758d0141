public import Media
internal import SceneDocument

/// Frames of all scenes in one picture: a row for each scene with five of its frames, or, when there are many
/// scenes, one frame of each, with the scene's id and the frame's time below.
public struct ContactSheet: Sendable {
  private let request: RenderRequest

  /// Scenes up to this number get a row of their own.
  static let rowsAtMost = 24
  static let columns = 5
  private static let cellWidth = 320
  private static let gap = 8
  private static let label = 22
  private static let ground = Colour(red: 24, green: 24, blue: 28)

  public init(_ request: RenderRequest) { self.request = request }

  /// The film's frames that are shown, in reading order.
  public var frames: [(scene: Int, frame: Int)] {
    let scenes = request.timeline.scenes
    return scenes.indices.flatMap { index -> [(scene: Int, frame: Int)] in
      let scene = scenes[index]
      if scenes.count > Self.rowsAtMost { return [(index, scene.startFrame + scene.frames / 2)] }
      let last = scene.frames - 1
      return (0..<Self.columns).map { column in
        (index, scene.startFrame + last * column / (Self.columns - 1))
      }
    }
  }

  /// The sheet as a PNG file's bytes.
  ///
  /// - Parameter progress: called with the number of frames that are done.
  public func png(
    interrupt: Interrupt = Interrupt(), progress: (Int) -> Void = { _ in }
  ) throws -> [UInt8] {
    let timeline = request.timeline
    let frames = frames
    let cellHeight = max(2, Self.cellWidth * timeline.height / timeline.width / 2 * 2)
    let rows = (frames.count + Self.columns - 1) / Self.columns
    let (pitchX, pitchY) = (Self.cellWidth + Self.gap, cellHeight + Self.label)
    let sheet = try Canvas(
      width: Self.columns * pitchX + Self.gap, height: (rows * pitchY + Self.gap + 1) & ~1,
      filledWith: Self.ground)
    let renderer = StillRenderer(request: request, interrupt: interrupt)
    for (number, place) in frames.enumerated() {
      try interrupt.check()
      let x = Self.gap + number % Self.columns * pitchX
      let y = Self.gap + number / Self.columns * pitchY
      let picture = try renderer.canvas(at: place.frame)
        .resized(width: Self.cellWidth, height: cellHeight)
      try sheet.draw(picture.bitmap(), x: x, y: y, mode: .normal)
      try sheet.draw(label(place), x: x, y: y + cellHeight, mode: .normal)
      progress(number + 1)
    }
    return try sheet.encoded(as: .png)
  }

  private func label(_ place: (scene: Int, frame: Int)) -> Bitmap {
    let height = Self.label - Self.gap
    let bitmap = Bitmap(width: Self.cellWidth, height: height, filledWith: Self.ground)
    let ink = Plane(width: Self.cellWidth, height: height)
    DotFont.write(caption(place), on: ink, x: 0, y: 4, dot: 1)
    bitmap.compose(.white, coverage: ink)
    return bitmap
  }

  /// `intro 0:02.40 f72`, as much of the id as fits.
  private func caption(_ place: (scene: Int, frame: Int)) -> String {
    let rate = request.timeline.frameRate.doubleValue
    let hundredths = Int((Double(place.frame) / rate * 100).rounded())
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    let time =
      "\(hundredths / 6000):\(two(hundredths / 100 % 60)).\(two(hundredths % 100)) f\(place.frame)"
    let id = request.timeline.scenes[place.scene].id
    return id.prefix(max(4, Self.cellWidth / 6 - time.count - 1)) + " " + time
  }
}

extension RenderRequest {
  /// Frame `index` of the film as it goes into the encoder, as a picture file's bytes.
  public func still(
    at index: Int, as format: Canvas.FileFormat, interrupt: Interrupt = Interrupt()
  ) throws -> [UInt8] {
    try StillRenderer(request: self, interrupt: interrupt).canvas(at: index).encoded(as: format)
  }
}
