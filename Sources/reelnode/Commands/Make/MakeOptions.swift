internal import ArgumentParser
internal import Compositing
internal import Foundation
internal import Pipelines
internal import Providers
internal import SceneDocument

/// What a film is to be like.
struct MakeOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The film's file, or a folder for it. (default: the brief's name in the current folder)",
      valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Who speaks: a service, one of its voices, or both as service:voice. (default: espeak)",
      valueName: "voice"))
  var voice: String?

  @Option(
    help: ArgumentHelp(
      "Who is seen: mina, jun or ada, a picture of your own (PNG, JPEG), a service, or none.",
      valueName: "avatar"))
  var avatar: String?

  @Option(
    help: ArgumentHelp(
      "What is behind: drawn, stock, color, gemini, omni, veo, or auto for the script's choice.",
      valueName: "kind"))
  var background: String?

  @Option(help: ArgumentHelp("Who writes the script: rule, gemini or openai.", valueName: "writer"))
  var script: String?

  @Option(help: ArgumentHelp("Language of the film, such as en or ko. (default: the brief's)"))
  var language: String?

  @Option(
    help: ArgumentHelp("Width and height of the picture. (default: 1920x1080)", valueName: "w×h"))
  var size: String?

  @Option(help: ArgumentHelp("Frames for each second, 10 to 60.", valueName: "n"))
  var rate = 30

  @Option(help: ArgumentHelp("Scenes at most, 1 to 100.", valueName: "n"))
  var scenes = 12

  @Option(help: ArgumentHelp("About how long the film should be.", valueName: "s"))
  var seconds: Double?

  @Flag(inversion: .prefixedNo, help: "Show the words that are said.")
  var captions = true

  @Option(
    help: ArgumentHelp(
      "Folder of your own clips and pictures, for --background stock.", valueName: "dir"))
  var stock: String?

  @Option(
    help: ArgumentHelp(
      "What services may cost in all; beyond it the film waits and says so.", valueName: "dollars"))
  var budget: Double?

  @Option(
    help: ArgumentHelp(
      "The folder of finished segments. (default: $REELNODE_CACHE, $XDG_CACHE_HOME/reelnode or ~/.cache/reelnode)",
      valueName: "dir"))
  var cache: String?

  func validate() throws {
    if !(10...60).contains(rate) { throw ValidationError("--rate must be 10 to 60, not \(rate)") }
    if !(1...100).contains(scenes) {
      throw ValidationError("--scenes must be 1 to 100, not \(scenes)")
    }
    if let seconds, !(3...3600).contains(seconds) {
      throw ValidationError("--seconds must be 3 to 3600, not \(seconds)")
    }
    if let budget, !(budget >= 0 && budget < 1e6) {
      throw ValidationError("--budget must be dollars from 0, not \(budget)")
    }
    if cache == "" { throw ValidationError("--cache needs the path of a folder") }
    for (name, value) in [
      ("--voice", voice), ("--avatar", avatar), ("--background", background), ("--script", script),
      ("--language", language), ("--stock", stock), ("--output", output),
    ] where value == "" {
      throw ValidationError("\(name) needs a value")
    }
    _ = try pixels()
  }

  /// Of finished segments; absolute.
  var cacheFolder: String { HostPath.absolute(cache ?? SegmentCache.defaultFolder) }

  private func pixels() throws -> (width: Int, height: Int)? {
    guard let size else { return nil }
    let sides = size.lowercased().split(whereSeparator: { $0 == "x" || $0 == "×" }).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1],
      (128...4096).contains(width), (128...4096).contains(height), width % 2 == 0, height % 2 == 0
    else {
      throw ValidationError(
        "--size must be two even numbers from 128 to 4096, such as 1920x1080, not '\(size)'")
    }
    return (width, height)
  }

  /// Throws `Failure` for what cannot be.
  func order(brief: String, output: String, _ settings: NodeSettings) throws -> VideoPipeline.Order
  {
    var wanted = ProjectSettings()
    if let (width, height) = try pixels() { (wanted.width, wanted.height) = (width, height) }
    (wanted.rate, wanted.maximumScenes, wanted.targetSeconds) = (rate, scenes, seconds)
    (wanted.hasCaptions, wanted.language, wanted.outputPath) = (captions, language, output)
    wanted.scriptProvider = script ?? settings.string(.scriptProvider) ?? wanted.scriptProvider
    if let limit = try settings.number(.sceneLimit) {
      wanted.sceneLimit = min(64, max(1, Int(limit)))
    }
    if let pause = try settings.number(.ratePause) {
      wanted.ratePauseMS = Int64(min(3.6e6, max(0, pause)))
    }
    let voices = Named(voice, services: ["espeak", "flite", "elevenlabs"])
    wanted.speechProvider =
      voices.service ?? settings.string(.speechProvider) ?? wanted.speechProvider
    wanted.voice = voices.name
    let portrait = try choose(avatar: &wanted, settings)
    let behind = background ?? settings.string(.backgroundProvider) ?? "drawn"
    wanted.backgroundProvider = behind == "auto" ? nil : behind
    return VideoPipeline.Order(
      briefPath: brief, settings: wanted, portraitPath: portrait,
      budgetMicrodollars: budget.map { Int64($0 * 1e6) })
  }

  /// Gives the path of a portrait, where `--avatar` names a file.
  private func choose(avatar wanted: inout ProjectSettings, _ settings: NodeSettings) throws
    -> String?
  {
    wanted.avatarProvider = settings.string(.avatarProvider) ?? wanted.avatarProvider
    guard let avatar else { return nil }
    if avatar == ProjectSettings.noAvatar {
      wanted.avatarProvider = ProjectSettings.noAvatar
      return nil
    }
    let suffix = avatar.lowercased()
    if [".png", ".jpg", ".jpeg"].contains(where: suffix.hasSuffix) {
      let path = HostPath.absolute(avatar)
      guard FileManager.default.isReadableFile(atPath: path), !HostPath.isFolder(path) else {
        throw Failure.usage(
          .assetMissing, "there is no picture '\(avatar)' that can be read\n  → check the path")
      }
      return path
    }
    let named = Named(avatar, services: ["drawn", "d-id", "heygen"])
    if let service = named.service { wanted.avatarProvider = service }
    wanted.character = named.name
    return nil
  }
}

/// `service`, `name` or `service:name`.
struct Named {
  var service: String?
  var name: String?

  init(_ text: String?, services: [String]) {
    guard let text, !text.isEmpty else { return }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init)
    if services.contains(parts[0]) {
      service = parts[0]
      name = parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil
    } else {
      name = text
    }
  }
}
