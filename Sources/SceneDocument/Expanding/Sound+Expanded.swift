extension Narration {
  var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("asset", id: asset)
    object.add("gain_db", gain.decibels)
    object.add("offset", offset)
    object.add("trim", trim?.json)
    return object.json
  }
}

extension Sound {
  var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("asset", id: asset)
    object.add("from", from)
    object.add("to", to)
    object.add("trim", trim?.json)
    object.add("gain_db", gain.decibels)
    object.add("loop", loop)
    object.add("fade_in", fadeIn)
    object.add("fade_out", fadeOut)
    object.add("role", role)
    return object.json
  }
}

extension ProgrammeAudio {
  var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("music", .array(music.map(\.expanded)))
    object.add("join_fade_ms", joinFadeMilliseconds)
    object.add("loudness", loudness?.expanded ?? .null)
    return object.json
  }
}

extension Music {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("asset", id: asset)
    object.add("from", from.json)
    object.add("to", to?.json)
    object.add("gain_db", gain.decibels)
    object.add("loop", loop)
    object.add("fade_in", fadeIn)
    object.add("fade_out", fadeOut)
    object.add("duck", duck?.expanded ?? false)
    return object.json
  }
}

extension Music.Edge {
  fileprivate var json: JSONValue {
    switch self {
    case .time(let time): time.json
    case .scene(let id): .string(id)
    }
  }
}

extension Duck {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("by_db", gain.decibels)
    object.add("attack_ms", attackMilliseconds)
    object.add("release_ms", releaseMilliseconds)
    return object.json
  }
}

extension Loudness {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("target_lufs", targetLUFS)
    object.add("true_peak_db", truePeakDecibels)
    return object.json
  }
}
