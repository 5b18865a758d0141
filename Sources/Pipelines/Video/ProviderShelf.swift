public import Providers

/// The providers that this node has, by name.
public struct ProviderShelf: Sendable {
  public var scripts: [String: any ScriptWriter] = [:]
  public var speech: [String: any SpeechSynthesizer] = [:]
  public var avatars: [String: any MediaMaker<AvatarRequest>] = [:]
  /// By name, such as `drawn`, `stock`, `gemini`, `omni`.
  public var backgrounds: [String: any MediaMaker<BackgroundRequest>] = [:]
  /// Which of `backgrounds` makes what the script asks for; a kind that is not there is drawn.
  public var backgroundNames: [BackgroundKind: String] = [
    .drawn: "drawn", .stock: "stock", .color: "color",
  ]
  /// Why a provider that people may name is not there: which setting is missing.
  public var missing: [String: String] = [:]
  /// The settings of a provider's price, by what it makes (`script`, `speech`, `avatar`, `background`) and its name.
  public var priceSettings: [String: [String: [String]]] = [:]

  public init() {}

  /// What providers make.
  public enum Kind: String, Sendable {
    case script, voice, avatar, background

    /// The services that may make it, where their settings are there.
    public var services: [String] {
      switch self {
      case .script: ["gemini", "openai"]
      case .voice: ["elevenlabs"]
      case .avatar: ["d-id", "heygen"]
      case .background: ["stock", "gemini", "omni", "veo"]
      }
    }
  }

  func script(_ name: String) throws(ProviderError) -> any ScriptWriter {
    try pick(scripts[name], name, .script, scripts.keys)
  }

  func speech(_ name: String) throws(ProviderError) -> any SpeechSynthesizer {
    try pick(speech[name], name, .voice, speech.keys)
  }

  func avatar(_ name: String) throws(ProviderError) -> any MediaMaker<AvatarRequest> {
    try pick(avatars[name], name, .avatar, avatars.keys)
  }

  func background(_ name: String) throws(ProviderError) -> any MediaMaker<BackgroundRequest> {
    try pick(backgrounds[name], name, .background, backgrounds.keys)
  }

  /// The maker of a scene's background, and what it is asked for.
  func background(for scene: Script.Scene, _ settings: ProjectSettings) -> (
    name: String, kind: BackgroundKind
  ) {
    if let name = settings.backgroundProvider {
      let kind = backgroundNames.first { $0.value == name }?.key ?? scene.background
      return (name, kind)
    }
    if let name = backgroundNames[scene.background], backgrounds[name] != nil {
      return (name, scene.background)
    }
    return ("drawn", .drawn)
  }

  /// Throws for a name that is not there, before anything is begun.
  public func check(_ settings: ProjectSettings) throws(ProviderError) {
    _ = try script(settings.scriptProvider)
    _ = try speech(settings.speechProvider)
    if settings.avatarProvider != ProjectSettings.noAvatar {
      _ = try avatar(settings.avatarProvider)
    }
    if let name = settings.backgroundProvider { _ = try background(name) }
  }

  /// What is to be set before a request's cost can be held against a budget.
  public func priceAdvice(_ what: String, _ provider: String) -> String {
    priceSettings[what]?[provider].map { settings in
      "set " + settings.map { "'\($0)'" }.joined(separator: " and ")
    }
      ?? "set the price of \(provider) ('reelnode settings' shows the settings)"
  }

  private func pick<Value>(
    _ value: Value?, _ name: String, _ kind: Kind, _ known: some Collection<String>
  ) throws(ProviderError) -> Value {
    if let value { return value }
    if kind.services.contains(name), let setting = missing[name] {
      throw ProviderError(
        .permanent, provider: name, code: "E_SETTING_MISSING", setting,
        advice: "set it, or name another provider")
    }
    let services = kind.services.filter { missing[$0] != nil }
    throw ProviderError(
      .permanent, provider: name, code: "E_PROVIDER_UNKNOWN",
      "this node has no \(kind.rawValue) provider of that name",
      advice: "name one of: \(known.sorted().joined(separator: ", "))"
        + (services.isEmpty
          ? "" : "; with settings of their own there are \(services.joined(separator: ", "))"))
  }
}
