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
      "What services may cost in all; beyond it the film waits and says so.", valueName: "dollars"))
  var budget: Double?

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
    for (name, value) in [
      ("--voice", voice), ("--avatar", avatar), ("--background", background), ("--script", script),
      ("--language", language), ("--output", output),
    ] where value == "" {
      throw ValidationError("\(name) needs a value")
    }
    _ = try pixels()
  }

  private func pixels() throws -> FilmSize? {
    guard let size else { return nil }
    guard let pixels = FilmSize(size) else {
      throw ValidationError(
        "--size must be two even numbers from 128 to 4096, such as 1920x1080, not '\(size)'")
    }
    return pixels
  }

  /// Throws `Failure` for what cannot be.
  func order(
    brief: String, output: String, _ settings: NodeSettings, _ shelf: ProviderShelf
  ) throws -> VideoPipeline.Order {
    var wish = FilmWish()
    (wish.voice, wish.background, wish.script) = (voice, background, script)
    (wish.language, wish.outputPath, wish.size) = (language, output, try pixels())
    (wish.rate, wish.scenes, wish.seconds) = (rate, scenes, seconds)
    wish.hasCaptions = captions
    let portrait = try portrait()
    if portrait == nil { wish.avatar = avatar }
    return VideoPipeline.Order(
      briefPath: brief, settings: wish.settings(try settings.filmDefaults, shelf),
      portraitPath: portrait, budgetMicrodollars: budget.map { Int64($0 * 1e6) })
  }

  /// The path of a picture, where `--avatar` names a file.
  private func portrait() throws -> String? {
    guard let avatar,
      [".png", ".jpg", ".jpeg"].contains(where: avatar.lowercased().hasSuffix)
    else { return nil }
    let path = HostPath.absolute(avatar)
    guard FileManager.default.isReadableFile(atPath: path), !HostPath.isFolder(path) else {
      throw Failure.usage(
        .assetMissing, "there is no picture '\(avatar)' that can be read\n  → check the path")
    }
    return path
  }
}

extension NodeSettings {
  /// What a film is like where nobody says otherwise. Throws `Failure` for a number that is none.
  var filmDefaults: FilmDefaults {
    get throws {
      var defaults = FilmDefaults()
      (defaults.script, defaults.speech) = (string(.scriptProvider), string(.speechProvider))
      (defaults.avatar, defaults.background) = (
        string(.avatarProvider), string(.backgroundProvider)
      )
      defaults.sceneLimit = try number(.sceneLimit).map { Int(min(64, max(1, $0))) }
      defaults.ratePauseMS = try number(.ratePause).map { Int64(min(3.6e6, max(0, $0))) }
      return defaults
    }
  }
}
