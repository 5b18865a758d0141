internal import Foundation
internal import Hummingbird
internal import Pipelines
internal import Providers
internal import SceneDocument

/// What a form for a film may offer.
struct ChoiceRoutes: RouteGroup {
  let backend: NodeBackend

  func add(to routes: Routes) {
    routes.api.get("choices") { request, _ in
      _ = try QueryReader(request)
      return Reply.json(Choices(backend).json)
    }
  }
}

/// The node's providers by what they make, with what is missing for those that it does not have.
struct Choices {
  private let shelf: ProviderShelf
  private let defaults: FilmDefaults

  init(_ backend: NodeBackend) {
    (shelf, defaults) = (backend.pipeline.studio.shelf, backend.products.filmDefaults)
  }

  var json: JSONValue {
    let usual = FilmWish().settings(defaults, shelf)
    return [
      "voices": .array(voices(usual)), "avatars": .array(avatars(usual)),
      "backgrounds": .array(backgrounds(usual)), "languages": .array(Self.languages),
      "sizes": .array(
        FilmSize.usual.map { size in
          let isUsual = size.width == usual.width && size.height == usual.height
          return Self.choice(size.text, size.text, nil, isDefault: isUsual)
        }), "scripts": .array(scripts(usual)),
    ]
  }

  private func voices(_ usual: ProjectSettings) -> [JSONValue] {
    let own = offered(shelf.speech.keys, .voice).map { name, missing in
      Self.choice(
        name, Self.titles[name] ?? name, missing, isDefault: name == usual.speechProvider)
    }
    let flite =
      shelf.speech["flite"] == nil
      ? []
      : ["slt", "rms"].map {
        Self.choice("flite:\($0)", "Flite \($0)", nil, isDefault: false, language: "en")
      }
    return own + flite
  }

  private func avatars(_ usual: ProjectSettings) -> [JSONValue] {
    var choices: [JSONValue] = []
    if shelf.avatars["drawn"] != nil {
      let first = usual.character ?? DrawnAvatarMaker.characters.first
      choices += DrawnAvatarMaker.characters.map {
        Self.choice(
          "drawn:\($0)", $0.capitalized, nil,
          isDefault: usual.avatarProvider == "drawn" && $0 == first)
      }
    }
    choices += offered(shelf.avatars.keys.filter { $0 != "drawn" }, .avatar).map {
      Self.choice($0, Self.titles[$0] ?? $0, $1, isDefault: $0 == usual.avatarProvider)
    }
    let isNone = usual.avatarProvider == ProjectSettings.noAvatar
    return choices + [Self.choice("none", "No speaker", nil, isDefault: isNone)]
  }

  private func backgrounds(_ usual: ProjectSettings) -> [JSONValue] {
    offered(shelf.backgrounds.keys, .background).map {
      Self.choice($0, Self.titles[$0] ?? $0, $1, isDefault: $0 == usual.backgroundProvider)
    } + [
      Self.choice(
        "auto", "As the script says", nil, isDefault: usual.backgroundProvider == nil)
    ]
  }

  private func scripts(_ usual: ProjectSettings) -> [JSONValue] {
    offered(shelf.scripts.keys, .script).map {
      Self.choice($0, Self.titles[$0] ?? $0, $1, isDefault: $0 == usual.scriptProvider)
    }
  }

  /// What is there, then what a setting is missing for.
  private func offered(
    _ there: some Collection<String>, _ kind: ProviderShelf.Kind
  ) -> [(name: String, missing: String?)] {
    there.sorted().map { ($0, nil) }
      + kind.services.compactMap { name in
        there.contains(name) ? nil : shelf.missing[name].map { (name, $0) }
      }
  }

  private static func choice(
    _ id: String, _ title: String, _ missing: String?, isDefault: Bool, language: String? = nil
  ) -> JSONValue {
    [
      "id": .string(id), "title": .string(title), "available": .bool(missing == nil),
      "missing": .text(missing), "default": .bool(isDefault), "language": .text(language),
    ]
  }

  private static let titles = [
    "espeak": "eSpeak NG", "flite": "Flite", "elevenlabs": "ElevenLabs", "d-id": "D-ID",
    "heygen": "HeyGen", "drawn": "Drawn from the words", "stock": "Your own clips",
    "color": "One colour", "gemini": "Gemini", "omni": "Gemini Omni", "veo": "Veo",
    "rule": "By rule, on this machine", "openai": "OpenAI-compatible",
  ]

  /// Of those that speak on this machine; others may be given too.
  private static let languages: [JSONValue] = [
    ("en", "English"), ("ko", "한국어"), ("de", "Deutsch"), ("es", "Español"), ("fr", "Français"),
    ("it", "Italiano"), ("ja", "日本語"), ("pt-BR", "Português"), ("zh", "中文"),
  ].map { choice($0, $1, nil, isDefault: false, language: $0) }
}
