internal import ArgumentParser
internal import Media
internal import SceneDocument

/// A command that ends with an exit status of its own and tells every error as a diagnostic.
protocol ReportingCommand: AsyncParsableCommand {
  var messages: MessageOptions { get }

  /// Does the work; throws when there is no result.
  func perform(_ reporter: inout Reporter) async throws -> ExitStatus
}

extension ReportingCommand {
  func run() async throws {
    Libraries.setLogLevel(messages.verbose ? .everything : .quiet)
    var reporter = Reporter(Console(json: messages.json))
    let status: ExitStatus
    do {
      status = try await perform(&reporter)
    } catch let told as ExitStatus {
      status = told
    } catch {
      status = reporter.finish(Failure(error))
    }
    if status != .done { throw status }
  }
}

/// How a command speaks.
struct MessageOptions: ParsableArguments {
  @Flag(help: "Print one JSON value on standard output, and nothing else there.")
  var json = false

  @Flag(help: "Let the media libraries write their own messages to standard error.")
  var verbose = false
}
