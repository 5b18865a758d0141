internal import Compositing
internal import Foundation
internal import Media

/// Makes the picture that stands for a finished film: one of its frames, with the film's title on it or not.
public struct PosterMaker: Sendable {
  public enum Format: String, Sendable, Codable { case jpeg, png }

  public struct Poster: Sendable, Codable, Hashable {
    public var file: MediaFile
    /// Seconds from the film's start.
    public var time: Double
    public var width: Int
    public var height: Int
  }

  static let candidates = 9
  private static let provider = "poster"

  public init() {}

  /// Chooses a frame of `film` and writes it to `path`, replacing what is there. The same film and title give the same
  /// bytes.
  ///
  /// - Parameters:
  ///   - film: absolute path of a video.
  ///   - title: drawn at the lower left; nil or empty for none. What no font has is left out.
  ///   - language: BCP 47 of the title.
  ///
  /// Throws `ProviderError` when the film cannot be read or the poster not be written, and `CancellationError`.
  public func make(
    film: String, to path: String, format: Format = .jpeg, title: String? = nil,
    language: String = "en"
  ) async throws -> Poster {
    try await BlockingWork.run { interrupt in
      let (canvas, time): (Canvas, Double)
      do { (canvas, time) = try Self.choose(film, interrupt) } catch let error as MediaError {
        throw ProviderError(
          .permanent, provider: Self.provider, "\(error)",
          advice: "render the film again; without a poster it is complete nevertheless")
      }
      try interrupt.check()
      let drawn = try PosterTitle(title ?? "", language: language).draw(on: canvas)
      do {
        try HostFile.replace(path, with: try drawn.encoded(as: format == .png ? .png : .jpeg))
      } catch let error as MediaError {
        throw ProviderError(
          .retry, provider: Self.provider, "\(error)",
          advice: "make room on the disk and see that the folder can be written to")
      }
      let type = format == .png ? "image/png" : "image/jpeg"
      return Poster(
        file: MediaFile(path: path, mediaType: type), time: time, width: drawn.width,
        height: drawn.height)
    }
  }

  /// The best of some frames that are spread over the film, the first of equals.
  private static func choose(
    _ film: String, _ interrupt: Interrupt
  ) throws -> (Canvas, Double) {
    let reader = try FrameReader(path: film, kind: .video, interrupt: interrupt)
    let tick = reader.stream.timeBase.seconds
    let duration = reader.demuxer.statedDuration ?? 0
    var best: (canvas: Canvas, time: Double, value: Double)?
    for moment in moments(duration) {
      try interrupt.check()
      try reader.seek(to: Int64(moment / tick))
      guard let (canvas, time) = try frame(of: reader, at: moment, tick) else { continue }
      let score = FrameScore(canvas)
      let later = try frame(of: reader, at: moment + 0.2, tick)
      let value = score.value(later: later.map { FrameScore($0.canvas) } ?? score)
      if value > best?.value ?? -1 { best = (canvas, time, value) }
    }
    if let best { return (best.canvas, best.time) }
    throw MediaError(
      operation: .decode, code: MediaError.invalidData, subject: film,
      detail: "none of its pictures could be decoded")
  }

  /// Seconds; past the first one and a half where the film is long enough, then evenly until shortly before its end.
  static func moments(_ duration: Double) -> [Double] {
    guard duration > 0.5, duration.isFinite else { return [0] }
    let first = min(1.5, 0.3 * duration)
    let last = max(first, duration - min(1.5, 0.2 * duration))
    return (0..<candidates).map {
      first + (last - first) * Double($0) / Double(candidates - 1)
    }
  }

  /// The first frame at or after `moment`, the last one where the film ends before.
  private static func frame(
    of reader: FrameReader, at moment: Double, _ tick: Double
  ) throws -> (canvas: Canvas, time: Double)? {
    var found: (frame: Frame, time: Int64)?
    while let next = try reader.next() {
      found = next
      if Double(next.time) * tick >= moment - tick / 2 { break }
    }
    guard let found else { return nil }
    let color = reader.stream.color
    let picture = try SourcePicture(
      found.frame, rotation: reader.stream.rotation,
      colour: ColourSpace(
        color.matrix == "smpte170m" || color.matrix == "bt470bg" ? .bt601 : .bt709,
        color.range == "pc" ? .full : .limited), alpha: .none, scaler: Scaler())
    let (width, height) = (picture.width & ~1, picture.height & ~1)
    guard width > 0, height > 0 else { return nil }
    let canvas = try picture.canvas(
      SourceWindow(width: width, height: height), width: width, height: height, using: Resizing())
    return (try canvas.copy(), Double(found.time) * tick)
  }
}
