extension TextBlock {
  /// The keys that only text has.
  func add(to object: inout ObjectBuilder) {
    object.add("text", text: text)
    object.add("sub", text: sub)
    object.add("style", id: styleName)
    object.add("align", align)
    object.add("max_width", maxWidth)
    object.add("max_lines", maxLines)
  }
}

extension Captions {
  var expanded: JSONValue {
    var object = ObjectBuilder()
    switch source {
    case .words(let id): object.add("words", id: id)
    case .srt(let id): object.add("srt", id: id)
    case .vtt(let id): object.add("vtt", id: id)
    case .cues(let cues): object.add("cues", .array(cues.map(\.expanded)))
    }
    object.add("mode", mode)
    object.add("style", id: styleName)
    object.add("place", place)
    object.add("margin", margin)
    object.add("max_width", maxWidth)
    object.add("max_lines", maxLines)
    object.add("min_show", minimumShow)
    object.add("bridge", bridge)
    object.add("pause_break", pauseBreak)
    object.add("max_cps", maximumCPS)
    object.add("lang", id: language)
    if hidden { object.add("hidden", true) }
    return object.json
  }
}

extension Captions.Cue {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("from", from)
    object.add("to", to)
    object.add("text", text: text)
    return object.json
  }
}

extension Styles {
  /// Names in alphabetical order, the built-in styles among them.
  var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("fonts", Self.map(fonts, \.expanded))
    object.add("fallback", .array(fallback.map(JSONValue.string)))
    object.add("captions", Self.map(captions, \.expanded))
    object.add("text", Self.map(text, \.expanded))
    object.add("palette", Self.map(palette) { .string($0.description) })
    return object.json
  }

  private static func map<Value>(
    _ values: [String: Value], _ json: (Value) -> JSONValue
  ) -> JSONValue {
    .object(
      values.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, json($0.value)) })
  }
}

extension Font {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("assets", .array(assets.map(JSONValue.string)))
    object.add("weight", weight)
    object.add("italic", italic)
    return object.json
  }
}

extension TextStyle {
  /// Whole, so that it means the same whatever it is built on: what it lacks is `false`.
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("font", id: font)
    object.add("size", size)
    object.add("fill", fill)
    object.add("highlight", highlight)
    object.add("outline", outline?.expanded ?? false)
    object.add("box", box?.expanded ?? false)
    object.add("shadow", shadow?.expanded ?? false)
    object.add("weight", weight)
    object.add("line_height", lineHeight)
    object.add("letter_spacing", letterSpacing)
    object.add("case", letterCase)
    return object.json
  }
}

extension TextStyle.Outline {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("width", width)
    object.add("color", color)
    return object.json
  }
}

extension TextStyle.Box {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("color", color)
    object.add("padding", padding)
    object.add("radius", radius)
    return object.json
  }
}
