internal import ArgumentParser
internal import Jobs
internal import SceneDocument

/// Ends a film or one of its parts.
struct QueueCancelCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "End a film at once; what other films need of it goes on.",
    discussion: """
      A worker that is at it stops within half a second. What is done of it stays in the cache.

      EXAMPLES
        reelnode queue cancel 7G3K
        reelnode queue list --state queued --json | jq -r '.jobs[].id' \\
          | xargs -n1 reelnode queue cancel

      EXIT CODES
        0  cancelled
        2  there is no such job, or it has ended already
      """)

  @OptionGroup var which: JobArgument
  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let queue = try node.openQueue()
    let id = try await queue.fullID(which.job)
    let found = try await queue.job(id)
    if found.kind != .film {
      throw Failure.usage(
        .range,
        "'\(found.label)' is a part, and every film that needs it would end with it\n  → name the film to cancel"
      )
    }
    let job = try await queue.cancel(id)
    return reporter.console.tell(job, "cancelled")
  }
}

/// Begins an ended film anew.
struct QueueRetryCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Begin a failed or cancelled film anew; what is done of it stays done.",
    discussion: """
      Attempts are counted from the beginning; the errors of earlier ones stay on record.

      EXAMPLES
        reelnode queue retry 7G3K

      EXIT CODES
        0  in the queue again
        2  there is no such film, it has not failed, or it uses a file in quarantine
      """)

  @OptionGroup var which: JobArgument
  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let queue = try node.openQueue()
    let job = try await queue.retry(queue.fullID(which.job))
    return reporter.console.tell(job, "in the queue again")
  }
}

/// Holds the queue, or one film.
struct QueuePauseCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Give out no more jobs, or none of one film; what is under way goes on.",
    discussion: """
      Parts that a paused film shares with another one are made for that one.

      EXAMPLES
        reelnode queue pause                   the whole queue
        reelnode queue pause 7G3K              one film
      """)

  @OptionGroup var which: OptionalJobArgument
  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let queue = try node.openQueue()
    guard let job = which.job else {
      try await queue.pause()
      return reporter.console.tellQueue(isPaused: true)
    }
    let id = try await queue.fullID(job)
    try await queue.pause(id)
    return reporter.console.tell(try await queue.job(id), "paused")
  }
}

/// Lets go on what was paused.
struct QueueResumeCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Let a paused queue or film go on.",
    discussion: """
      EXAMPLES
        reelnode queue resume                  the queue, but for films paused singly
        reelnode queue resume 7G3K             one film
      """)

  @OptionGroup var which: OptionalJobArgument
  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let queue = try node.openQueue()
    guard let job = which.job else {
      try await queue.resume()
      return reporter.console.tellQueue(isPaused: false)
    }
    let id = try await queue.fullID(job)
    try await queue.resume(id)
    return reporter.console.tell(try await queue.job(id), "goes on")
  }
}

/// Files that are not used any more.
struct QueueQuarantineCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine",
    abstract: "List files that brought a decoder down twice and are not used any more.",
    discussion: """
      A film that uses such a file fails, and is not taken into the queue. It counts for the file's content, whatever \
      its name.

      EXAMPLES
        reelnode queue quarantine
        reelnode queue release 9f86d081       after an update of the decoders, say
      """)

  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let assets = try await node.openQueue().quarantined()
    if reporter.console.json {
      return reporter.console.print([
        "assets": .array(
          assets.map {
            [
              "sha256": .string($0.sha256), "name": .string($0.name),
              "crashes": .integer($0.crashes), "last": .time($0.lastMS),
              "last_job": .init(text: $0.lastJob),
            ]
          })
      ])
    }
    if assets.isEmpty { reporter.console.say("no file is in quarantine") }
    let lines = assets.map {
      "\($0.sha256.prefix(12))  \($0.name)  \(counted($0.crashes, "crash", "crashes"))\n"
    }
    return reporter.console.print(lines.joined())
  }
}

/// Lets a file be used again.
struct QueueReleaseCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Let a file out of quarantine.",
    discussion: """
      Its crashes are forgotten. Films that failed because of it are begun anew with 'reelnode queue retry'.

      EXAMPLES
        reelnode queue release 9f86d081

      EXIT CODES
        0  it may be used again
        2  no file in quarantine, or more than one, has a hash that begins so
      """)

  @Argument(help: ArgumentHelp("The beginning of its SHA-256.", valueName: "sha256"))
  var sha256: String

  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let released = try await node.openQueue().releaseAsset(sha256)
    guard let asset = released.first else {
      throw Failure.usage(
        .unknownReference,
        "no file in quarantine, or more than one, has a hash that begins with '\(sha256)'\n  → 'reelnode queue quarantine' lists them"
      )
    }
    if reporter.console.json {
      return reporter.console.print(["sha256": .string(asset.sha256), "name": .string(asset.name)])
    }
    reporter.console.say("\(asset.name) may be used again")
    return .done
  }
}

extension Console {
  fileprivate func tell(_ job: RenderJob, _ what: String) -> ExitStatus {
    if json { return print(job.json) }
    say("\(job.shortID)  \(job.label): \(what)")
    return .done
  }

  fileprivate func tellQueue(isPaused: Bool) -> ExitStatus {
    if json { return print(["paused": .bool(isPaused)]) }
    say(isPaused ? "the queue is paused; what is under way goes on" : "the queue goes on")
    return .done
  }
}
