internal import Media
internal import SceneDocument

/// The pictures of one video file as a scene's frame grid asks for them.
///
/// Asking in rising order decodes each source frame once; asking backwards or far ahead seeks. The answer
/// for a scene frame never depends on what was asked before.
final class VideoSource {
  /// A source picture; `stamp` tells whether it is the one shown before.
  struct Picture {
    var frame: Frame
    var stamp: Int64
  }

  /// Beyond this many seconds ahead a seek may be cheaper than decoding on.
  private static let seekDistance = 1.5

  private let reader: FrameReader
  private let timing: SourceTiming
  private let frameRate: Rational
  /// Ticks of `seekDistance`.
  private let distance: Int64
  private let seeksLightly: Bool
  /// Ticks from one picture to the next on average; nil when unknown.
  private let ticksOfFrame: Int64?
  private var current: Picture?
  private var next: Picture?
  private var reachedEnd = false
  /// Pictures decoded since the reader stood at the start of the file; nil after a seek elsewhere.
  private var sinceStart: Int? = 0
  /// `current` is the first picture of the file, which stands in for all moments before it.
  private var currentIsFirst = false
  private var reversed: [Picture] = []
  private(set) var framesDecoded = 0

  init(
    path: String, timing: SourceTiming, frameRate: Rational, interrupt: Interrupt,
    threads: Int = 1, seeksLightly: Bool = false
  ) throws(MediaError) {
    reader = try FrameReader(path: path, kind: .video, interrupt: interrupt, threads: threads)
    (self.timing, self.frameRate) = (timing, frameRate)
    self.seeksLightly = seeksLightly
    let tick = reader.stream.timeBase.seconds
    distance = Int64(Self.seekDistance / tick)
    ticksOfFrame = reader.stream.averageFrameRate.map { Int64(1 / max($0.seconds, 1) / tick) }
  }

  var decodeErrors: Int { reader.decodeErrors }

  /// The source picture for scene frame `index`; throws when the file has none that can be decoded.
  func picture(at index: Int) throws(MediaError) -> Picture {
    let (bound, isBackwards) = bound(at: index)
    if isBackwards { return try pictureBackwards(before: bound) }
    reversed.removeAll()
    return try picture(before: bound)
  }

  /// The last picture with a time below `bound` ticks, or the first of all.
  private func picture(before bound: Int64) throws(MediaError) -> Picture {
    if isWorthSeeking(bound) {
      try seek(to: bound, lightly: seeksLightly)
      try advance(to: bound)
      // In a gap as long as that, what was left out may be what is wanted.
      if let full = reader.decodesFullyFrom, let found = current?.stamp, found < full {
        try seek(to: bound)
        try advance(to: bound)
      }
    } else {
      try advance(to: bound)
    }
    guard let current else {
      throw MediaError(
        operation: .decode, code: -1, subject: reader.demuxer.path,
        detail: "no picture of it could be decoded")
    }
    return current
  }

  private func advance(to bound: Int64) throws(MediaError) {
    while true {
      if next == nil, !reachedEnd { next = try decode() }
      guard let candidate = next, current == nil || candidate.stamp < bound else { return }
      (current, next, currentIsFirst) = (candidate, nil, sinceStart == 1)
    }
  }

  private func isWorthSeeking(_ bound: Int64) -> Bool {
    // Interrupted on its way elsewhere, the reader stands anywhere.
    guard let current else {
      return sinceStart == nil || next == nil && !reachedEnd && bound > distance
    }
    if current.stamp >= bound { return !currentIsFirst }
    return !reachedEnd && bound - max(current.stamp, next?.stamp ?? current.stamp) > distance
  }

  /// Goes to the key frame before `bound`; to the start when the container's index leads behind it.
  private func seek(to bound: Int64, lightly: Bool = false) throws(MediaError) {
    for target in [max(bound - 1, 0), 0] {
      try reader.seek(to: target)
      reader.decodesFullyFrom = lightly ? ticksOfFrame.map { bound - 4 * $0 } : nil
      (current, next, reachedEnd, currentIsFirst) = (nil, nil, false, false)
      sinceStart = target == 0 ? 0 : nil
      next = try decode()
      if let landed = next, landed.stamp < bound { return }
    }
  }

  private func decode() throws(MediaError) -> Picture? {
    guard let (frame, time) = try reader.next() else {
      reachedEnd = true
      return nil
    }
    framesDecoded += 1
    sinceStart = sinceStart.map { $0 + 1 }
    return Picture(frame: frame, stamp: time)
  }

  /// Pictures before `bound`, asked for in falling order: decoded a handful at a time.
  private func pictureBackwards(before bound: Int64) throws(MediaError) -> Picture {
    if let index = reversed.lastIndex(where: { $0.stamp < bound }), index > 0 {
      return reversed[index]
    }
    let picture = try picture(before: bound)
    // Collect what leads up to it for the frames that come next.
    try seek(to: picture.stamp - distance / 4)
    reversed.removeAll()
    var collected: [Picture] = []
    while true {
      if next == nil { next = try decode() }
      guard let candidate = next, candidate.stamp <= picture.stamp else { break }
      collected.append(candidate)
      if collected.count > 16 { collected.removeFirst() }
      (current, next) = (candidate, nil)
    }
    reversed = collected
    return picture
  }

  /// The source time, in ticks, below which the picture of scene frame `index` begins.
  func bound(at index: Int) -> (ticks: Int64, isBackwards: Bool) {
    let base = reader.stream.timeBase
    // All in Int128: microseconds × rate × frame rate × time base overflow 64 bits in long programmes.
    let rateNumerator = Int128(timing.rate.numerator)
    let rateDenominator = Int128(timing.rate.denominator)
    let fpsNumerator = Int128(frameRate.numerator)
    let fpsDenominator = Int128(frameRate.denominator)
    // One unit is 1 ÷ (2 · 10⁶ · rateDenominator · fpsNumerator) seconds.
    let second = 2 * 1_000_000 * rateDenominator * fpsNumerator
    let microsecond = second / 1_000_000
    let halfFrame = 1_000_000 * rateNumerator * fpsDenominator
    // The middle of the frame, so that rounding decides neither the source frame nor the turn of a loop.
    var moment = Int128(max(index - timing.first, 0)) * 2 * halfFrame + halfFrame
    let window = Int128(timing.end - timing.start) * microsecond
    var isBackwards = false
    if window > 0 {
      switch timing.atEnd {
      case .freeze: moment = min(moment, window)
      case .loop: moment %= window
      case .pingpong:
        moment %= 2 * window
        if moment > window {
          moment = 2 * window - moment
          isBackwards = true
        }
      }
    }
    let start = Int128(timing.start) * microsecond
    // Containers round times to their ticks and documents round them to microseconds. Half a tick less on one
    // side and more on the other lets a frame that begins on a bound stay behind it, however both were rounded.
    let unit = 2 * second * Int128(base.numerator)
    func ticks(_ time: Int128, halves: Int128) -> Int128 {
      let (whole, rest) = (2 * time * Int128(base.denominator) + halves * unit / 2)
        .quotientAndRemainder(dividingBy: unit)
      return rest > 0 ? whole + 1 : whole
    }
    let last = max(ticks(start + moment, halves: -1), ticks(start, halves: 1))
    return (Int64(last), isBackwards)
  }
}
