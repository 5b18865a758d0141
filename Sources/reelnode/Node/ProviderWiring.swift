internal import ArgumentParser
internal import Foundation
internal import Pipelines
internal import Providers
internal import WebClient

/// The providers that the settings allow for.
struct ProviderWiring {
  var settings: NodeSettings
  var stock: String?
  private let web = WebClient()

  init(settings: NodeSettings, stock: String?) { (self.settings, self.stock) = (settings, stock) }

  func shelf() throws -> ProviderShelf {
    try settings.check()
    var shelf = ProviderShelf()
    shelf.scripts["rule"] = RuleScriptWriter()
    for name in ["espeak", "flite"] {
      shelf.speech[name] = ChildSynthesizer(
        name, executable: Self.program,
        arguments: [SpeakCommand.configuration.commandName ?? "speak-child"])
    }
    shelf.avatars["drawn"] = DrawnAvatarMaker()
    shelf.backgrounds["drawn"] = DrawnBackgroundMaker()
    shelf.backgrounds["color"] = ColorBackgroundMaker()
    shelf.priceSettings = Self.priceSettings.mapValues {
      $0.mapValues { $0.map(\.rawValue) }
    }
    addStock(&shelf)
    try addElevenLabs(&shelf)
    try addGoogle(&shelf)
    try addOpenAI(&shelf)
    try addAvatars(&shelf)
    return shelf
  }

  private static let priceSettings: [String: [String: [SettingsTable.Key]]] = [
    "script": [
      "gemini": [.geminiInputPrice, .geminiOutputPrice],
      "openai": [.openAIInputPrice, .openAIOutputPrice],
    ],
    "speech": ["elevenlabs": [.elevenLabsPrice]],
    "avatar": ["d-id": [.didPrice], "heygen": [.heyGenPrice]],
    "background": ["gemini": [.geminiImagePrice], "omni": [.omniPrice], "veo": [.veoPrice]],
  ]

  private func addStock(_ shelf: inout ProviderShelf) {
    let folder = stock ?? settings.string(.stockFolder)
    guard let folder else {
      shelf.missing["stock"] = SettingsTable.Key.stockFolder.missing + ", or give --stock"
      return
    }
    shelf.backgrounds["stock"] = StockBackgroundMaker(folder: HostPath.absolute(folder))
  }

  private func addElevenLabs(_ shelf: inout ProviderShelf) throws {
    guard let key = settings.secret(.elevenLabsKey) else {
      shelf.missing["elevenlabs"] = SettingsTable.Key.elevenLabsKey.missing
      return
    }
    var account = ElevenLabsSettings(key: key, voice: settings.string(.elevenLabsVoice) ?? "")
    if let base = settings.string(.elevenLabsBase) { account.base = base }
    if let model = settings.string(.elevenLabsModel) { account.model = model }
    account.dollarsPerCredit = try settings.number(.elevenLabsPrice)
    if let seconds = try settings.number(.elevenLabsSettling) {
      account.settling = .seconds(max(0, seconds))
    }
    shelf.speech["elevenlabs"] = ElevenLabs(account, web: web)
  }

  private func addGoogle(_ shelf: inout ProviderShelf) throws {
    guard let key = settings.secret(.geminiKey) else {
      for name in ["gemini", "omni", "veo"] {
        shelf.missing[name] = SettingsTable.Key.geminiKey.missing
      }
      return
    }
    var account =
      settings.string(.geminiBase).map { GoogleAccount(key: key, baseURL: $0) }
      ?? GoogleAccount(key: key)
    account.baseURLSetting = SettingsTable.Key.geminiBase.rawValue
    account.keySetting = SettingsTable.Key.geminiKey.rawValue
    func models(_ key: SettingsTable.Key, _ usual: String) -> GoogleModels {
      GoogleModels(settings.string(key) ?? usual, setting: key.rawValue)
    }
    var script = GeminiScriptWriter.Configuration(
      account: account, models: models(.geminiModel, "gemini-flash-latest"))
    script.prices = try prices(.geminiInputPrice, .geminiOutputPrice)
    script.backgrounds = [.drawn, .image, .video]
    shelf.scripts["gemini"] = GeminiScriptWriter(script, web: web)
    var image = GeminiImageMaker.Configuration(
      account: account, models: models(.geminiImageModel, "gemini-3.1-flash-image"))
    image.pricePerImage = try settings.number(.geminiImagePrice)
    shelf.backgrounds["gemini"] = GeminiImageMaker(image, web: web)
    var omni = OmniVideoMaker.Configuration(
      account: account, models: models(.omniModel, "gemini-omni-1.1-flash"))
    omni.pricePerSecond = try settings.number(.omniPrice)
    shelf.backgrounds["omni"] = OmniVideoMaker(omni, web: web)
    var veo = VeoVideoMaker.Configuration(
      account: account, models: models(.veoModel, "veo-3.1-generate-preview"))
    veo.pricePerSecond = try settings.number(.veoPrice)
    shelf.backgrounds["veo"] = VeoVideoMaker(veo, web: web)
    shelf.backgroundNames[.image] = "gemini"
    shelf.backgroundNames[.video] = "omni"
  }

  private func addOpenAI(_ shelf: inout ProviderShelf) throws {
    let base = settings.string(.openAIBase)
    let key = settings.secret(.openAIKey)
    // A server of one's own may need no key.
    guard key != nil || base != nil else {
      shelf.missing["openai"] = SettingsTable.Key.openAIKey.missing
      return
    }
    var account =
      base.map { OpenAIAccount(key: key, baseURL: $0) } ?? OpenAIAccount(key: key)
    account.baseURLSetting = SettingsTable.Key.openAIBase.rawValue
    account.keySetting = SettingsTable.Key.openAIKey.rawValue
    guard let model = settings.string(.openAIModel) else {
      shelf.missing["openai"] = SettingsTable.Key.openAIModel.missing
      return
    }
    var script = OpenAIScriptWriter.Configuration(account: account, model: model)
    script.modelSetting = SettingsTable.Key.openAIModel.rawValue
    script.prices = try prices(.openAIInputPrice, .openAIOutputPrice)
    shelf.scripts["openai"] = OpenAIScriptWriter(script, web: web)
  }

  /// The services count their prices for a million tokens.
  private func prices(_ input: SettingsTable.Key, _ output: SettingsTable.Key) throws
    -> TokenPrices
  { TokenPrices(input: try settings.number(input), output: try settings.number(output)) }

  private func addAvatars(_ shelf: inout ProviderShelf) throws {
    if let key = settings.secret(.didKey) {
      var account = DIDSettings(key: key)
      if let base = settings.string(.didBase) { account.base = base }
      account.portraitURL = settings.string(.didSource)
      account.presenter = settings.string(.didPresenter)
      account.dollarsPerCredit = try settings.number(.didPrice)
      if let seconds = try settings.number(.didSettling) {
        account.settling = .seconds(max(0, seconds))
      }
      shelf.avatars["d-id"] = DID(account, web: web)
    } else {
      shelf.missing["d-id"] = SettingsTable.Key.didKey.missing
    }
    if let key = settings.secret(.heyGenKey) {
      var account = HeyGenSettings(key: key)
      if let base = settings.string(.heyGenBase) { account.base = base }
      account.avatar = settings.string(.heyGenAvatar)
      account.dollarsPerSecond = try settings.number(.heyGenPrice)
      shelf.avatars["heygen"] = HeyGen(account, web: web)
    } else {
      shelf.missing["heygen"] = SettingsTable.Key.heyGenKey.missing
    }
  }

  /// This program's file; the link to a process's own program means another one in a child.
  private static var program: String {
    let own = HostPath.ownExecutable
    return (try? FileManager.default.destinationOfSymbolicLink(atPath: own)) ?? own
  }

  @Sendable static func readBrief(_ path: String) async throws -> BriefReading {
    let inspector = PDFInspector.child(
      executable: program,
      arguments: [InspectPDFCommand.configuration.commandName ?? "inspect-pdf"])
    let brief: Brief
    do {
      brief = try await BriefReader(inspector: inspector).read(path)
    } catch let error as BriefError {
      throw BriefTrouble(error: error)
    }
    return BriefReading(mediaType: brief.mediaType, document: brief.document)
  }

  @Sendable static func makePoster(_ film: String, _ poster: String, _ title: String) async throws {
    _ = try await PosterMaker().make(film: film, to: poster)
  }
}

/// What is wrong with a brief, without the path of its copy.
struct BriefTrouble: Error, CustomStringConvertible {
  var error: BriefError

  var description: String {
    "\(error.place.map { "\($0): " } ?? "")\(error.reason)\n  → \(error.advice)"
  }
}
