internal import ArgumentParser
internal import Foundation
internal import Jobs
internal import SceneDocument
internal import Storage

/// What is to be rendered, and how far it is.
struct QueueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue",
    abstract: "Put films into the render queue and look after it.",
    discussion: """
      A film in the queue is cut into segments, which 'reelnode worker' renders, in as many processes as there are. \
      A job's id may be shortened to its last characters that no other job ends with, or to its first ones.

      EXAMPLES
        reelnode queue add film.json -o out/film.mp4
        reelnode queue watch                     all films, until they have ended
        reelnode queue show 7G3K                 a film, its parts and errors
        reelnode queue cancel 7G3K
        reelnode queue pause && reelnode queue resume
      """,
    subcommands: [
      QueueAddCommand.self, QueueListCommand.self, QueueShowCommand.self, QueueWatchCommand.self,
      QueueCancelCommand.self, QueueRetryCommand.self, QueuePauseCommand.self,
      QueueResumeCommand.self, QueueQuarantineCommand.self, QueueReleaseCommand.self,
    ], aliases: ["q"])
}

extension NodeOptions {
  func openQueue() throws -> RenderQueue { RenderQueue(database: try openDatabase()) }
}

/// Which job of the queue.
struct JobArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The job's id, or enough of its beginning or end.", valueName: "job"))
  var job: String
}

/// Which job, or the whole queue.
struct OptionalJobArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The film's id, or enough of its beginning or end. (default: the whole queue)",
      valueName: "job"))
  var job: String?
}

extension JSONValue {
  /// A point in time as RFC 3339 tells it; null for none.
  static func time(_ milliseconds: Int64?) -> JSONValue {
    guard let milliseconds else { return .null }
    let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    return .string(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
  }

  init(text: String?) { self = text.map(JSONValue.string) ?? .null }
}

extension RenderJob {
  /// The part of the id that people type.
  var shortID: String { String(id.suffix(6)) }

  var json: JSONValue {
    [
      "id": .string(id), "kind": .string(kind.rawValue), "state": .string(state.rawValue),
      "label": .string(label), "key": .init(text: key), "priority": .integer(priority),
      "paused": .bool(isPaused), "attempt": .integer(attempt),
      "max_attempts": .integer(maxAttempts), "owner": .init(text: owner),
      "lease_until": .time(leaseUntilMS), "frames": .integer(frames),
      "frames_done": .integer(framesDone),
      "elapsed_ms": elapsedMS.map { .integer(Int($0)) } ?? .null, "created": .time(createdMS),
      "started": .time(startedMS), "ended": .time(endedMS),
      "error": errorCode.map {
        [
          "code": .string($0), "message": .string(errorMessage ?? ""),
          "retryable": .bool(errorIsRetryable ?? false),
        ]
      } ?? .null,
      "failures": .array(
        failures.map {
          [
            "code": .string($0.code), "message": .string($0.message),
            "retryable": .bool($0.isRetryable), "at": .time($0.atMS),
          ]
        }),
    ]
  }
}
