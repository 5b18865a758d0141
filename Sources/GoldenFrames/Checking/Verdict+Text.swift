internal import Foundation
internal import Media
internal import SceneDocument

extension Verdict {
  /// One line of what differs, or that nothing does.
  public var summary: String {
    if isMatch { return matchText }
    var parts = shape
    if let worst = worstFailure {
      let count = failures.count
      var text =
        "\(count) of \(range.count) frames \(count == 1 ? "differs" : "differ"), first \(failures[0].index)"
      text += " (\(time(of: failures[0].index)))"
      text += "; frame \(worst.index): " + numbers(worst)
      parts.append(text)
    }
    if let sound, !sound.isAccepted { parts.append(sound.text) }
    return parts.joined(separator: "; ")
  }

  private var matchText: String {
    var text = range.count == 1 ? "1 frame" : "\(range.count) frames"
    if golden.reference.sound != nil, range.count == golden.reference.frames.count {
      text += " and sound"
    }
    if toleratedFrames == 0, sound == nil { return text + ", bit for bit" }
    return text
      + ", \(toleratedFrames) of them not bit for bit but inside the bounds for another build"
  }

  /// The frame that differs most: a key frame if one differs.
  public var worstFailure: FrameFinding? {
    failures.max { a, b in rank(a) < rank(b) }
  }

  private func rank(_ finding: FrameFinding) -> (Int, Double, Int) {
    (
      finding.difference == nil ? 0 : 1,
      finding.difference?.worst?.meanSquare ?? finding.squareDistance, -finding.index
    )
  }

  /// What was measured of a frame, for people.
  public func numbers(_ finding: FrameFinding) -> String {
    let place = finding.place(in: golden)
    let plane = ["luma", "Cb", "Cr"][place.plane]
    guard let difference = finding.difference, let block = difference.worst else {
      return
        "mean of \(place.pixels) × \(place.pixels) pixels at \(place.x), \(place.y) is \(decimal(finding.squareDistance, 2)) off in \(plane)"
    }
    return
      "worst block \(decimal(block.psnr, 1)) dB in \(plane) at \(block.x), \(block.y), largest difference \(difference.largest), \(difference.overOne) samples off by more than 1"
  }

  /// Seconds of a frame.
  public func time(of frame: Int) -> String {
    decimal(Double(frame) * golden.reference.timeBase.doubleValue, 3) + " s"
  }
}

/// With a fixed number of decimals, the same in every locale.
func decimal(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite, value.magnitude < 1e12 else { return value > 0 ? "∞" : "\(value)" }
  let factor = (0..<decimals).reduce(1) { result, _ in result * 10 }
  let scaled = Int((value.magnitude * Double(factor)).rounded())
  let sign = value < 0 && scaled != 0 ? "-" : ""
  if decimals == 0 { return sign + String(scaled) }
  return sign + "\(scaled / factor)." + String(scaled % factor + factor).dropFirst()
}
