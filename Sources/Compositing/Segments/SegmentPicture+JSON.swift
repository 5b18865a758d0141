public import SceneDocument

// The canonical JSON that a segment's key is the hash of. Every field is written, also one that has its
// default: a key must not change its meaning when a default does. Members stand in the order of the hashed text.

extension SegmentPicture {
  public var json: JSONValue {
    [
      "backdrop": backdrop.json, "fps": frameRate.json, "frames": .integer(frames),
      "layers": .array(layers.map(\.json)), "size": [.integer(width), .integer(height)],
      "transition": transition.map { transition in
        [
          "backdrop": transition.backdrop.json, "frames": .integer(transition.frames),
          "kind": transition.kind.json, "outgoing": .array(transition.outgoing.map(\.json)),
          "passed": .integer(transition.passed),
          "running": .array(transition.running.map(\.json)),
        ]
      } ?? .null, "v": "canonical/1",
    ]
  }

  /// SHA-256 of every asset it draws, sorted, each once.
  public var assets: [String] {
    let all = layers + (transition.map { $0.outgoing + $0.running } ?? [])
    return Set(all.flatMap(\.assets).map(\.sha256)).sorted()
  }
}

extension SceneTransition.Kind {
  var json: JSONValue {
    switch self {
    case .crossfade: "crossfade"
    case .dip(let color): ["dip": color.json]
    case .wipe(let edge): ["wipe": .string(edge.rawValue)]
    }
  }
}

extension Rational {
  var json: JSONValue { [.number(Double(numerator)), .number(Double(denominator))] }
}

extension RGBA {
  var json: JSONValue {
    [
      .integer(Int(red)), .integer(Int(green)), .integer(Int(blue)), .integer(Int(alpha)),
    ]
  }
}

extension AssetPicture {
  var json: JSONValue {
    [
      "alpha": .string(alpha.rawValue), "matrix": .string(matrix), "range": .string(range),
      "rotation": .integer(rotation), "sar": sampleAspect.json, "sha256": .string(sha256),
      "still": .bool(isStill),
    ]
  }
}

extension SourceTiming {
  var json: JSONValue {
    [
      "at_end": .string(atEnd.rawValue), "end": .number(Double(end)), "first": .integer(first),
      "rate": rate.json, "start": .number(Double(start)),
    ]
  }
}

extension PictureLayer {
  var json: JSONValue {
    [
      "blend": .string(blend.rawValue), "blur": .number(blur),
      "border": border.map(\.json) ?? .null,
      "box": [.number(box.x), .number(box.y), .number(box.width), .number(box.height)],
      "content": content.json, "crop": .array(crop.map(JSONValue.number)), "dim": .number(dim),
      "enter": enter.map(\.json) ?? .null, "exit": exit.map(\.json) ?? .null,
      "fit": .string(fit.rawValue), "focus": [.number(focusX), .number(focusY)],
      "from": .integer(from), "key": key.map(\.json) ?? .null, "mask": mask.json,
      "motion": motion.map(\.json) ?? .null, "opacity": .number(opacity),
      "rotate": .number(rotate), "shadow": shadow.map(\.json) ?? .null, "to": .integer(to),
    ]
  }
}

extension PictureLayer.Content {
  var json: JSONValue {
    switch self {
    case .color(let color): ["color": color.json]
    case .shape(let shape, let fill): ["shape": shape.json, "fill": fill.json]
    case .asset(let picture, let timing): ["asset": picture.json, "timing": timing.json]
    case .text(let text): ["text": text.json]
    case .placeholder(let label): ["placeholder": .string(label)]
    }
  }
}

extension PictureLayer.Shape {
  var json: JSONValue {
    switch self {
    case .rect: "rect"
    case .rounded(let radius): ["rounded": .number(radius)]
    case .circle: "circle"
    }
  }
}

extension PictureLayer.Mask {
  var json: JSONValue {
    switch self {
    case .none: "none"
    case .circle: "circle"
    case .rounded(let radius): ["rounded": .number(radius)]
    case .asset(let picture): ["asset": picture.json]
    }
  }
}

extension PictureLayer.Border {
  var json: JSONValue { ["width": .number(width), "color": color.json] }
}

extension PictureLayer.Shadow {
  var json: JSONValue {
    [
      "offset": [.number(dx), .number(dy)], "blur": .number(blur), "color": color.json,
      "opacity": .number(opacity),
    ]
  }
}

extension PictureLayer.ColorKey {
  var json: JSONValue {
    [
      "color": color.json, "tolerance": .number(tolerance), "softness": .number(softness),
      "spill": .number(spill),
    ]
  }
}

extension PictureLayer.KenBurns {
  var json: JSONValue {
    [
      "preset": .string(preset.rawValue), "amount": .number(amount), "ease": .string(ease.rawValue),
    ]
  }
}

extension PictureLayer.Passage {
  var json: JSONValue { ["kind": .string(kind.rawValue), "frames": .integer(frames)] }
}
