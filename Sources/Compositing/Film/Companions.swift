internal import Foundation
internal import Media
internal import SceneDocument

/// Poster and thumbnails: frames of the composed film, before encoding, as picture files beside it.
struct Companions {
  var request: RenderRequest
  var interrupt: Interrupt

  func write(_ output: OutputFile) throws {
    let settings = request.document.output
    let rate = settings.frameRate
    if let poster = settings.poster {
      let index = min(max(poster.at.frame(at: rate).value, 0), request.timeline.frames - 1)
      let canvas = try StillRenderer(request: request, interrupt: interrupt).canvas(at: index)
      switch poster.format {
      case .png: try canvas.writePNG(to: output.companion("poster.png"))
      case .jpeg: try canvas.writeJPEG(to: output.companion("poster.jpg"))
      }
    }
    if let thumbnails = settings.thumbnails {
      let renderer = StillRenderer(request: request, interrupt: interrupt)
      let height = max(
        2, (thumbnails.width * request.timeline.height / request.timeline.width + 1) / 2 * 2)
      var number = 0
      while true {
        let step = thumbnails.every.seconds(at: rate)
        let index = rate.frame(
          atMicroseconds: Int64((step.doubleValue * Double(number) * 1e6).rounded())
        ).value
        if index >= request.timeline.frames { break }
        let canvas = try renderer.canvas(at: index)
        let small = try canvas.resized(width: thumbnails.width, height: height)
        try small.writeJPEG(to: output.companion("thumb-\(Self.padded(number)).jpg"))
        number += 1
        if step <= Rational(0) { break }
      }
    }
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

/// Composes single frames of a programme, transitions included.
final class StillRenderer {
  private let request: RenderRequest
  private let interrupt: Interrupt
  private var open: (scene: Int, composer: SceneComposer)?

  init(request: RenderRequest, interrupt: Interrupt) {
    (self.request, self.interrupt) = (request, interrupt)
  }

  /// Frame `index` of the film as it goes into the encoder.
  func canvas(at index: Int) throws -> Canvas {
    let scenes = request.timeline.scenes
    guard let place = scenes.lastIndex(where: { $0.startFrame <= index }) else {
      throw RenderError.verifyFrames(expected: index + 1, found: 0, place: "the programme")
    }
    let scene = scenes[place]
    let own = index - scene.startFrame
    let canvas = try composer(for: place).canvas(at: own)
    if own < scene.crossfadeFrames, place > 0 {
      let before = scenes[place - 1].picture
      let outgoing = try SceneComposer(before, files: request.files, interrupt: interrupt)
        .canvas(at: max(before.frames - 1, 0))
      try canvas.mix(
        outgoing, numerator: scene.crossfadeFrames - own, denominator: scene.crossfadeFrames + 1)
    }
    return canvas
  }

  private func composer(for scene: Int) throws -> SceneComposer {
    if let open, open.scene == scene { return open.composer }
    open = nil
    let composer = try SceneComposer(
      request.timeline.scenes[scene].picture, files: request.files, interrupt: interrupt)
    open = (scene, composer)
    return composer
  }
}
