internal import Media
internal import SceneDocument

/// The upright pictures of one asset, still or moving, by scene frame.
final class PictureSource {
  private enum Origin {
    case still(path: String)
    case video(VideoSource)
  }

  private let asset: AssetPicture
  private let origin: Origin
  private let scaler = Scaler()
  private let interrupt: Interrupt
  private var shown: (picture: SourcePicture, stamp: Int64)?
  private var stillErrors = 0

  init(
    _ asset: AssetPicture, timing: SourceTiming, frameRate: Rational, files: PictureFiles,
    interrupt: Interrupt
  ) throws(MediaError) {
    self.asset = asset
    self.interrupt = interrupt
    let path = try files.path(of: asset.sha256)
    origin =
      asset.isStill
      ? .still(path: path)
      : .video(
        try VideoSource(
          path: path, timing: timing, frameRate: frameRate, interrupt: interrupt,
          threads: files.decoderThreads, seeksLightly: files.seeksLightly))
  }

  var isStill: Bool { asset.isStill }
  var sha256: String { asset.sha256 }

  /// What was decoded so far, and what of it failed.
  var damage: DecodeDamage {
    switch origin {
    case .still: DecodeDamage(errors: stillErrors, frames: shown == nil ? 0 : 1)
    case .video(let source): DecodeDamage(errors: source.decodeErrors, frames: source.framesDecoded)
    }
  }

  /// The picture for a scene frame; the same stamp means the same picture.
  func picture(at index: Int) throws(MediaError) -> (picture: SourcePicture, stamp: Int64) {
    switch origin {
    case .still(let path):
      if let shown { return shown }
      let reader = try FrameReader(path: path, kind: .video, interrupt: interrupt)
      guard let (frame, _) = try reader.next() else {
        throw MediaError(
          operation: .decode, code: -1, subject: path, detail: "the picture could not be decoded")
      }
      stillErrors = reader.decodeErrors
      return try show(frame, stamp: 0)
    case .video(let source):
      let found = try source.picture(at: index)
      if let shown, shown.stamp == found.stamp { return shown }
      return try show(found.frame, stamp: found.stamp)
    }
  }

  private func show(_ frame: Frame, stamp: Int64) throws(MediaError) -> (SourcePicture, Int64) {
    let alpha: SourcePicture.Alpha =
      switch asset.alpha {
      case .none: .none
      case .straight: .straight
      case .premultiplied: .premultiplied
      }
    let picture = try SourcePicture(
      frame, rotation: asset.rotation,
      colour: ColourSpace(matrix: asset.matrix, range: asset.range),
      alpha: alpha, scaler: scaler)
    shown = (picture, stamp)
    return (picture, stamp)
  }
}

extension ColourSpace {
  /// From libav's names, as the canonical form holds them; unknown ones are taken as BT.709 limited.
  init(matrix: String, range: String) {
    let known: Matrix =
      switch matrix {
      case "smpte170m", "bt470bg", "bt601": .bt601
      case "bt2020nc", "bt2020c", "bt2020": .bt2020
      case "smpte240m": .smpte240m
      case "fcc": .fcc
      default: .bt709
      }
    self.init(known, range == "pc" || range == "full" || range == "jpeg" ? .full : .limited)
  }
}

extension Colour {
  init(_ color: RGBA) {
    self.init(red: color.red, green: color.green, blue: color.blue, alpha: color.alpha)
  }
}
