internal import Foundation
internal import Media
internal import Pipelines
internal import Providers
internal import SceneDocument

/// What can be known to be wrong with an order before anything is begun: told as a mistake of the command line.
struct Preflight {
  var order: VideoPipeline.Order
  var studio: VideoStudio
  var assets: NodeAssets

  /// Throws `Failure`.
  func check() async throws {
    do {
      try studio.shelf.check(order.settings)
    } catch {
      throw Failure.refused(by: error)
    }
    let reading: BriefReading
    do {
      reading = try await studio.readBrief(order.briefPath)
    } catch let error as BriefTrouble {
      throw Failure.usage(
        .mediaDamaged, "brief '\(FilePath.name(of: order.briefPath))': \(error)")
    }
    let folder = NSTemporaryDirectory() + "reelnode-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
      try await checkScript(reading)
      try await checkVoice(order.settings.language ?? reading.document.language, folder)
      try await checkAvatar(folder)
      try checkBackground()
    } catch let error as ProviderError where error.kind == .permanent {
      throw Failure.refused(by: error)
    }
    try await assets.check()
  }

  /// A script that costs nothing is written once more when the film is made.
  private func checkScript(_ reading: BriefReading) async throws {
    let settings = order.settings
    guard let writer = studio.shelf.scripts[settings.scriptProvider] else { return }
    let request = ScriptRequest(
      path: order.briefPath, mediaType: reading.mediaType, sha256: "", document: reading.document,
      maximumScenes: settings.maximumScenes, targetSeconds: settings.targetSeconds,
      language: settings.language)
    guard writer.estimate(request) == .free else { return }
    _ = try await writer.write(request, ProviderCall(id: "", startedAt: 0, folder: ""))
  }

  private func checkBackground() throws {
    guard let name = order.settings.backgroundProvider, let maker = studio.shelf.backgrounds[name]
    else { return }
    let kind = studio.shelf.backgroundNames.first { $0.value == name }?.key ?? .drawn
    try maker.check(
      BackgroundRequest(
        kind: kind, title: "", prompt: "", keywords: [], width: order.settings.width,
        height: order.settings.height, rate: order.settings.rate, duration: 1, position: 0,
        count: 1, style: "", language: "en"))
  }

  /// A word costs nothing where the voice is free.
  private func checkVoice(_ language: String, _ folder: String) async throws {
    guard let voice = studio.shelf.speech[order.settings.speechProvider] else { return }
    let request = SpeechRequest(text: "1", language: language, voice: order.settings.voice)
    try voice.check(request)
    guard voice.estimate(request) == .free else { return }
    _ = try await voice.speak(request, ProviderCall(id: "", startedAt: 0, folder: folder))
  }

  private func checkAvatar(_ folder: String) async throws {
    let settings = order.settings
    guard let maker = studio.shelf.avatars[settings.avatarProvider] else { return }
    let request = AvatarRequest(
      audioPath: "", audioSHA256: String(repeating: "0", count: 64), duration: 0.1,
      phonemes: [.init("a", start: 0, end: 0.1)], words: [.init("a", start: 0, end: 0.1)],
      character: settings.character, portraitPath: order.portraitPath,
      portraitSHA256: order.portraitPath == nil ? nil : String(repeating: "0", count: 64),
      width: 128, height: 128, rate: settings.rate, language: "en")
    try maker.check(request)
    let isNamed = settings.character != nil || order.portraitPath != nil
    guard isNamed, maker.estimate(request) == .free else { return }
    _ = try await maker.start(request, ProviderCall(id: "", startedAt: 0, folder: folder))
  }
}
