internal import Workflows

/// One execution of an app's function on this node: asks the app what comes next, and has the engine do it.
///
/// All that is decided is in the journal before it has effects: each place of it holds one step as the app named it, with
/// what the app asked for, or the several steps that one answer listed, each in a branch of its own. An execution that
/// begins after a crash finds its way by that alone.
struct RemoteRun: Sendable {
  let functionID: String
  let runID: String
  let context: RemoteContext
  let memos: RunMemos
  /// The run's events as the app is shown them.
  let eventTexts: [String]
  /// The event that started it, for expressions.
  let trigger: JSONValue
  let maxAttempts: Int
  private let step: Step

  init(_ functionID: String, step: Step, context: RemoteContext) {
    (self.functionID, self.context, self.step) = (functionID, context, step)
    (runID, maxAttempts) = (step.runID, step.retries + 1)
    let form: WireForm = context.settings.signingKeys == nil ? .exact : .signed
    memos = RunMemos(step.journal, form: form)
    let events = step.events.map { EventValues.value($0) ?? .null }
    trigger = events[0]
    eventTexts = events.map(form.text)
  }

  var settings: RemoteSettings { context.settings }

  /// Where the app is called.
  func address() throws -> String {
    guard let function = context.catalog[functionID] else {
      throw CallRefusal("function '\(functionID)' is no longer registered\n  → register its app")
    }
    return function.url
  }

  /// The function's own line, from its first step to its result, which is JSON.
  func execute(_ step: Step) async throws -> String {
    var line = RemoteLine(run: self, step: step, isBranch: false)
    while true {
      switch try await line.turn() {
      case .goOn: continue
      case .finished(let output): return output
      case .idle: throw CallRefusal("the function neither goes on nor ends")
      }
    }
  }

  /// Ends the run where it has grown beyond what is allowed.
  func checkSize(_ step: Step) async throws {
    let size = memos.size
    if size.steps > settings.mostSteps {
      try await step.end(
        error: StoredError(
          name: "TooManySteps",
          message:
            "the run has more than \(settings.mostSteps) steps\n  → let it send events that start further runs"
        ))
    }
    if size.bytes > settings.largestState {
      try await step.end(
        error: StoredError(
          name: "StateTooLarge",
          message:
            "the results of the run's steps have \(size.bytes) bytes of JSON, and \(settings.largestState) are allowed\n  → keep files elsewhere and return their addresses"
        ))
    }
  }

  // MARK: Calls

  /// Calls the app once. Does not throw for what went wrong with the app, but for the run's own end and the process's.
  func call(_ target: String?, attempt: Int, at place: String, now: () -> Int64) async throws
    -> CallAnswer
  {
    do {
      let request = CallRequest(
        run: self, target: target, attempt: attempt, item: place)
      let call = try request.call(now: now())
      let reply = try await context.calls.make { [caller = context.caller] in
        try await caller.call(call)
      }
      if let problem = settings.signatureProblem(of: reply, now: now()) {
        return .failed(CallFailure("BadSignature", problem))
      }
      if let version = reply.header("x-inngest-req-version").flatMap({ Int($0) }) {
        memos.version = version
      }
      return told(reply.answer(now: now()))
    } catch is OpenCalls.GivenUp {
      throw step.giveBack()
    } catch is CancellationError {
      throw CancellationError()
    } catch let error as AnswerTooLarge {
      return .failed(
        CallFailure(
          "AnswerTooLarge",
          "the app's answer is too large: \(error)\n  → keep files elsewhere and return their addresses",
          isFinal: true))
    } catch {
      return .failed(
        CallFailure("AppUnreachable", "the app was not reached, or did not answer: \(error)"))
    }
  }

  /// An archived function goes on for as long as its app has it.
  private func told(_ answer: CallAnswer) -> CallAnswer {
    guard case .failed(var failure) = answer, failure.code == "function_not_found",
      context.catalog[functionID]?.isArchived != false
    else { return answer }
    failure.isFinal = true
    return .failed(failure)
  }
}

/// A call that cannot be made.
struct CallRefusal: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
