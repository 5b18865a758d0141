extension Layer {
  var expanded: JSONValue {
    var object = ObjectBuilder()
    // A generated id has a '/', which no id in a document has.
    if !id.utf8.contains(UInt8(ascii: "/")) { object.add("id", id: id) }
    addContent(to: &object)
    object.add("z", z)
    object.add("from", from)
    object.add("to", to)
    object.add("trim", trim?.json)
    object.add("speed", speed)
    addLayout(to: &object)
    addLook(to: &object)
    object.add("when_short", whenShort)
    object.add("when_long", whenLong)
    object.add("mute", mute)
    object.add("gain_db", gain.decibels)
    if slot == .avatar { object.add("audio", audio) }
    if hidden { object.add("hidden", true) }
    return object.json
  }

  private func addContent(to object: inout ObjectBuilder) {
    switch content {
    case .asset(let id, let kind):
      object.add("type", kind)
      object.add("asset", id: id)
    case .shape(let kind, let fill):
      object.add("type", "shape")
      object.add("shape", kind)
      object.add("fill", fill)
    case .color(let fill):
      object.add("type", "color")
      object.add("fill", fill)
    case .text(let block):
      object.add("type", "text")
      block.add(to: &object)
    }
  }

  private func addLayout(to object: inout ObjectBuilder) {
    switch position {
    case .place(let place, let margin):
      object.add("place", place)
      object.add("margin", margin)
    case .at(let x, let y, let anchor):
      object.add("x", x)
      object.add("y", y)
      object.add("anchor", anchor)
    }
    object.add("size", size.json)
    object.add("fit", fit)
    object.add("focus", focus.json)
    object.add(
      "crop", .array([crop.left, crop.top, crop.right, crop.bottom].map(JSONValue.number)))
    object.add("rotate", rotate)
    object.add("opacity", opacity)
  }

  private func addLook(to object: inout ObjectBuilder) {
    object.add("mask", mask.expanded)
    object.add("border", border?.expanded)
    object.add("shadow", shadow?.expanded)
    object.add("key", key?.expanded)
    object.add("blend", blend)
    if slot == .background {
      object.add("dim", dim)
      object.add("blur", blur)
    }
    object.add("motion", motion?.expanded)
    object.add("enter", enter.expanded)
    object.add("exit", exit.expanded)
  }
}

extension Layer.Trim {
  var json: JSONValue { [start.json, end.json] }
}

extension Layer.Mask {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    switch self {
    case .none: return "none"
    case .circle: return "circle"
    case .rounded(let radius):
      object.add("kind", "rounded")
      object.add("radius", radius)
    case .asset(let id):
      object.add("kind", "asset")
      object.add("asset", id: id)
    }
    return object.json
  }
}

extension Layer.Border {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("width", width)
    object.add("color", color)
    return object.json
  }
}

extension Layer.Shadow {
  var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("dx", dx)
    object.add("dy", dy)
    object.add("blur", blur)
    object.add("color", color)
    object.add("opacity", opacity)
    return object.json
  }
}

extension Layer.ChromaKey {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("color", color)
    object.add("tolerance", tolerance)
    object.add("softness", softness)
    object.add("spill", spill)
    return object.json
  }
}

extension Layer.Motion {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("kind", "ken-burns")
    object.add("preset", preset)
    object.add("amount", amount)
    object.add("ease", ease)
    return object.json
  }
}

extension Layer.Entrance {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("kind", kind)
    object.add("duration", duration)
    return object.json
  }
}
