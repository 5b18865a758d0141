internal import Compositing
internal import Media
internal import SceneDocument

/// Holds a film against its golden.
public struct GoldenChecker: Sendable {
  public struct Options: Sendable {
    /// Threads that draw frames.
    public var jobs = 1
    /// Frames to look at; nil looks at all, and at the sound.
    public var frames: Range<Int>?
    /// Nil judges by who recorded the golden.
    public var tier: Verdict.Tier?
    /// For the expiry of tolerances.
    public var today = CalendarDay.today

    public init() {}
  }

  public let golden: Golden
  public let options: Options
  private let tier: Verdict.Tier
  private let bounds: ToleranceBounds

  /// Throws `GoldenError.expired` when the golden's tolerance is out of date.
  public init(_ golden: Golden, options: Options = Options()) throws(GoldenError) {
    (self.golden, self.options) = (golden, options)
    let isOwn = golden.reference.builds.contains(GoldenBuild.current)
    tier = options.tier ?? (isOwn ? .exact : .tolerant)
    if let tolerance = golden.settings.tolerance, tolerance.until < options.today {
      throw GoldenError(
        .expired, file: GoldenFile.settings.path(in: golden.folder),
        "its tolerance ended on \(tolerance.until) (\(tolerance.reason))",
        advice:
          "remove 'tolerance', or look again whether it is still needed and set 'until' to a later day"
      )
    }
    bounds = golden.settings.tolerance?.bounds ?? .usual
  }

  /// Throws what rendering throws.
  public func check(_ film: some FilmFrames) async throws -> Verdict {
    let timeline = film.request.timeline
    let reference = golden.reference
    let common = 0..<min(timeline.frames, reference.frames.count)
    let range = options.frames.map { $0.clamped(to: common) } ?? common
    var verdict = Verdict(tier: tier, golden: golden, range: range, bounds: bounds)
    verdict.shape = shape(timeline)
    let isOfOneSize = timeline.width == reference.width && timeline.height == reference.height
    if isOfOneSize, !range.isEmpty {
      verdict.frames = try await film.map(range, jobs: options.jobs) { index, picture in
        finding(index, picture)
      }.compactMap { $0 }
    }
    if options.frames == nil {
      let measure = try SoundMeasure.make(film.request)
      verdict.sound = SoundComparison(golden, tier: tier, bounds: bounds).finding(measure)
    }
    return verdict
  }

  /// Nil when the frame is one of the accepted ones.
  private func finding(_ index: Int, _ picture: PackedPicture) -> FrameFinding? {
    let note = golden.reference.frames[index]
    if note.accepts(FrameDigest.hexadecimal(of: picture)) { return nil }
    let side = golden.squares.side
    let squares = picture.squareMeans(side: side)
    let (distance, square) = SquareTable.distance(golden.squares.row(index), squares[...])
    let difference = golden.keyFrames[index].map { PictureDifference($0, picture) }
    var isAccepted = false
    if tier == .tolerant {
      isAccepted =
        distance <= bounds.squareDistance(side: side, samples: picture.samples.count)
        && difference.map(bounds.accepts) ?? true
    }
    return FrameFinding(
      index: index, isAccepted: isAccepted, difference: difference, squareDistance: distance,
      square: square, hashDistance: note.hash.distance(to: PerceptualHash(of: picture)),
      squares: squares)
  }

  private func shape(_ timeline: Timeline) -> [String] {
    let reference = golden.reference
    var list: [String] = []
    if timeline.width != reference.width || timeline.height != reference.height {
      list.append(
        "the film is \(timeline.width) × \(timeline.height), the golden \(reference.width) × \(reference.height)"
      )
    }
    let base = Rational(timeline.frameRate.denominator, timeline.frameRate.numerator)
    if base != reference.timeBase {
      list.append(
        "the film has \(timeline.frameRate.numerator)/\(timeline.frameRate.denominator) frames a second, the golden \(reference.timeBase.denominator)/\(reference.timeBase.numerator)"
      )
    }
    if timeline.frames != reference.frames.count {
      list.append(
        "the film has \(timeline.frames) frames, the golden \(reference.frames.count)")
    }
    return list
  }
}
