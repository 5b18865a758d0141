internal import ArgumentParser

/// What was sent to functions.
struct EventsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Send events to workflow functions and list those that were received.",
    discussion: """
      EXAMPLES
        reelnode events send scene/ready --data '{"sceneId": "s3"}'
        reelnode events list --name scene/ready
      """,
    subcommands: [EventsSendCommand.self, EventsListCommand.self])
}
