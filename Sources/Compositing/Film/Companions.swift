internal import Media
public import SceneDocument

/// What stands beside a film: poster and thumbnails, which are its frames before encoding, and captions as WebVTT.
public struct Companions {
  var request: RenderRequest
  var interrupt: Interrupt

  /// A file by what follows the film's name: `poster.jpg` for `film.poster.jpg`.
  struct File: Sendable {
    var suffix: String
    var bytes: [UInt8]
  }

  /// Whether `name` is that of a file that a render of `output` to `film` puts beside the film.
  public static func isWritten(_ name: String, beside film: String, _ output: Output) -> Bool {
    if name == film + ".result.json" { return true }
    let stem = film.split(separator: ".", omittingEmptySubsequences: false).dropLast()
      .joined(separator: ".")
    guard name.hasPrefix(stem + ".") else { return false }
    let suffix = name.dropFirst(stem.count + 1)
    if suffix == "vtt" { return [.soft, .both].contains(output.subtitles) }
    if let poster = output.poster, suffix == (poster.format == .png ? "poster.png" : "poster.jpg") {
      return true
    }
    return output.thumbnails != nil && suffix.hasPrefix("thumb-") && suffix.hasSuffix(".jpg")
  }

  func make() throws -> [File] {
    let settings = request.document.output
    let rate = settings.frameRate
    let renderer = StillRenderer(request: request, interrupt: interrupt)
    var files: [File] = []
    if let poster = settings.poster {
      let index = min(max(poster.at.frame(at: rate).value, 0), request.timeline.frames - 1)
      let canvas = try renderer.canvas(at: index)
      switch poster.format {
      case .png: files.append(File(suffix: "poster.png", bytes: try canvas.encoded(as: .png)))
      case .jpeg: files.append(File(suffix: "poster.jpg", bytes: try canvas.encoded(as: .jpeg)))
      }
    }
    if let subtitles = SoftSubtitles(request) {
      files.append(File(suffix: "vtt", bytes: Array(subtitles.webVTT.utf8)))
    }
    guard let thumbnails = settings.thumbnails else { return files }
    let step = thumbnails.every.seconds(at: rate)
    let shape = Rational(Int64(request.timeline.height), Int64(request.timeline.width))
    let height = max(2, Int((shape.doubleValue * Double(thumbnails.width) / 2).rounded()) * 2)
    for number in 0... {
      let time = step * Rational(Int64(number))
      let index = Int((time * rate.rational).doubleValue.rounded())
      if index >= request.timeline.frames { break }
      try interrupt.check()
      let small = try renderer.canvas(at: index).resized(width: thumbnails.width, height: height)
      files.append(
        File(suffix: "thumb-\(Self.padded(number)).jpg", bytes: try small.encoded(as: .jpeg)))
      if step <= Rational(0) { break }
    }
    return files
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}

/// Composes single frames of a programme, transitions included.
final class StillRenderer {
  private let programme: ProgrammeComposer

  init(request: RenderRequest, interrupt: Interrupt) {
    programme = ProgrammeComposer(request.timeline, files: request.files, interrupt: interrupt)
  }

  /// Frame `index` of the film as it goes into the encoder.
  func canvas(at index: Int) throws -> Canvas {
    let scenes = programme.timeline.scenes
    guard let place = scenes.lastIndex(where: { $0.startFrame <= index }) else {
      throw RenderError.verifyFrames(expected: index + 1, found: 0, place: "the programme")
    }
    return try programme.canvas(ofScene: place, at: index - scenes[place].startFrame)
  }
}
