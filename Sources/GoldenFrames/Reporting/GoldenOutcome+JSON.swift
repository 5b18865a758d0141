internal import Media
public import SceneDocument

extension GoldenOutcome {
  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("document", .string(name)), .init("state", .string(state)),
      .init("seconds", .number(seconds)),
    ]
    switch result {
    case .match(let verdict): members += Self.members(verdict)
    case .differs(let verdict, let explanation, _):
      members += Self.members(verdict)
      members.append(.init("explanation", explanation.json))
    case .broken(let reason): members.append(.init("reason", .string(reason)))
    }
    return .object(members)
  }

  /// `match`, `differs` or `broken`.
  public var state: String {
    switch result {
    case .match: "match"
    case .differs: "differs"
    case .broken: "broken"
    }
  }

  private static func members(_ verdict: Verdict) -> [JSONValue.Member] {
    [
      .init("tier", .string(verdict.tier.rawValue)),
      .init("summary", .string(verdict.summary)),
      .init("frames", .integer(verdict.range.count)),
      .init("differing", .integer(verdict.failures.count)),
      .init("tolerated", .integer(verdict.toleratedFrames)),
      .init("shape", .array(verdict.shape.map(JSONValue.string))),
      .init("findings", .array(verdict.frames.map { $0.json(in: verdict.golden) })),
      .init("sound", verdict.sound?.json ?? .null),
    ]
  }
}

extension FrameFinding {
  func json(in golden: Golden) -> JSONValue {
    let place = place(in: golden)
    var members: [JSONValue.Member] = [
      .init("frame", .integer(index)), .init("accepted", .bool(isAccepted)),
      .init("plane", .string(["luma", "cb", "cr"][place.plane])),
      .init("x", .integer(place.x)), .init("y", .integer(place.y)),
      .init("square_distance", .number(squareDistance)),
      .init("hash_distance", .integer(hashDistance)),
    ]
    if let difference {
      members += [
        .init("largest", .integer(difference.largest)),
        .init("over_one", .integer(difference.overOne)),
        .init("differing", .integer(difference.differing)),
        .init("samples", .integer(difference.samples)),
        .init("psnr_db", difference.psnr.isFinite ? .number(difference.psnr) : .null),
        .init("worst_block_db", difference.worst.map { .number($0.psnr) } ?? .null),
      ]
    }
    return .object(members)
  }
}

extension SoundFinding {
  var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return [
      "accepted": .bool(isAccepted), "text": .string(text),
      "first_second": firstSecond.map { .integer($0) } ?? .null,
      "differing_seconds": .integer(differingSeconds), "distance_db": number(distanceDB),
      "shift_ms": number(shiftMS), "gain_db": number(gainDB),
    ]
  }
}

extension Explanation {
  public var json: JSONValue {
    [
      "frame": frame.map { .integer($0) } ?? .null, "shift": shift.map { .integer($0) } ?? .null,
      "causes": .array(
        causes.map { cause in
          [
            "kind": .string(cause.kind.rawValue),
            "scene": cause.scene.map { .string($0) } ?? .null,
            "layer": cause.layer.map { .string($0) } ?? .null,
            "share": cause.share.map { .number($0) } ?? .null,
            "changes": .array(
              cause.changes.map {
                ["field": .string($0.field), "old": .string($0.old), "new": .string($0.new)]
              }), "text": .string(cause.text),
          ]
        }),
    ]
  }
}
