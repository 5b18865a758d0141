internal import Compositing
internal import Media

/// All that is needed to draw a request's frames, checked.
struct AvatarDrawing: Sendable {
  let request: AvatarRequest
  let look: AvatarCharacter

  /// Throws a permanent `ProviderError` for what can never be drawn.
  init(_ request: AvatarRequest, provider: String) throws(ProviderError) {
    func refusal(_ reason: String, _ advice: String) -> ProviderError {
      ProviderError(.permanent, provider: provider, reason, advice: advice)
    }
    let names = AvatarCharacter.all.map(\.name)
    let name = request.character ?? names[0]
    guard let look = AvatarCharacter.named(name) else {
      throw refusal(
        "there is no character '\(name)'", "choose one of " + names.joined(separator: ", "))
    }
    guard 16...4096 ~= request.width, 16...4096 ~= request.height else {
      throw refusal(
        "a picture of \(request.width)x\(request.height) is not drawn",
        "give sides of 16 to 4096 pixels")
    }
    guard 1...120 ~= request.rate else {
      throw refusal(
        "\(request.rate) frames a second are not drawn", "give a rate of 1 to 120 frames a second")
    }
    guard request.duration.isFinite, 0...21_600 ~= request.duration else {
      throw refusal(
        "a speech of \(request.duration) seconds is not drawn", "give at most six hours")
    }
    (self.request, self.look) = (request, look)
  }

  /// Whole frames of the speech, at least one.
  var frames: Int { max(1, Int((request.duration * Double(request.rate)).rounded())) }

  /// What the mouth says, from phonemes where they are known.
  func track() throws -> MouthTrack {
    if !request.phonemes.isEmpty || request.words.isEmpty {
      return MouthTrack(phonemes: request.phonemes, duration: request.duration)
    }
    return try MouthTrack(
      words: request.words, soundPath: request.audioPath, duration: request.duration)
  }

  /// Draws all frames into a clip. Throws `MediaError`, `ProviderError`, or `CancellationError` as soon as `isCancelled`
  /// says so; nothing is left then.
  func write(to path: String, isCancelled: () -> Bool) throws {
    let painter = try AvatarPainter(self)
    let clip = try ClipWriter(
      path: path, width: request.width, height: request.height, rate: request.rate,
      kind: .transparent)
    for frame in 0..<frames {
      if isCancelled() { throw CancellationError() }
      try clip.write(rgba: painter.draw(frame).rgba())
    }
    try clip.finish()
  }
}

/// Draws one frame after another on the same canvas. Not `Sendable`.
final class AvatarPainter {
  private let drawing: AvatarDrawing
  private let motion: AvatarMotion
  private let card: PortraitCard?
  private let canvas: VectorCanvas

  init(_ drawing: AvatarDrawing) throws {
    self.drawing = drawing
    let request = drawing.request
    motion = AvatarMotion(
      track: try drawing.track(), words: request.words, seed: request.audioSHA256)
    canvas = VectorCanvas(width: request.width, height: request.height)
    card = try request.portraitPath.map {
      PortraitCard(try PortraitFile.read($0), width: request.width, height: request.height)
    }
  }

  /// The canvas with frame `index`, until the next one is drawn.
  func draw(_ index: Int) -> VectorCanvas {
    // What is seen from the middle of the frame's time is never more than half a frame off.
    let time = (Double(index) + 0.5) / Double(drawing.request.rate)
    let pose = motion.pose(at: time)
    canvas.clear()
    if let card {
      card.draw(pose, levels: levels(at: time), on: canvas)
    } else {
      AvatarBust(on: canvas, look: drawing.look, pose: pose).draw()
    }
    return canvas
  }

  /// How high the bars of a portrait are: what is said now in the middle, what was said a moment ago beside it.
  private func levels(at time: Double) -> [Double] {
    (-4...4).map { index in
      let delay = 0.045 * Double(abs(index))
      return motion.openness(at: time - delay) * (1 - 0.11 * Double(abs(index)))
    }
  }
}
