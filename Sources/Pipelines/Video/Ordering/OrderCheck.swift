internal import Foundation
internal import Providers
internal import Storage

/// An order of which no film can be made.
public struct OrderRefused: Error, Sendable, CustomStringConvertible {
  public enum Fault: Sendable {
    /// A voice, an avatar or another name of the order.
    case choice
    case brief
  }
  public var fault: Fault
  /// What is wrong, and what to do.
  public var description: String

  init(_ fault: Fault, _ description: String) {
    (self.fault, self.description) = (fault, description)
  }

  init(_ error: ProviderError) {
    self.init(.choice, "\(error.provider): \(error.reason)\n  → \(error.advice)")
  }
}

extension VideoPipeline {
  /// Finds out what can be known to be wrong with an order before anything is begun. Throws `OrderRefused`.
  public func check(_ order: Order) async throws {
    do { try studio.shelf.check(order.settings) } catch { throw OrderRefused(error) }
    let reading = try await readable(order)
    let folder = NSTemporaryDirectory() + "reelnode-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
      try await checkScript(order, reading)
      try await checkVoice(
        order.settings, order.settings.language ?? reading.document.language, folder)
      try await checkAvatar(order, folder)
      try checkBackground(order.settings)
    } catch let error as ProviderError where error.kind == .permanent {
      throw OrderRefused(error)
    }
  }

  private func readable(_ order: Order) async throws -> BriefReading {
    let name =
      order.briefName ?? order.briefPath.split(separator: "/").last.map(String.init) ?? "brief"
    do {
      return try await studio.readBrief(order.briefPath)
    } catch let error as CancellationError {
      throw error
    } catch let error as StorageError {
      throw error
    } catch {
      throw OrderRefused(.brief, "brief '\(name)': \(error)")
    }
  }

  /// A script that costs nothing is written once more when the film is made.
  private func checkScript(_ order: Order, _ reading: BriefReading) async throws {
    let settings = order.settings
    guard let writer = studio.shelf.scripts[settings.scriptProvider] else { return }
    let request = ScriptRequest(
      path: order.briefPath, mediaType: reading.mediaType, sha256: "", document: reading.document,
      maximumScenes: settings.maximumScenes, targetSeconds: settings.targetSeconds,
      language: settings.language)
    guard writer.estimate(request) == .free else { return }
    _ = try await writer.write(request, ProviderCall(id: "", startedAt: 0, folder: ""))
  }

  private func checkBackground(_ settings: ProjectSettings) throws {
    guard let name = settings.backgroundProvider, let maker = studio.shelf.backgrounds[name]
    else { return }
    let kind = studio.shelf.backgroundNames.first { $0.value == name }?.key ?? .drawn
    try maker.check(
      BackgroundRequest(
        kind: kind, title: "", prompt: "", keywords: [], width: settings.width,
        height: settings.height, rate: settings.rate, duration: 1, position: 0, count: 1, style: "",
        language: "en"))
  }

  /// A word costs nothing where the voice is free.
  private func checkVoice(
    _ settings: ProjectSettings, _ language: String, _ folder: String
  ) async throws {
    guard let voice = studio.shelf.speech[settings.speechProvider] else { return }
    let request = SpeechRequest(text: "1", language: language, voice: settings.voice)
    try voice.check(request)
    guard voice.estimate(request) == .free else { return }
    _ = try await voice.speak(request, ProviderCall(id: "", startedAt: 0, folder: folder))
  }

  private func checkAvatar(_ order: Order, _ folder: String) async throws {
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
