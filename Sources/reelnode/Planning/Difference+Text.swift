internal import SceneDocument

extension Difference {
  /// `layer 2 'host': box.x 1304 → 1240`. `whole` is the value of now that the path leads into, `asset` gives the
  /// id of an asset by its hash.
  func text(in whole: JSONValue?, asset: (_ sha256: String) -> String?) -> String {
    var steps = path
    var subject = ""
    if let noun = ["layers": "layer", "clips": "clip"][steps[0]], steps.count > 2,
      let index = Int(steps[1])
    {
      subject = "\(noun) \(index + 1)"
      if case .array(let items)? = whole?[steps[0]], items.indices.contains(index),
        let name = Self.name(of: items[index], asset)
      {
        subject += " '\(name)'"
      }
      subject += ": "
      steps.removeFirst(2)
    }
    if steps.last == "length" {
      steps.removeLast()
      subject += "number of "
    }
    let words = steps.enumerated().map { place, step in
      Self.word(for: step, in: place > 0 ? steps[place - 1] : "")
    }
    return subject + words.joined(separator: ".") + " " + Self.text(was, asset) + " → "
      + Self.text(now, asset)
  }

  /// The asset that a layer shows or a clip plays.
  private static func name(of item: JSONValue, _ asset: (String) -> String?) -> String? {
    let hash = item["asset"] ?? item["content"]?["asset"]?["sha256"]
    if case .string(let sha256)? = hash { return asset(sha256) }
    return nil
  }

  /// Places in the lists of the canonical form have names; others are counted from 1.
  private static func word(for step: String, in parent: String) -> String {
    guard let index = Int(step) else { return step }
    let names: [String] =
      switch parent {
      case "box": ["x", "y", "width", "height"]
      case "focus", "offset": ["x", "y"]
      case "crop": ["left", "top", "right", "bottom"]
      case "size": ["width", "height"]
      case "color", "fill", "backdrop": ["red", "green", "blue", "alpha"]
      case "rate", "fps", "sar": ["numerator", "denominator"]
      case "source": ["from", "to"]
      case "fades": ["in", "out"]
      default: []
      }
    return names.indices.contains(index) ? names[index] : String(index + 1)
  }

  private static func text(_ value: JSONValue, _ asset: (String) -> String?) -> String {
    switch value {
    case .null: return "none"
    case .string(let text):
      if let id = asset(text) { return "'\(id)'" }
      return text.utf8.count == 64 ? String(text.prefix(8)) + "…" : text
    case .number(let number) where number != number.rounded(): return number.text(decimals: 2)
    case .object, .array:
      let text = value.compactText
      return text.count > 48 ? String(text.prefix(47)) + "…" : text
    default: return value.compactText
    }
  }
}
