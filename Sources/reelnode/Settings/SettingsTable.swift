internal import Foundation

/// What may be set, and what for.
enum SettingsTable {
  enum Key: String, CaseIterable {
    case scriptProvider = "script.provider"
    case speechProvider = "speech.provider"
    case avatarProvider = "avatar.provider"
    case backgroundProvider = "background.provider"
    case stockFolder = "stock.folder"
    case sceneLimit = "scenes.at-a-time"
    case ratePause = "scenes.pause-ms"
    case elevenLabsKey = "elevenlabs.api-key"
    case elevenLabsBase = "elevenlabs.base-url"
    case elevenLabsModel = "elevenlabs.model"
    case elevenLabsVoice = "elevenlabs.voice"
    case elevenLabsSettling = "elevenlabs.settle-seconds"
    case elevenLabsPrice = "elevenlabs.dollars-per-credit"
    case didKey = "d-id.api-key"
    case didBase = "d-id.base-url"
    case didPresenter = "d-id.presenter"
    case didSource = "d-id.source-url"
    case didSettling = "d-id.settle-seconds"
    case didPrice = "d-id.dollars-per-credit"
    case heyGenKey = "heygen.api-key"
    case heyGenBase = "heygen.base-url"
    case heyGenAvatar = "heygen.avatar"
    case heyGenPrice = "heygen.dollars-per-second"
    case geminiKey = "gemini.api-key"
    case geminiBase = "gemini.base-url"
    case geminiModel = "gemini.model"
    case geminiImageModel = "gemini.image-model"
    case geminiInputPrice = "gemini.dollars-per-million-input-tokens"
    case geminiOutputPrice = "gemini.dollars-per-million-output-tokens"
    case geminiImagePrice = "gemini.dollars-per-image"
    case omniModel = "omni.model"
    case omniPrice = "omni.dollars-per-second"
    case veoModel = "veo.model"
    case veoPrice = "veo.dollars-per-second"
    case openAIKey = "openai.api-key"
    case openAIBase = "openai.base-url"
    case openAIModel = "openai.model"
    case openAIInputPrice = "openai.dollars-per-million-input-tokens"
    case openAIOutputPrice = "openai.dollars-per-million-output-tokens"
    case assetStore = "assets.store"
    case assetCache = "assets.cache-size"
    case s3Endpoint = "s3.endpoint"
    case s3Region = "s3.region"
    case s3Bucket = "s3.bucket"
    case s3AccessKey = "s3.access-key"
    case s3SecretKey = "s3.secret-key"
    case s3SessionToken = "s3.session-token"
    case supabaseURL = "supabase.url"
    case supabaseKey = "supabase.key"
    case supabaseBucket = "supabase.bucket"
  }

  static func isSecret(key: String) -> Bool {
    ["-key", ".key", "-token"].contains { key.hasSuffix($0) }
  }

  static func isSecret(variable: String) -> Bool {
    variable.hasSuffix("_KEY") || variable.hasSuffix("_TOKEN")
  }
}

extension SettingsTable.Key {
  /// `ELEVENLABS_API_KEY`.
  var variable: String {
    String(rawValue.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }

  /// The base address of a service.
  var isAddress: Bool { rawValue.hasSuffix(".base-url") }

  var isSecret: Bool { SettingsTable.isSecret(key: rawValue) }

  /// What a message says of one that is missing.
  var missing: String {
    "the setting '\(rawValue)' is missing: put it into the settings file, or into the environment as \(variable)"
  }

  var purpose: String {
    switch self {
    case .scriptProvider: "who writes scripts: rule, gemini or openai"
    case .speechProvider: "who speaks: espeak, flite or elevenlabs"
    case .avatarProvider: "who makes the speaker: drawn, d-id, heygen or none"
    case .backgroundProvider:
      "what is behind: drawn, stock, color, gemini, omni, veo, or auto for the script's choice"
    case .stockFolder: "folder of your own clips and pictures"
    case .sceneLimit: "scenes that are made at a time"
    case .ratePause: "milliseconds between the requests of one scene and the next"
    case .elevenLabsKey, .didKey, .heyGenKey, .geminiKey, .openAIKey: "the account's key"
    case .elevenLabsBase, .didBase, .heyGenBase, .geminiBase, .openAIBase:
      "the service's address, where it is another"
    case .elevenLabsModel, .geminiModel, .geminiImageModel, .omniModel, .veoModel, .openAIModel:
      "the model's name"
    case .elevenLabsVoice: "a voice's id"
    case .elevenLabsSettling, .didSettling:
      "seconds after which a request whose answer was lost and which is not listed was not made"
    case .didPresenter: "a presenter's id, for clips"
    case .didSource: "address of the picture that talks"
    case .heyGenAvatar: "an avatar's id"
    case .elevenLabsPrice, .didPrice, .heyGenPrice, .geminiInputPrice, .geminiOutputPrice,
      .geminiImagePrice, .omniPrice, .veoPrice, .openAIInputPrice, .openAIOutputPrice:
      "the price, for estimates and budgets"
    case .assetStore: "where files are kept: folder, s3 or supabase"
    case .assetCache: "how much of a service's files stays on this machine, such as 20GiB"
    case .s3Endpoint: "address of the S3 service"
    case .s3Region: "its region, where it is not us-east-1"
    case .s3Bucket, .supabaseBucket: "the bucket, which is there already"
    case .s3AccessKey: "the access key's id"
    case .s3SecretKey: "the secret key"
    case .s3SessionToken: "token of keys that end after some hours"
    case .supabaseURL: "the project's address"
    case .supabaseKey: "the service role's key"
    }
  }
}
