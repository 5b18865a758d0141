internal import Crypto
internal import Foundation
internal import Providers
internal import Storage
internal import Workflows

/// Requests to providers out of a function: noted before they are made, looked up instead of repeated, waited for as
/// their error's class says, and within the project's budget.
struct ProviderCalls {
  let studio: VideoStudio
  let step: Step
  let project: String
  var scene: String?
  let capability: Attempt.Capability
  let provider: String

  /// What is asked for, with the paths of this machine left out.
  func requestHash(_ request: some Encodable) throws -> String {
    let text = try RecordJSON.text(request)
    let bytes = Array("\(capability.rawValue)\n\(provider)\n\(text)".utf8)
    return SHA256.hash(data: bytes).hexadecimal
  }

  /// How a request ended.
  enum Called<Kept: Codable & Sendable>: Sendable {
    /// The attempt is still to be finished, with the records of what it gave.
    case done(Kept, Finish)
    case job(VendorJob, attempt: String)
  }

  /// What `Attempt.finish` is told, in the transaction that records the result.
  struct Finish: Codable, Sendable {
    var attempt: String
    var cost: Cost
    var requestID: String?

    func callAsFunction(_ db: any Connection, now: Int64) throws {
      try Attempt.finish(db, attempt, cost: cost, requestID: requestID, now: now)
    }
  }

  /// What a provider gave, kept.
  enum Answer<Kept: Codable & Sendable>: Codable, Sendable {
    case done(Kept, Finish)
    case job(VendorJob)
    case wait(ProviderError)
    case failed(ProviderError)
  }

  /// What the closures give: the value is already in the asset store.
  enum Outcome<Kept: Codable & Sendable>: Sendable {
    case made(Kept, cost: Cost, requestID: String?)
    case job(VendorJob)
  }

  /// Makes the request, waiting as long as its errors ask for. Throws `StepFailure.noRetry` of the `ProviderError` that
  /// ends it.
  func call<Kept: Codable & Sendable>(
    _ name: String, hash: String, estimate: Cost,
    make: @escaping @Sendable (ProviderCall) async throws -> Outcome<Kept>,
    recover: @escaping @Sendable (ProviderCall) async throws -> Recovery<Outcome<Kept>>
  ) async throws -> Called<Kept> {
    let attempt = try await reserve(name, hash: hash, estimate: estimate)
    var failures = 0
    var round = 1
    while true {
      let title = round == 1 ? name : "\(name) (\(round))"
      let answer: Answer<Kept> = try await step.run(title) {
        try await ask(attempt, make, recover)
      }
      switch answer {
      case .done(let kept, let finish): return .done(kept, finish)
      case .job(let job): return .job(job, attempt: attempt)
      case .failed(let error): try await giveUp(title, attempt, error)
      case .wait(let error):
        if error.kind == .retry { failures += 1 }
        if failures > studio.retries { try await giveUp(title, attempt, error) }
        try await wait(title, error, failures)
      }
      round += 1
    }
  }

  // MARK: Before

  /// Notes the attempt, when the budget allows it; otherwise the project is paused until somebody raises it.
  private func reserve(_ name: String, hash: String, estimate: Cost) async throws -> String {
    let (studio, project, scene) = (studio, project, scene)
    let (capability, provider) = (capability, provider)
    var round = 1
    while true {
      let title = round == 1 ? "note: \(name)" : "note: \(name) (\(round))"
      let noted: Reservation = try await step.transaction(title) { db in
        let now = studio.clock.now
        if let open = try Attempt.open(db, project: project, scene: scene, request: hash) {
          return .noted(open.id)
        }
        if !studio.repeatsUnknown,
          try Attempt.isUnknown(db, project: project, scene: scene, request: hash)
        {
          return .unknown
        }
        let record = try Project.require(db, project)
        let spent = try Attempt.spent(db, of: project)
        if let message = excess(estimate, spent, budget: record.budgetMicrodollars) {
          try Project.pause(db, project, message: message, now: now)
          return .overBudget(since: now)
        }
        let id = ULID.make(at: now).description
        try Attempt.insert(
          db, id: id, project: project, scene: scene, capability, provider: provider,
          request: hash, estimate: estimate, now: now)
        return .noted(id)
      }
      switch noted {
      case .noted(let id): return id
      case .unknown:
        throw StepFailure.noRetry(
          ProviderError(
            .unknownOutcome, provider: provider,
            "an earlier request may have been paid for, and its outcome is not known",
            advice: "look at your account there; --repeat-unknown makes the request again"))
      case .overBudget(let since):
        try await resumed(title, since: since, timeout: .seconds(365 * 24 * 3600))
      }
      round += 1
    }
  }

  private enum Reservation: Codable, Sendable {
    case noted(String)
    case overBudget(since: Int64)
    case unknown
  }

  /// Why a request may not be made within the budget; nil where it may.
  private func excess(_ estimate: Cost, _ spent: Int64, budget: Int64?) -> String? {
    guard let budget else { return nil }
    guard let price = estimate.microdollars else {
      let advice = studio.shelf.priceAdvice(capability.rawValue, provider)
      return
        "\(provider): what the \(capability.rawValue) costs is not known, and the budget is \(Dollars.text(budget))\n  → \(advice), or name another provider"
    }
    guard price > 0, spent + price > budget else { return nil }
    return
      "\(provider): the \(capability.rawValue) is expected to cost \(Dollars.text(price)), and \(Dollars.text(spent)) of \(Dollars.text(budget)) are spent\n  → raise the budget with --budget, or name another provider"
  }

  // MARK: The request

  private func ask<Kept>(
    _ id: String, _ make: (ProviderCall) async throws -> Outcome<Kept>,
    _ recover: (ProviderCall) async throws -> Recovery<Outcome<Kept>>
  ) async throws -> Answer<Kept> {
    let row = try await studio.database.read { try Attempt.require($0, id) }
    if row.state == .accepted, let job = row.job { return .job(job) }
    let folder = try studio.makeCallFolder(ofAttempt: id)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let call = ProviderCall(id: id, startedAt: row.sentMS ?? row.createdMS, folder: folder)
    if row.state == .sent {
      switch try await lookUp(recover, call) {
      case .found(let outcome): return try await recovered(outcome, id)
      case .notDone: break
      case .answer(let answer): return answer
      }
    }
    try await studio.database.write { [clock = studio.clock] in
      try Attempt.send($0, id, now: clock.now)
    }
    do {
      return try await kept(try await make(call), id)
    } catch let error as ProviderError {
      return try await answer(error, id, recover, call)
    }
  }

  private enum Looked<Kept: Codable & Sendable>: Sendable {
    case found(Outcome<Kept>)
    /// It was certainly not done.
    case notDone
    case answer(Answer<Kept>)
  }

  /// Looks a request up that was sent and whose answer nobody has. Whatever goes wrong with looking, the request is not
  /// made again for it.
  private func lookUp<Kept>(
    _ recover: (ProviderCall) async throws -> Recovery<Outcome<Kept>>, _ call: ProviderCall
  ) async throws -> Looked<Kept> {
    do {
      switch try await recover(call) {
      case .found(let outcome): return .found(outcome)
      case .notStarted: return .notDone
      case .unknown: return .answer(.failed(lost("the service cannot tell what became of it")))
      }
    } catch let error as ProviderError {
      switch error.kind {
      case .retry, .slot, .quota: return .answer(.wait(error))
      case .permanent, .moderation, .unknownOutcome:
        return .answer(.failed(lost("it cannot be looked up: \(error.reason)")))
      }
    }
  }

  private func lost(_ reason: String) -> ProviderError {
    ProviderError(
      .unknownOutcome, provider: provider, "the answer to a request was lost, and \(reason)",
      advice: "look at your account there; --repeat-unknown makes the request again")
  }

  private func kept<Kept>(_ outcome: Outcome<Kept>, _ id: String) async throws -> Answer<Kept> {
    switch outcome {
    case .made(let kept, let cost, let requestID):
      return .done(kept, Finish(attempt: id, cost: cost, requestID: requestID))
    case .job(let job):
      try await studio.database.write { try Attempt.accept($0, id, job) }
      return .job(job)
    }
  }

  /// A job that another attempt has is not the one that was lost, however much it looks like it.
  private func recovered<Kept>(_ outcome: Outcome<Kept>, _ id: String) async throws -> Answer<Kept>
  {
    guard case .job(let job) = outcome else { return try await kept(outcome, id) }
    let isOurs = try await studio.database.write { [provider] db -> Bool in
      if try Attempt.isTaken(db, job, provider: provider, except: id) { return false }
      try Attempt.accept(db, id, job)
      return true
    }
    return isOurs
      ? .job(job) : .failed(lost("the job that was found in its place is another request's"))
  }

  private func answer<Kept>(
    _ error: ProviderError, _ id: String,
    _ recover: (ProviderCall) async throws -> Recovery<Outcome<Kept>>, _ call: ProviderCall
  ) async throws -> Answer<Kept> {
    switch error.kind {
    case .permanent, .moderation: return .failed(error)
    case .retry, .slot, .quota:
      // The service has answered, or was never reached: nothing was done there.
      let sent = try await studio.database.read { try Attempt.require($0, id) }.state == .sent
      if sent { try await studio.database.write { try Attempt.unsend($0, id) } }
      return .wait(error)
    case .unknownOutcome:
      switch try await lookUp(recover, call) {
      case .found(let outcome): return try await recovered(outcome, id)
      case .notDone:
        try await studio.database.write { try Attempt.unsend($0, id) }
        return .wait(
          ProviderError(
            .retry, provider: error.provider, code: error.code, error.reason, advice: error.advice))
      // Whoever cannot be asked now is asked later; the attempt stays as sent.
      case .answer(.wait(let second)): return .wait(second)
      case .answer: return .failed(error)
      }
    }
  }

  // MARK: After

  private func giveUp(_ name: String, _ id: String, _ error: ProviderError) async throws -> Never {
    let clock = studio.clock
    try await step.transaction("give up: \(name)") { db in
      try Attempt.fail(db, id, error, now: clock.now)
    }
    throw StepFailure.noRetry(error)
  }

  private func wait(_ name: String, _ error: ProviderError, _ failures: Int) async throws {
    let (studio, project, scene) = (studio, project, scene)
    let part = capability.part
    let isQuota = error.kind == .quota
    let since = try await step.transaction("wait: \(name)") { db -> Int64 in
      let now = studio.clock.now
      if isQuota { try Project.pause(db, project, message: error.description, now: now) }
      if let scene, let part {
        try SceneRecord.set(db, scene, part, .waiting, message: error.description, now: now)
      }
      return now
    }
    if isQuota {
      try await resumed(
        name, since: since, timeout: .milliseconds(error.waitMS ?? studio.quotaPauseMS))
    } else {
      let growing = studio.firstRetryMS << Int64(min(10, max(0, failures - 1)))
      let pause = error.waitMS ?? (error.kind == .slot ? studio.firstRetryMS * 5 : growing)
      try await step.sleep("pause: \(name)", for: .milliseconds(min(pause, 3_600_000)))
    }
    if let scene, let part {
      try await step.transaction("again: \(name)") { db in
        try SceneRecord.set(db, scene, part, .running, now: studio.clock.now)
      }
    }
  }

  /// Waits until somebody says that the project may go on, or the time is up, and takes the pause back.
  private func resumed(_ name: String, since: Int64, timeout: Duration) async throws {
    let (clock, project) = (studio.clock, project)
    // An earlier word to go on was meant for an earlier pause.
    _ = try await step.waitForEvent(
      "until it may go on: \(name)", ProjectContinued.self, timeout: timeout
    ) { $0.project == project && $0.atMS >= since }
    try await step.transaction("go on: \(name)") { db -> Bool in
      try Project.resume(db, project, now: clock.now)
    }
  }
}

extension Attempt.Capability {
  /// The part of a scene that it makes; nil for scripts.
  var part: SceneRecord.Part? {
    switch self {
    case .script: nil
    case .speech: .speech
    case .avatar: .avatar
    case .background: .background
    }
  }
}

/// Money as people read it.
public enum Dollars {
  /// `$1.25`; four places for less than a cent.
  public static func text(_ microdollars: Int64) -> String {
    let cents = microdollars >= 10_000 || microdollars == 0
    return "$" + String(format: cents ? "%.2f" : "%.4f", Double(microdollars) / 1e6)
  }
}
