internal import ArgumentParser
internal import Foundation
internal import Pipelines
internal import SceneDocument

/// A node that makes films when events ask for them.
struct NodeCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "node",
    abstract: "Run a node: make films that events ask for, and render the queue.",
    discussion: """
      Runs the functions of the video pipeline and a worker until it is told to end. A film is asked for with an event; \
      any number of nodes may share one folder.

      EXAMPLES
        reelnode node
        reelnode events send film/make.requested --data '{"brief": "/home/ada/brief.md", "output": "/home/ada/film.mp4"}'
        reelnode runs watch

      The event's further properties are those of the settings of a film: speechProvider, voice, avatarProvider, \
      character, backgroundProvider, language, width, height, rate, maximumScenes, targetSeconds, hasCaptions.

      EXIT CODES
        0    ended as it was told to
        1    the database, a folder or the store of the assets cannot be used
        2    a setting is wrong
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "How many segments are rendered at the same time. (default: one for each processor)",
      valueName: "n"))
  var jobs: Int?

  @Option(help: ArgumentHelp("Folder of your own clips and pictures.", valueName: "dir"))
  var stock: String?

  @Option(
    help: ArgumentHelp(
      "The folder of finished segments. (default: $REELNODE_CACHE, $XDG_CACHE_HOME/reelnode or ~/.cache/reelnode)",
      valueName: "dir"))
  var cache: String?

  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs must be a number from 1 to 256, not \(jobs)")
    }
  }

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let settings = try await NodeSettings.read(nodeFolder: node.folder)
    let console = reporter.console
    let builder = NodeBuilder(
      node: node, settings: settings, stock: stock, cache: cache, jobs: jobs)
    let local = try builder.node { WorkerPrinter(console: console).tell($0) }
    do {
      try await cancelledBySignals {
        try await local.assets.check()
        try await local.run {
          try await tellOfFailures(local, console)
        }
      }
    } catch is CancellationError {}
    return .done
  }

  /// A line for each film that is not made, as long as the node runs.
  private func tellOfFailures(_ local: LocalNode, _ console: Console) async throws {
    let begin = Int64(Date().timeIntervalSince1970 * 1000)
    var told: Set<FailedFilm> = []
    while true {
      try await Task.sleep(for: .seconds(1))
      // A busy moment of the database ends no node.
      let films = (try? await local.pipeline.failures(since: begin, engine: local.engine)) ?? []
      for film in films where told.insert(film).inserted {
        console.say("film \(film.id) failed: \(film.reason.replacing("\n  ", with: " "))")
      }
    }
  }
}
