internal import SceneDocument

extension Reference {
  static let magic = "reelnode-golden 1"

  /// The lines of `reference.txt`; the last one is a checksum of those before it.
  public var text: String {
    var lines = [
      Self.magic,
      "# Written by 'reelnode golden record'; to accept other pictures or sound, record again.",
      "# frame: index, pts in units of the time base, SHA-256 of the planes before encoding, perceptual hash.",
      "document \(document)", "canvas \(width) \(height)",
      "timebase \(timeBase.numerator) \(timeBase.denominator)",
    ]
    lines += builds.enumerated().map { "build \($0) \($1)" }
    for scene in scenes {
      lines.append("scene \(scene.id) \(scene.start) \(scene.frames)")
      if let transition = scene.transition { lines.append("transition \(transition)") }
      lines += scene.layers.map { "layer \($0.id) \($0.description)" }
    }
    lines += soundLines
    lines.append("keys" + keyFrames.map { " \($0)" }.joined())
    lines.append("squares \(squares)")
    for (index, frame) in frames.enumerated() {
      lines.append("frame \(index) \(frame.pts) \(frame.digest) \(frame.hash)")
      lines += frame.alternatives.map { "also \($0.build) \($0.digest)" }
    }
    let body = lines.joined(separator: "\n") + "\n"
    return body + "end \(sha256(of: Array(body.utf8)))\n"
  }

  private var soundLines: [String] {
    guard let sound else { return [] }
    var lines = [
      "sound \(sound.digest) \(sound.rate) \(sound.channels) \(sound.samples) \(sound.gainDB) \(sound.table)"
    ]
    lines += sound.alternatives.map { "also \($0.build) \($0.digest)" }
    lines += clips.map { "clip \($0.asset) \($0.description)" }
    lines += sound.seconds.enumerated().map { "second \($0) \($1)" }
    return lines
  }
}
