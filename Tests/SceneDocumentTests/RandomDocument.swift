import SceneDocument

/// Random scene documents with every part of the specification that concerns text and variants.
struct RandomDocument {
  private var random: SeededNumbers
  private var layerIDs: [String] = []

  init(seed: UInt64) { random = SeededNumbers(seed) }

  static let texts = [
    "Hello, world", "안녕하세요 여러분", "今日は、晴れ。", "欢迎\n来到北京", "مرحبا بالعالم", "สวัสดีชาวโลก", "👩‍👩‍👧 👋🏽",
    "$$5 of $", "a\tb\r\nc",
  ]
  private static let variantIDs = ["tall", "square", "wide"]

  /// A whole document.
  mutating func document() -> JSONValue {
    let variants = Self.variantIDs.prefix(pick(0...3))
    var members: [JSONValue.Member] = [
      .init("spec", "scene/1"), .init("id", "film"),
      .init(
        "output", ["fps": pick([25, 30, "30000/1001"]), "subtitles": pick(["burn", "both"])]),
      .init("variants", .array(variants.map { variant($0) })),
      .init(
        "assets",
        [
          "a": ["path": "a.mp4"], "b": ["path": "b.png"], "v": ["path": "v.wav"],
          "w": ["path": "w.json", "kind": "words"], "s": ["path": "s.srt"],
          "f": ["path": "f.ttf", "kind": "font"],
        ]),
      .init("styles", styles()),
    ]
    if chance(0.5) { members.append(.init("defaults", scene(nil, Array(variants)))) }
    let scenes = (1...pick(1...4)).map { scene("s\($0)", Array(variants)) }
    members.append(.init("scenes", .array(scenes)))
    if chance(0.3) { members.append(.init("overlays", [textLayer(id: nil)])) }
    return .object(members.shuffled(using: &random))
  }

  // MARK: Choices

  private mutating func pick(_ range: ClosedRange<Int>) -> Int {
    .random(in: range, using: &random)
  }
  private mutating func pick(_ values: [JSONValue]) -> JSONValue {
    values.randomElement(using: &random) ?? .null
  }
  private mutating func chance(_ share: Double) -> Bool {
    Double.random(in: 0..<1, using: &random) < share
  }
  private mutating func text() -> JSONValue { pick(Self.texts.map(JSONValue.string)) }
  private mutating func color() -> JSONValue { pick(["#123456", "#ABCDEF80", "@ink", "@accent"]) }
  private mutating func length() -> JSONValue { pick([0.1, "12%", "24px", "5vmin", 0.05]) }

  /// An object of some of the members.
  private mutating func some(
    _ members: [(String, JSONValue)], share: Double = 0.4
  ) -> [JSONValue.Member] {
    members.filter { _ in chance(share) }.map { JSONValue.Member($0.0, $0.1) }
  }

  // MARK: Parts

  private mutating func variant(_ id: String) -> JSONValue {
    .object(
      [.init("id", .string(id)), .init("size", pick([[1080, 1920], [720, 720], [640, 360]]))]
        + some([("subtitles", "none"), ("poster", ["at": 0.5])]))
  }

  private mutating func styles() -> JSONValue {
    [
      "palette": ["ink": "#101014", "accent": pick(["@ink", "#e4572e"])],
      "fonts": ["brand": ["assets": ["f"], "weight": 700]], "fallback": pick([[], ["brand"]]),
      "captions": .object(
        some([("default", style("default")), ("phone", style("boxed"))], share: 0.6)),
      "text": .object(
        [.init("hero", style("title"))]
          + some([("title", style("hero")), ("hero-sub", style("hero"))])
          .filter { $0.key != "title" }),
    ]
  }

  private mutating func style(_ parent: String) -> JSONValue {
    .object(
      some([
        ("extends", .string(parent)), ("font", "brand"), ("size", length()), ("fill", color()),
        ("highlight", color()), ("outline", pick([false, ["color": color()]])),
        ("box", pick([false, ["padding": length()]])),
        ("shadow", pick([true, false, ["dy": 0.01]])),
        ("weight", 600), ("line_height", 1.5), ("letter_spacing", "0.1vmin"), ("case", "upper"),
      ]))
  }

  private mutating func layout() -> [JSONValue.Member] {
    var members = some([
      ("z", .integer(pick(-100...900))), ("opacity", 0.5), ("rotate", 10),
      ("border", ["width": length(), "color": color()]),
      ("mask", pick(["none", "circle", ["kind": "rounded"]])), ("shadow", true),
      ("blend", "screen"),
    ])
    if chance(0.3) {
      members += [.init("x", length()), .init("anchor", "center")]
    } else if chance(0.6) {
      members += [
        .init("place", pick(["top", "left", "bottom-right"])), .init("margin", length()),
      ]
    }
    return members
  }

  private mutating func textKeys(_ styles: [JSONValue]) -> [JSONValue.Member] {
    some([
      ("style", pick(styles)), ("align", pick(["left", "center", "right"])),
      ("max_width", length()), ("max_lines", .integer(pick(1...5))),
    ])
  }

  private mutating func textLayer(id: String?) -> JSONValue {
    var members: [JSONValue.Member] = [.init("type", "text"), .init("text", text())]
    if let id { members.append(.init("id", .string(id))) }
    return .object(members + layout() + textKeys(["default", "hero", "title"]))
  }

  private mutating func card() -> JSONValue {
    .object(
      [.init("text", text())] + some([("sub", text()), ("from", 0.1), ("enter", ["kind": "fade"])])
        + layout() + textKeys(["hero", "subtitle", "lower-third"]))
  }

  private mutating func captions() -> JSONValue {
    let source: JSONValue.Member =
      switch pick(0...2) {
      case 0: .init("words", "w")
      case 1: .init("srt", "s")
      default:
        .init(
          "cues",
          [["from": 0, "to": "20f", "text": text()], ["from": 0.4, "to": 1.5, "text": text()]])
      }
    return .object(
      [source]
        + some([
          ("mode", pick(["line", "word"])), ("style", pick(["default", "boxed"])), ("place", "top"),
          ("margin", length()), ("max_lines", 3), ("min_show", 0.5), ("bridge", "5f"),
          ("max_cps", 15), ("lang", pick(["ko", "ar", "zh-Hant"])),
        ]))
  }

  /// A scene, or the defaults where it has no id.
  private mutating func scene(_ id: String?, _ variants: [String]) -> JSONValue {
    var members: [JSONValue.Member] = []
    if let id { members.append(.init("id", .string(id))) }
    members += some([("title", text()), ("head", 0.1)])
    members.append(.init("duration", .integer(pick(1...9))))
    var slots: [String] = []
    for (slot, value) in [
      ("avatar", JSONValue.object([.init("asset", "a")] + layout())), ("title_card", card()),
      ("lower_third", card()), ("captions", captions()),
    ] where chance(0.5) {
      members.append(.init(slot, value))
      slots.append(slot)
    }
    if chance(0.3) { members.append(.init("background", color())) }
    if chance(0.3), id != nil,
      let slot = ["avatar", "captions"].first(where: { !slots.contains($0) })
    {
      members.append(.init(slot, .null))
    }
    let layers = chance(0.5) ? ["one", "two"] : []
    if !layers.isEmpty {
      members.append(
        .init("layers", .array([textLayer(id: "one"), textLayer(id: "two"), textLayer(id: nil)])))
    }
    let on = variants.filter { _ in chance(0.6) }.map {
      JSONValue.Member($0, changes(slots, layers))
    }
    if !on.isEmpty { members.append(.init("on", .object(on))) }
    return .object(members.shuffled(using: &random))
  }

  private mutating func changes(_ slots: [String], _ layers: [String]) -> JSONValue {
    var members: [JSONValue.Member] = []
    for slot in slots where chance(0.6) {
      let keys =
        slot == "captions"
        ? some([
          ("style", "boxed"), ("place", "center"), ("margin", .null), ("max_width", length()),
          ("mode", "word"), ("hidden", true),
        ])
        : layout() + (slot == "avatar" ? [] : textKeys(["hero", "title"]))
          + some([("hidden", true), ("size", .null), ("enter", ["kind": "pop"])], share: 0.2)
      members.append(.init(slot, .object(keys)))
    }
    if !layers.isEmpty {
      members.append(.init("layers", ["two": .object(layout() + some([("hidden", true)]))]))
    }
    return .object(members)
  }
}
