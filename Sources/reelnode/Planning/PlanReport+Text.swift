internal import Compositing
internal import SceneDocument

extension PlanReport {
  /// A line for each scene, with what is rendered anew and why below it.
  var text: String {
    let timeline = request.timeline
    let rate = request.document.output.frameRate
    let fps = rate.framesPerSecond.text(decimals: rate.denominator == 1 ? 0 : 2)
    let seconds = Double(timeline.frames) / rate.framesPerSecond
    var lines = [
      "\(outputPath): \(counted(scenes.count, "scene")), \(counted(timeline.frames, "frame")), "
        + "\(seconds.durationText), \(timeline.width)×\(timeline.height) at \(fps) fps"
    ]
    let width = min(40, max(5, scenes.map(\.scene.id.count).max() ?? 0))
    for scene in scenes { lines += text(scene, width: width) }
    let sound = soundWhy.map { "made anew: " + $0.reason.words } ?? "kept"
    lines.append(Self.padded("sound", width + 28) + sound)
    lines += changes(soundWhy, in: timeline.sound.json, indent: width + 2)
    lines.append(expectation)
    return lines.joined(separator: "\n") + "\n"
  }

  private func text(_ scene: Scene, width: Int) -> [String] {
    let seconds = Double(scene.scene.frames) / request.timeline.frameRate.doubleValue
    let rule = "by " + scene.scene.durationRule.rawValue.replacing("_", with: " ")
    let start =
      Self.padded(scene.scene.id, width + 2) + Self.padded(seconds.durationText, 8)
      + Self.padded(rule, 18)
    let anew = scene.segments.filter { $0.why != nil }
    guard let first = anew.first, let firstWhy = first.why else { return [start + "kept"] }
    let what =
      anew.count == scene.segments.count
      ? "rendered" : "\(anew.count) of \(counted(scene.segments.count, "segment")) rendered"
    if anew.allSatisfy({ $0.why == firstWhy }) {
      return [start + what + ": " + firstWhy.reason.words]
        + changes(firstWhy, in: first.planned.picture.json, indent: width + 2)
    }
    var lines = [start + what]
    for segment in anew {
      let range = segment.planned.range
      let words = segment.why?.reason.words ?? ""
      lines.append(
        Self.padded("", width + 2) + "frames \(range.lowerBound)..\(range.upperBound): \(words)")
      lines += changes(segment.why, in: segment.planned.picture.json, indent: width + 4)
    }
    return lines
  }

  private var expectation: String {
    var parts = [frames == 0 ? "nothing to render" : "\(counted(frames, "frame")) to render"]
    if let expectedSeconds {
      parts.append("about \(expectedSeconds.durationText) with \(counted(jobs, "job"))")
    } else {
      parts.append("how long that takes is known after a first render with these settings")
    }
    if let expectedBytes { parts.append("a file of about \(ByteSize(expectedBytes))") }
    return parts.joined(separator: ", ")
  }

  private static let shownChanges = 4

  private func changes(_ why: Why?, in whole: JSONValue, indent: Int) -> [String] {
    guard let why, why.reason != .engine else { return [] }
    let margin = Self.padded("", indent)
    var lines = why.changes.prefix(Self.shownChanges).map {
      margin + $0.text(in: whole, asset: { request.timeline.assets[$0]?.id })
    }
    let more = why.changes.count - Self.shownChanges
    if more > 0 { lines.append(margin + "and \(more) more") }
    return lines
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
