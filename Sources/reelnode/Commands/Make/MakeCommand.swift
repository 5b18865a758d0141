internal import ArgumentParser
internal import Compositing
internal import Foundation
internal import Media
internal import Pipelines
internal import Providers
internal import Rendering
internal import SceneDocument
internal import Storage

/// From a brief to a film.
struct MakeCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "make",
    abstract: "Make a narrated film of a brief.",
    discussion: """
      Reads the brief (PDF, Markdown or text), writes a script of it, speaks it, lets a speaker say it before \
      backgrounds made for each scene, and renders the film with captions. Without settings everything is made on this \
      machine, with no account and no network. What is finished is kept: the same command goes on after any interruption.

      EXAMPLES
        reelnode make brief.pdf                       makes brief.mp4 here
        reelnode make brief.md -o film.mp4 --avatar jun --voice flite
        reelnode make brief.md --avatar portrait.png  a picture of your own
        reelnode make brief.pdf --voice elevenlabs --avatar d-id --budget 5
        reelnode make brief.pdf --dry-run             script and cost alone

      SERVICES
      Names of services stand in place of a voice, an avatar or a background: elevenlabs, d-id, heygen, gemini, omni, veo, \
      stock. A colon and a name of theirs may follow: elevenlabs:VOICE_ID. Keys come from the settings file or the \
      environment; 'reelnode settings' shows which.

      EXIT CODES
        0    the film is there
        1    it could not be made; the message says where and what to do
        2    the brief, a setting or the command line is wrong
        130  interrupted: the same command goes on
      """)

  @Argument(help: ArgumentHelp("The brief: a PDF, Markdown or text file.", valueName: "brief"))
  var brief: String

  @OptionGroup var film: MakeOptions

  @Flag(help: "Show the script and what everything would cost; make nothing.")
  var dryRun = false

  @Flag(help: "Make requests again that may have been paid for and whose outcome is not known.")
  var repeatUnknown = false

  @OptionGroup var options: LocalNodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let path = HostPath.absolute(brief)
    if HostPath.isFolder(path) {
      throw Failure.usage(
        .assetMissing,
        "the brief '\(brief)' is a folder\n  → name a PDF, Markdown or text file in it")
    }
    guard FileManager.default.isReadableFile(atPath: path) else {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw Failure.usage(
        .assetMissing,
        isThere
          ? "the brief '\(brief)' may not be read\n  → let the user that runs this program read it"
          : "there is no brief '\(brief)'\n  → check the path")
    }
    let settings = try await NodeSettings.read(nodeFolder: options.node.folder)
    let output = try outputPath(path)
    var builder = options.builder(settings)
    builder.repeatsUnknown = repeatUnknown
    try Room.check([options.node.folder, builder.cacheFolder, FilePath.folder(of: output)])
    let node = try builtNode(builder, console: reporter.console)
    let order = try film.order(
      brief: path, output: output, settings, node.pipeline.studio.shelf)
    do {
      try await node.pipeline.check(order)
    } catch let refused as OrderRefused {
      throw Failure.usage(refused.fault == .brief ? .mediaDamaged : .range, "\(refused)")
    }
    try await node.assets.check()
    if dryRun {
      return try await DryRun(order: order, pipeline: node.pipeline).tell(reporter.console)
    }
    return try await make(order, node, reporter.console)
  }

  private func builtNode(_ builder: NodeBuilder, console: Console) throws -> LocalNode {
    try builder.node { news in
      if case .trouble(let text) = news {
        console.say(console.styled("trouble: ", .warning) + text)
      }
    }
  }

  private func outputPath(_ brief: String) throws -> String {
    let name = FilePath.stem(of: FilePath.name(of: brief)) + ".mp4"
    var path = HostPath.absolute(film.output ?? name)
    if HostPath.isFolder(path) { path += "/" + name }
    let folder = FilePath.folder(of: path)
    if !HostPath.isFolder(folder) || !FileManager.default.isWritableFile(atPath: folder) {
      throw Failure.usage(
        .inputOutput,
        "cannot write the film to '\(path)': '\(folder)' is no folder that may be written\n  → make it first, or name another one with -o"
      )
    }
    if FilePath.name(of: path + ".result.json").utf8.count > Int(NAME_MAX) {
      throw Failure.usage(
        .inputOutput,
        "cannot write the film to '\(path)': the name is too long\n  → give a shorter one with -o")
    }
    guard path.lowercased().hasSuffix(".mp4") else {
      throw Failure.usage(
        .range, "the film '\(path)' is not named .mp4\n  → name it film.mp4, or leave -o out")
    }
    return path
  }

  private func make(
    _ order: VideoPipeline.Order, _ node: LocalNode, _ console: Console
  ) async throws -> ExitStatus {
    let started = Date()
    let (id, begun) = try await node.pipeline.begin(order, engine: node.engine)
    if begun == .done {
      return try await ended(id, node.pipeline, console, seconds: nil)
    }
    if begun == .going || begun == .again { console.say("going on with what is there of \(id)") }
    do {
      try await cancelledBySignals {
        try await node.run {
          try await MakeProgress(console: console).follow(id, node.pipeline, since: started)
        }
      }
    } catch is CancellationError {
      console.clear()
      console.say("interrupted; what is finished is kept → the same command goes on")
      if console.json, let standing = try await node.pipeline.standing(of: id) {
        console.print(standing.json(state: "interrupted"))
      }
      return .cancelled
    }
    return try await ended(
      id, node.pipeline, console, seconds: Date().timeIntervalSince(started))
  }

  private func ended(
    _ id: String, _ pipeline: VideoPipeline, _ console: Console, seconds: Double?
  ) async throws -> ExitStatus {
    guard let standing = try await pipeline.standing(of: id) else { return .failed }
    let project = standing.project
    if console.json {
      let written = console.print(standing.json)
      return project.state == .done ? written : .failed
    }
    switch project.state {
    case .done:
      let took = seconds.map { ", made in \($0.text(decimals: 1)) s" } ?? ", which was there"
      console.say("film  \(project.settings.outputPath ?? "")\(took)")
      if let poster = standing.assets.first(where: { $0.role == .poster })?.note {
        console.say("poster  \(poster)")
      }
      if standing.spent > 0 { console.say("cost  \(Dollars.text(standing.spent))") }
      if let message = project.message { console.say("note: \(message)") }
      return .done
    case .paused:
      console.say(console.styled("paused: ", .warning) + (project.message ?? ""))
      return .failed
    default:
      console.say(
        console.styled("error: ", .error) + (project.message ?? "the film was not made")
          + "\n  what is finished is kept: the same command goes on")
      return .failed
    }
  }
}
