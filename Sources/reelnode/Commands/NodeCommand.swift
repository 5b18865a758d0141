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
        reelnode events send film/make.requested \\
          --data '{"brief": "/home/ada/brief.md", "output": "/home/ada/film.mp4"}'
        reelnode runs watch

      The event's further properties are those of the settings of a film: speechProvider, voice, avatarProvider, \
      character, backgroundProvider, language, width, height, rate, maximumScenes, targetSeconds, hasCaptions.

      EXIT CODES
        0    ended as it was told to
        1    the database, a folder or the store of the assets cannot be used
        2    a setting is wrong
      """)

  @OptionGroup var options: LocalNodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let settings = try await NodeSettings.read(nodeFolder: options.node.folder)
    let console = reporter.console
    let local = try options.make(settings, console)
    do {
      try await cancelledBySignals {
        try await local.assets.check()
        try await local.run {
          try await local.tellOfFailures(console)
        }
      }
    } catch is CancellationError {}
    return .done
  }
}
