internal import Foundation
internal import Providers
internal import Storage
internal import Workflows

/// A clip or picture in the asset store.
struct KeptMedia: Codable, Sendable {
  var sha256: String
  var mediaType: String
  var bytes: Int64
  var hasAlpha: Bool
}

/// What a poller gives back to the generator that invoked it.
struct Fetched: Codable, Sendable {
  var media: KeptMedia
  var finish: ProviderCalls.Finish
}

/// A request as its scene's records say it, and the same with the paths of this machine.
struct MediaRequest<Request: Codable & Hashable & Sendable>: Sendable {
  /// Without paths: what the attempt's hash is made of.
  var plain: Request
  /// With files under names that have suffixes, in a folder.
  var placed: @Sendable (_ folder: String) async throws -> Request
}

extension VideoStudio {
  /// Has a maker make something; where it gives a job, `poll` waits for it.
  func generate<Request: Codable & Hashable & Sendable>(
    _ name: String, _ maker: any MediaMaker<Request>, _ request: MediaRequest<Request>,
    _ calls: ProviderCalls, poll: (_ attempt: String) async throws -> Fetched
  ) async throws -> Fetched {
    let called: ProviderCalls.Called<KeptMedia> = try await calls.call(
      name, hash: try calls.requestHash(request.plain), estimate: maker.estimate(request.plain)
    ) { call in
      try await outcome(try await maker.start(try await request.placed(call.folder), call))
    } recover: { call in
      switch try await maker.recover(try await request.placed(call.folder), call) {
      case .found(let started): .found(try await outcome(started))
      case .notStarted: .notStarted
      case .unknown: .unknown
      }
    }
    switch called {
    case .done(let media, let finish): return Fetched(media: media, finish: finish)
    case .job(_, let attempt): return try await poll(attempt)
    }
  }

  private func outcome(_ started: Started) async throws -> ProviderCalls.Outcome<KeptMedia> {
    switch started {
    case .job(let job): .job(job)
    case .finished(let made):
      .made(try await keep(made.value), cost: made.cost, requestID: made.requestID)
    }
  }

  private func keep(_ file: MediaFile) async throws -> KeptMedia {
    let kept = try await keep(file.path)
    return KeptMedia(
      sha256: kept.sha256, mediaType: file.mediaType, bytes: kept.bytes, hasAlpha: file.hasAlpha)
  }

  /// Asks after a vendor's job until it is done or its time is up, and keeps what it made. "Not ready" is no error.
  func poll<Request: Codable & Hashable & Sendable>(
    _ maker: any MediaMaker<Request>, _ request: MediaRequest<Request>, attempt id: String,
    _ step: Step
  ) async throws -> Fetched {
    let (job, begin) = try await job(of: id, maker.provider, step)
    var question = 0
    var troubles = 0
    while true {
      try await step.sleep(
        "wait \(question + 1)", for: .milliseconds(maker.polling.wait(before: question)))
      let answer = try await step.run("ask \(question + 1)") {
        try await ask(maker, job, since: begin)
      }
      question += 1
      switch answer {
      case .running: troubles = 0
      case .done: return try await fetch(maker, job, request, id, step)
      case .late:
        // The attempt stays open: beginning again asks after the same job.
        throw StepFailure.noRetry(
          ProviderError(
            .permanent, provider: maker.provider, code: "E_DEADLINE",
            "job \(job.id) was not done within \(maker.polling.deadlineMS / 60_000) minutes",
            advice: "start again to go on waiting for it, or name another provider"))
      case .trouble(let error):
        troubles += 1
        if troubles > 1 {
          let pause = error.waitMS ?? min(60_000, firstRetryMS << Int64(min(5, troubles - 1)))
          try await step.sleep("pause \(question)", for: .milliseconds(pause))
        }
      case .failed(let error): try await fail(id, error, step)
      }
    }
  }

  private enum PollAnswer: Codable, Sendable {
    case running, done, late
    case trouble(ProviderError)
    case failed(ProviderError)
  }

  private func job(of attempt: String, _ provider: String, _ step: Step) async throws -> (
    VendorJob, begin: Int64
  ) {
    let clock = clock
    let found = try await step.transaction("the vendor's job") { db -> FoundJob in
      FoundJob(job: try Attempt.require(db, attempt).job, begin: clock.now)
    }
    guard let job = found.job else {
      throw StepFailure.noRetry(
        ProviderError(
          .permanent, provider: provider, "attempt \(attempt) has no job that could be asked after",
          advice: "start again"))
    }
    return (job, found.begin)
  }

  private struct FoundJob: Codable, Sendable {
    var job: VendorJob?
    var begin: Int64
  }

  private func ask<Request>(
    _ maker: any MediaMaker<Request>, _ job: VendorJob, since begin: Int64
  ) async throws -> PollAnswer {
    do {
      switch try await maker.poll(job) {
      case .done: return .done
      case .running: break
      }
    } catch let error as ProviderError {
      switch error.kind {
      case .permanent, .moderation: return .failed(error)
      case .retry, .slot, .quota, .unknownOutcome:
        if clock.now - begin <= maker.polling.deadlineMS { return .trouble(error) }
      }
    }
    return clock.now - begin > maker.polling.deadlineMS ? .late : .running
  }

  private func fetch<Request: Codable & Hashable & Sendable>(
    _ maker: any MediaMaker<Request>, _ job: VendorJob, _ request: MediaRequest<Request>,
    _ id: String, _ step: Step
  ) async throws -> Fetched {
    var failures = 0
    while true {
      let answer = try await step.run("download\(failures == 0 ? "" : " (\(failures + 1))")") {
        try await download(maker, job, request, id)
      }
      switch answer {
      case .fetched(let fetched): return fetched
      case .failed(let error): try await fail(id, error, step)
      case .trouble(let error):
        failures += 1
        if failures > retries { try await fail(id, error, step) }
        let pause = error.waitMS ?? firstRetryMS << Int64(min(6, failures - 1))
        try await step.sleep("pause before download \(failures + 1)", for: .milliseconds(pause))
      }
    }
  }

  private enum DownloadAnswer: Codable, Sendable {
    case fetched(Fetched)
    case trouble(ProviderError)
    case failed(ProviderError)
  }

  private func download<Request: Codable & Hashable & Sendable>(
    _ maker: any MediaMaker<Request>, _ job: VendorJob, _ request: MediaRequest<Request>,
    _ id: String
  ) async throws -> DownloadAnswer {
    let folder = try makeCallFolder(ofAttempt: id)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
      let made = try await maker.fetch(
        job, try await request.placed(folder),
        ProviderCall(id: id, startedAt: clock.now, folder: folder))
      let finish = ProviderCalls.Finish(attempt: id, cost: made.cost, requestID: made.requestID)
      return .fetched(Fetched(media: try await keep(made.value), finish: finish))
    } catch let error as ProviderError {
      switch error.kind {
      case .permanent, .moderation: return .failed(error)
      case .retry, .slot, .quota, .unknownOutcome: return .trouble(error)
      }
    }
  }

  private func fail(_ attempt: String, _ error: ProviderError, _ step: Step) async throws -> Never {
    let clock = clock
    try await step.transaction("give up") { db in
      try Attempt.fail(db, attempt, error, now: clock.now)
    }
    throw StepFailure.noRetry(error)
  }
}
