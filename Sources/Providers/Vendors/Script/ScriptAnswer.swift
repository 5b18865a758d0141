internal import SceneDocument

/// Reads a script from what a language model has written. Every text of it is cleaned and cut; nothing else of it is used.
struct ScriptAnswer: Sendable {
  let request: ScriptRequest
  let backgrounds: [BackgroundKind]

  /// What is wrong with an answer, for the model that shall mend it and for people.
  struct Problems: Error, Sendable { var list: [String] }

  func script(of text: String) throws(Problems) -> Script {
    guard let json = Self.json(in: text), json.isObject else {
      throw Problems(list: ["it is not one whole JSON object"])
    }
    guard case .array(let entries)? = json["scenes"] else {
      throw Problems(list: ["'scenes' is no array"])
    }
    if entries.count > 500 { throw Problems(list: ["'scenes' has \(entries.count) entries"]) }
    var problems: [String] = []
    var scenes: [Script.Scene] = []
    for (index, entry) in entries.enumerated() {
      do throws(Problems) {
        scenes.append(try scene(of: entry, number: index + 1))
      } catch {
        problems += error.list
      }
    }
    scenes = Self.withoutRepetitions(Self.inOrderOfPages(scenes))
    if entries.isEmpty { problems.append("'scenes' is empty") }
    if scenes.count > request.scenes {
      problems.append("there are \(scenes.count) scenes; at most \(request.scenes) may be")
    }
    if !problems.isEmpty { throw Problems(list: problems) }
    var title = AnswerText(Self.string(json["title"]) ?? "").title(upTo: 80)
    if title.isEmpty { title = AnswerText(request.document.title).title(upTo: 80) }
    return Script(title: title, scenes: scenes)
  }

  private func scene(of entry: JSONValue, number: Int) throws(Problems) -> Script.Scene {
    guard entry.isObject else { throw Problems(list: ["scene \(number) is no object"]) }
    var problems: [String] = []
    func text(_ name: String, required: Bool = false) -> AnswerText {
      let value = entry.at(name)
      if let value, Self.string(value) == nil {
        problems.append("scene \(number): '\(name)' is no string")
      } else if value == nil, required {
        problems.append("scene \(number): '\(name)' is missing")
      }
      return AnswerText(Self.string(value) ?? "")
    }
    let narration = text("narration", required: true)
    if problems.isEmpty, !narration.canBeSpoken {
      problems.append("scene \(number): 'narration' has nothing to be spoken")
    }
    let (title, visual) = (text("title").title(upTo: 60), text("visual").cut(to: 400))
    var keywords: [String] = []
    if let value = entry.at("keywords") {
      let words = value.items?.compactMap(Self.string)
      if words == nil { problems.append("scene \(number): 'keywords' is no array") }
      keywords = (words ?? []).map { AnswerText($0).cut(to: 40) }.filter { !$0.isEmpty }
    }
    let page = entry.at("page").map { Self.whole($0) }
    if page == .some(nil) { problems.append("scene \(number): 'page' is no whole number") }
    if !problems.isEmpty { throw Problems(list: problems) }
    return Script.Scene(
      title: title, narration: narration.cutToSentences(limit: 1500), visual: visual,
      keywords: Array(keywords.prefix(8)), language: request.language ?? request.document.language,
      page: known(page ?? nil), background: background(entry.at("background")))
  }

  /// Nil for a page that the brief does not have.
  private func known(_ page: Int?) -> Int? {
    request.document.pages.contains { $0.number == page } ? page : nil
  }

  private static func whole(_ value: JSONValue) -> Int? {
    if case .number(let number) = value { Int(exactly: number) } else { nil }
  }

  /// A wish, granted where the configuration allows the kind.
  private func background(_ value: JSONValue?) -> BackgroundKind {
    let wish = Self.string(value).flatMap(BackgroundKind.init(rawValue:))
    return wish.flatMap { backgrounds.contains($0) ? $0 : nil } ?? backgrounds.first ?? .drawn
  }

  private static func string(_ value: JSONValue?) -> String? {
    if case .string(let text)? = value { text } else { nil }
  }

  /// Scenes without a page stay behind the one before them.
  private static func inOrderOfPages(_ scenes: [Script.Scene]) -> [Script.Scene] {
    var page = 0
    let keyed = scenes.enumerated().map { index, scene in
      page = scene.page ?? page
      return (page: page, index: index, scene: scene)
    }
    return keyed.sorted { ($0.page, $0.index) < ($1.page, $1.index) }.map(\.scene)
  }

  /// Of scenes that say the same the first one.
  private static func withoutRepetitions(_ scenes: [Script.Scene]) -> [Script.Scene] {
    var said: Set<String> = []
    return scenes.filter { said.insert($0.narration.lowercased().filter(\.isLetter)).inserted }
  }
}

extension ScriptAnswer {
  /// The JSON of an answer that may stand in a fence, behind thoughts, or have words around it.
  private static func json(in text: String) -> JSONValue? {
    let bare = text.replacing(#/(?s)^\s*<think>.*?</think>/#, with: "")
    if let json = JSONValue(reading: Array(bare.utf8)) { return json }
    guard let start = bare.firstIndex(of: "{"), let end = bare.lastIndex(of: "}"), start < end
    else { return nil }
    return JSONValue(reading: Array(bare[start...end].utf8))
  }
}
