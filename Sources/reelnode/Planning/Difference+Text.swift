internal import SceneDocument

extension Difference {
  /// `layer 2 'host': box.x 1304 → 1240`. `layers` are those of now, `asset` gives the id of an asset by its hash.
  func text(layers: [JSONValue], asset: (_ sha256: String) -> String?) -> String {
    var steps = path
    var subject = ""
    if steps.first == "layers", steps.count > 2, let index = Int(steps[1]) {
      subject = "layer \(index + 1)"
      if layers.indices.contains(index), let name = Self.name(of: layers[index], asset) {
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

  /// The asset that a layer shows.
  private static func name(of layer: JSONValue, _ asset: (String) -> String?) -> String? {
    guard case .string(let sha256)? = layer["content"]?["asset"]?["sha256"] else { return nil }
    return asset(sha256)
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
