import SceneDocument

extension TimelineMaker {
  /// What became of an asset that a layer or sound names.
  enum Found {
    case record(ProbeRecord)
    /// The scene's policy has something else shown.
    case placeholder(String)
    /// Left out, or an error that is told.
    case nothing
  }

  /// - Parameters:
  ///   - scene: whose policy is asked if the file is missing; nil for programme-wide things.
  ///   - mayDrop: false for what a scene cannot do without.
  mutating func find(
    _ id: String, for layer: String, at pointer: String, scene: PlacedScene?, mayDrop: Bool = true,
    events: inout [PolicyEvent]
  ) -> Found {
    if unreadable.contains(id) { return .nothing }
    if let record = probes[id] {
      keep(id, record)
      return .record(record)
    }
    let path = document.assets[id]?.path ?? id
    let policy = scene?.scene.onMissing ?? .fail
    guard policy != .fail, mayDrop || policy == .placeholder, let scene else {
      missing(id, path)
      return .nothing
    }
    tell(
      .policyApplied, at: pointer,
      "scene '\(scene.scene.id)': the file '\(path)' is not there: "
        + (policy == .drop ? "'\(layer)' is left out" : "a card stands in for '\(layer)'"))
    events.append(event(layer, policy.rawValue, planned: .zero, real: .zero))
    return policy == .drop ? .nothing : .placeholder("missing: \(path)")
  }

  private mutating func missing(_ id: String, _ path: String) {
    let pointer = "/assets/\(id)/path"
    let diagnostic = source.diagnostic(
      .assetMissing, at: pointer,
      "the file '\(path)' of asset '\(id)' is not there: put it below the asset root, or correct its path"
    )
    if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
  }

  private mutating func keep(_ id: String, _ record: ProbeRecord) {
    guard assets[record.sha256] == nil, let asset = document.assets[id] else { return }
    assets[record.sha256] = TimelineAsset(
      id: id, path: asset.path, record: record, damageMax: asset.damage.maximum,
      failsOnDamage: asset.damage.policy == .fail)
  }

  /// The sound stream of a narration, which no policy can replace; nil if an error was told.
  mutating func sound(
    of id: String, at pointer: String, scene: Scene
  ) -> ProbeRecord.Audio? {
    if unreadable.contains(id) { return nil }
    guard let record = probes[id] else {
      missing(id, document.assets[id]?.path ?? id)
      return nil
    }
    keep(id, record)
    if let audio = record.audio { return audio }
    noStream("sound", of: id, at: pointer)
    return nil
  }

  mutating func noStream(_ what: String, of id: String, at pointer: String) {
    let path = document.assets[id]?.path ?? id
    tell(
      .mediaNoStream, at: pointer + "/asset",
      "cannot use '\(path)' here: it has no \(what); name an asset that has")
  }

  // MARK: How a picture is read

  /// The settled readings of an asset's picture; each guess is told.
  mutating func picture(_ id: String, _ record: ProbeRecord, _ video: ProbeRecord.Video)
    -> AssetPicture
  {
    let asset = document.assets[id] ?? Asset(id: id, path: id)
    let alpha: AssetPicture.Alpha =
      switch (video.hasAlpha, asset.alpha) {
      case (false, _), (_, .none): .none
      case (_, .premultiplied): .premultiplied
      case (_, .auto), (_, .straight): .straight
      }
    let color = color(asset, record, video)
    if video.isVariableRate, !record.isStill {
      remark(
        .variableRate, asset: id,
        "'\(asset.path)' has a variable frame rate: the frame of each moment is shown")
    }
    return AssetPicture(
      sha256: record.sha256, isStill: record.isStill, alpha: alpha,
      rotation: asset.rotation ?? video.rotation, sampleAspect: video.sampleAspect,
      matrix: color.matrix, range: color.range)
  }

  private mutating func color(
    _ asset: Asset, _ record: ProbeRecord, _ video: ProbeRecord.Video
  ) -> (matrix: String, range: String) {
    let range = asset.color.range.map { $0 == .full ? "pc" : "tv" }
    if video.isRGB { return ("gbr", range ?? video.range ?? "pc") }
    // Gray stills are sRGB without colour: no matrix matters to them.
    if record.isStill, ["gray", "ya", "mono"].contains(where: video.pixelFormat.hasPrefix) {
      return ("smpte170m", range ?? video.range ?? "pc")
    }
    let matrix: String? =
      switch asset.color.matrix {
      case .bt601: "smpte170m"
      case .bt709: "bt709"
      case .bt2020: "bt2020nc"
      case nil: video.matrix
      }
    var guesses: [String] = []
    let knownMatrix = matrix ?? guessedMatrix(record, video)
    if matrix == nil { guesses.append("matrix \(knownMatrix == "bt709" ? "BT.709" : "BT.601")") }
    let knownRange = range ?? video.range ?? guessedRange(record, video)
    if range == nil, video.range == nil {
      guesses.append("range \(knownRange == "pc" ? "full" : "limited")")
    }
    if !guesses.isEmpty {
      remark(
        .colorGuessed, asset: asset.id,
        "'\(asset.path)' does not say its colours: \(guesses.joined(separator: " and ")) assumed; "
          + "set 'color' of the asset if that is wrong")
    }
    return (knownMatrix, knownRange)
  }

  /// Stills in YUV (JPEG, WebP) are BT.601 by their formats' rules.
  private func guessedMatrix(_ record: ProbeRecord, _ video: ProbeRecord.Video) -> String {
    if record.isStill { return "smpte170m" }
    return min(video.height, video.width) >= 576 || video.height >= 576 ? "bt709" : "smpte170m"
  }

  private func guessedRange(_ record: ProbeRecord, _ video: ProbeRecord.Video) -> String {
    if video.pixelFormat.hasPrefix("yuvj") { return "pc" }
    return record.isStill && !video.codec.hasPrefix("vp8") && !video.codec.hasPrefix("webp")
      ? "pc" : "tv"
  }

  /// Upright width ÷ height of what is left after cropping, and its size in square source pixels.
  func shape(_ layer: Layer, _ video: ProbeRecord.Video, rotation: Int) -> PixelBox {
    var width = Double(video.width) * max(video.sampleAspect.doubleValue, 1e-6)
    var height = Double(max(video.height, 1))
    if rotation % 180 != 0 { (width, height) = (height, width) }
    width *= 1 - layer.crop.left - layer.crop.right
    height *= 1 - layer.crop.top - layer.crop.bottom
    return PixelBox(x: 0, y: 0, width: width, height: height)
  }
}
