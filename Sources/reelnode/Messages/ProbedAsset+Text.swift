internal import Compositing
internal import SceneDocument

extension ProbedAsset {
  /// `clip.mp4: video, mov, 2.1 MiB, …` with a line for picture and sound each.
  func text(_ path: String) -> String {
    var lines = [
      "\(path): \(record.kind.rawValue), \(record.format), \(ByteSize(record.bytes))"
    ]
    if let video = record.video { lines.append("  picture  " + video.text(isInterlaced)) }
    if let audio = record.audio { lines.append("  sound    " + audio.text) }
    if damage.missingFrames > 0 || damage.missingSamples > 0 {
      lines.append(
        "  damage   \(counted(damage.missingFrames, "frame")) and \(counted(Int(damage.missingSamples), "sample")) missing"
      )
    }
    lines.append("  sha256   \(record.sha256)")
    return lines.joined(separator: "\n")
  }

  func json(_ path: String) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("path", .string(path)), .init("sha256", .string(record.sha256)),
      .init("bytes", .number(Double(record.bytes))), .init("kind", .string(record.kind.rawValue)),
      .init("format", .string(record.format)),
    ]
    if let video = record.video { members.append(.init("video", video.json(isInterlaced))) }
    if let audio = record.audio { members.append(.init("audio", audio.json)) }
    members.append(
      .init(
        "damage",
        [
          "missing_frames": .integer(damage.missingFrames),
          "missing_samples": .number(Double(damage.missingSamples)),
        ]))
    return .object(members)
  }
}

extension Rational {
  fileprivate var fraction: JSONValue {
    .string(denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)")
  }
}

extension ProbeRecord.Video {
  fileprivate func text(_ isInterlaced: Bool) -> String {
    var parts = ["\(codec) \(width)×\(height)"]
    if sampleAspect != Rational(1) {
      parts.append("pixels \(sampleAspect.numerator):\(sampleAspect.denominator)")
    }
    if rotation != 0 { parts.append("turned \(rotation)°") }
    if duration > Rational(0) {
      let rate = frameRate.doubleValue.shortText
      parts.append(
        "\(isVariableRate ? "about " : "")\(rate) fps\(isVariableRate ? ", variable" : "")")
      parts.append(counted(frames, "frame"))
      parts.append("\(duration.doubleValue.shortText) s")
    }
    if start != Rational(0) { parts.append("from \(start.doubleValue.shortText) s") }
    if isInterlaced { parts.append("interlaced") }
    parts.append(pixelFormat + (hasAlpha ? " with alpha" : ""))
    parts.append("colour \(matrix ?? (isRGB ? "rgb" : "not said")), \(range ?? "range not said")")
    return parts.joined(separator: ", ")
  }

  fileprivate func json(_ isInterlaced: Bool) -> JSONValue {
    [
      "codec": .string(codec), "width": .integer(width), "height": .integer(height),
      "sample_aspect": sampleAspect.fraction, "rotation": .integer(rotation),
      "fps": frameRate.fraction, "variable_rate": .bool(isVariableRate),
      "frames": .integer(frames), "start": .number(start.doubleValue),
      "duration": .number(duration.doubleValue), "interlaced": .bool(isInterlaced),
      "pixel_format": .string(pixelFormat), "alpha": .bool(hasAlpha),
      "matrix": matrix.map(JSONValue.string) ?? .null,
      "range": range.map(JSONValue.string) ?? .null,
      "primaries": primaries.map(JSONValue.string) ?? .null,
      "transfer": transfer.map(JSONValue.string) ?? .null,
    ]
  }
}

extension ProbeRecord.Audio {
  fileprivate var text: String {
    var text =
      "\(codec), \(rate) Hz, \(counted(channels, "channel")), \(counted(Int(samples), "sample"))"
    text += ", \(duration.doubleValue.shortText) s"
    if start != Rational(0) { text += ", from \(start.doubleValue.shortText) s" }
    return text
  }

  fileprivate var json: JSONValue {
    [
      "codec": .string(codec), "rate": .integer(rate), "channels": .integer(channels),
      "samples": .number(Double(samples)), "start": .number(start.doubleValue),
      "duration": .number(duration.doubleValue),
    ]
  }
}
