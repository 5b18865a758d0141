internal import Foundation
public import Providers
internal import Storage

/// What a film would be and cost, before anything is asked of a service.
public struct FilmEstimate: Sendable {
  public struct Line: Sendable {
    public var what: String
    public var provider: String
    public var cost: Cost
  }
  public var script: Script
  /// The script's writer costs money and was not asked: this is the rule's script, for its lengths.
  public var isDraft: Bool
  /// Of speech.
  public var seconds: Double
  public var lines: [Line]
  /// Nil where a price is not known.
  public var microdollars: Int64?
}

extension VideoPipeline {
  /// Reads the brief, writes the script where that is free, and adds up what the rest would cost.
  public func estimate(_ order: Order) async throws -> FilmEstimate {
    let settings = order.settings
    let reading = try await studio.readBrief(order.briefPath)
    let request = ScriptRequest(
      path: order.briefPath, mediaType: reading.mediaType, sha256: "", document: reading.document,
      maximumScenes: settings.maximumScenes, targetSeconds: settings.targetSeconds,
      language: settings.language)
    let writer = try studio.shelf.script(settings.scriptProvider)
    let price = writer.estimate(request)
    let isDraft = price.microdollars != 0
    let free = try studio.shelf.script(isDraft ? "rule" : settings.scriptProvider)
    let call = ProviderCall(id: "", startedAt: 0, folder: studio.callsFolder)
    let script = try await free.write(request, call).value
    var lines = [FilmEstimate.Line(what: "script", provider: writer.provider, cost: price)]
    let seconds = script.scenes.map { Self.seconds(of: $0.narration) }
    lines.append(try speech(script, settings))
    if settings.avatarProvider != ProjectSettings.noAvatar {
      lines.append(try avatar(script, seconds, settings))
    }
    lines += try backgrounds(script, seconds, settings)
    let prices = lines.map(\.cost.microdollars)
    return FilmEstimate(
      script: script, isDraft: isDraft, seconds: seconds.reduce(0, +), lines: lines,
      microdollars: prices.contains(nil) ? nil : prices.compactMap(\.self).reduce(0, +))
  }

  private func speech(_ script: Script, _ settings: ProjectSettings) throws -> FilmEstimate.Line {
    let voice = try studio.shelf.speech(settings.speechProvider)
    let costs = script.scenes.map {
      voice.estimate(
        SpeechRequest(text: $0.narration, language: $0.language, voice: settings.voice))
    }
    return .init(what: "speech", provider: voice.provider, cost: Self.sum(costs))
  }

  private func avatar(
    _ script: Script, _ seconds: [Double], _ settings: ProjectSettings
  ) throws -> FilmEstimate.Line {
    let maker = try studio.shelf.avatar(settings.avatarProvider)
    let costs = zip(script.scenes, seconds).map { scene, seconds in
      maker.estimate(
        AvatarRequest(
          audioPath: "", audioSHA256: "", duration: seconds, character: settings.character,
          width: settings.width, height: settings.height, rate: settings.rate,
          language: scene.language))
    }
    return .init(what: "avatar", provider: maker.provider, cost: Self.sum(costs))
  }

  private func backgrounds(
    _ script: Script, _ seconds: [Double], _ settings: ProjectSettings
  ) throws -> [FilmEstimate.Line] {
    var costs: [String: [Cost]] = [:]
    for (position, scene) in script.scenes.enumerated() {
      let (name, kind) = studio.shelf.background(for: scene, settings)
      let maker = try studio.shelf.background(name)
      costs[maker.provider, default: []].append(
        maker.estimate(
          BackgroundRequest(
            kind: kind, title: scene.title, prompt: scene.visual, keywords: scene.keywords,
            width: settings.width, height: settings.height, rate: settings.rate,
            duration: seconds[position], position: position, count: script.scenes.count,
            style: script.title, language: scene.language)))
    }
    return costs.sorted { $0.key < $1.key }.map {
      .init(what: "background", provider: $0.key, cost: Self.sum($0.value))
    }
  }

  private static func sum(_ costs: [Cost]) -> Cost {
    let prices = costs.map(\.microdollars)
    return Cost(
      unit: costs.first?.unit ?? "none", amount: costs.map(\.amount).reduce(0, +),
      microdollars: prices.contains(nil) ? nil : prices.compactMap(\.self).reduce(0, +))
  }

  /// Of speech, roughly: letters of alphabets, syllables of Hangul, Han and Kana.
  static func seconds(of text: String) -> Double {
    var seconds = 1.0
    for scalar in text.unicodeScalars where scalar.properties.isAlphabetic {
      seconds += scalar.value >= 0x2E80 ? 0.2 : 0.067
    }
    return seconds
  }
}
