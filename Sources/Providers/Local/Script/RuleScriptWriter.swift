/// Makes scenes of a brief by rule, on this machine: the brief's own sentences, chosen and never invented.
///
/// The same request always gives the same script.
public struct RuleScriptWriter: ScriptWriter {
  public init() {}

  public var provider: String { "rule" }

  public func estimate(_ request: ScriptRequest) -> Cost { .free }

  /// Throws `ProviderError`: a length or number of scenes that makes no sense, a language the brief is not written in,
  /// a brief without words.
  public func write(_ request: ScriptRequest, _ call: ProviderCall) async throws -> Made<Script> {
    Made(try script(for: request), cost: .free)
  }

  public func recover(_ request: ScriptRequest, _ call: ProviderCall) async throws -> Recovery<
    Made<Script>
  > { .notStarted }

  /// How long a narration takes to speak, about. Seconds.
  public static func seconds(_ narration: String) -> Double { SpeechRate.seconds(narration) }

  /// The script, without a call to account for. Throws `ProviderError`.
  public func script(for request: ScriptRequest) throws -> Script {
    try check(request)
    var sections = try self.sections(request)
    let title = SceneWords.heading(request.document.title)
    let scores = SentenceScores(sections: sections, title: title)
    for index in sections.indices {
      for at in sections[index].sentences.indices {
        let sentence = sections[index].sentences[at]
        sections[index].sentences[at].score = scores.score(sentence, under: sections[index].title)
      }
    }
    let natural = sections.reduce(0) { $0 + $1.sentences.reduce(0) { $0 + $1.seconds } }
    let target =
      request.targetSeconds ?? ScriptLength.seconds(of: natural, scenes: request.maximumScenes)
    let count = ScriptLength.scenes(of: min(target, natural), most: request.maximumScenes)
    var chooser = SentenceChooser(sections: sections, target: target, scenes: count)
    let scenes = SceneCutter(most: request.maximumScenes).cut(chooser.choose())
    var words = SceneWords(scores: scores)
    return Script(
      title: title, scenes: scenes.map { scene($0, sections, request, &words) })
  }

  private func scene(
    _ sentences: [BriefSentence], _ sections: [BriefSection], _ request: ScriptRequest,
    _ words: inout SceneWords
  ) -> Script.Scene {
    let title = words.title(of: sentences, sections: sections)
    let keywords = words.keywords(of: sentences, title: title)
    let language = Self.language(of: sentences, asked: request.language)
    let isSpaceless = ["ja", "zh"].contains(LanguageGuess.base(language))
    return Script.Scene(
      title: title, narration: sentences.map(\.text).joined(separator: isSpaceless ? "" : " "),
      visual: SceneWords.visual(title: title, keywords: keywords, language: language),
      keywords: keywords, language: language, page: sentences.first?.page)
  }

  /// That of most of its seconds.
  private static func language(of sentences: [BriefSentence], asked: String?) -> String {
    var seconds: [String: Double] = [:]
    for sentence in sentences { seconds[sentence.language, default: 0] += sentence.seconds }
    let most = seconds.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? asked ?? "en"
    // `en-GB` where English was asked for in that form.
    return asked.map { LanguageGuess.base($0) == LanguageGuess.base(most) ? $0 : most } ?? most
  }

  private func sections(_ request: ScriptRequest) throws -> [BriefSection] {
    let asked = request.language.map(LanguageGuess.base)
    var sections = BriefSections(request.document, language: asked).sections
    if sections.allSatisfy(\.sentences.isEmpty) {
      // Headings alone: they are all there is to say.
      var spoken = request.document
      for page in spoken.pages.indices {
        spoken.pages[page].blocks = spoken.pages[page].blocks.map { .init(.paragraph, $0.text) }
      }
      sections = BriefSections(spoken, language: asked).sections
    }
    guard sections.contains(where: { !$0.sentences.isEmpty }) else { throw nothing(request) }
    return sections
  }

  private func nothing(_ request: ScriptRequest) -> ProviderError {
    if let language = request.language,
      LanguageGuess.base(language) != LanguageGuess.base(request.document.language)
    {
      return ProviderError(
        .permanent, provider: provider, code: "language",
        "the brief is written in '\(request.document.language)' and the film is asked for in '\(language)'; rules do not translate",
        advice:
          "give a brief in '\(language)', leave the language out, or choose a script provider that translates"
      )
    }
    return ProviderError(
      .permanent, provider: provider, code: "no_words",
      "there is no sentence in the brief that could be spoken",
      advice: "write what the film should say into the brief")
  }

  private func check(_ request: ScriptRequest) throws {
    guard request.maximumScenes >= 1, request.maximumScenes <= 200 else {
      throw ProviderError(
        .permanent, provider: provider, code: "scenes",
        "\(request.maximumScenes) scenes are asked for",
        advice: "ask for 1 to 200 scenes")
    }
    if let target = request.targetSeconds, !(target > 0 && target <= 7200) {
      throw ProviderError(
        .permanent, provider: provider, code: "length", "a film of \(target) seconds is asked for",
        advice: "ask for 1 to 7200 seconds")
    }
  }
}

/// How long a film becomes when nobody has said it.
enum ScriptLength {
  /// A page becomes about a minute; what is longer grows slowly, up to ten seconds for each scene allowed.
  static func seconds(of natural: Double, scenes: Int) -> Double {
    let most = Double(scenes) * 10
    guard natural > 75 else { return min(natural, most) }
    return min(62 + (natural - 75) * 0.04, most)
  }

  static func scenes(of seconds: Double, most: Int) -> Int {
    max(1, min(most, Int((seconds / 10).rounded())))
  }
}
