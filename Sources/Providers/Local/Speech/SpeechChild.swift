internal import Foundation
internal import Glibc
internal import Subprocess
internal import SystemPackage

/// A local voice in a process of its own, within limits: a text that brings the voice's library down takes that process
/// and not the node's.
public struct ChildSynthesizer: SpeechSynthesizer {
  public let provider: String
  private let executable: String
  private let arguments: [String]

  /// `executable` with `arguments`, the provider's name, a request's file and a folder must do what `SpeechChild.serve`
  /// does.
  public init(_ provider: String, executable: String, arguments: [String]) {
    (self.provider, self.executable, self.arguments) = (provider, executable, arguments)
  }

  public func estimate(_ request: SpeechRequest) -> Cost { .free }

  public func recover(_ request: SpeechRequest, _ call: ProviderCall) async throws -> Recovery<
    Made<Speech>
  > { .notStarted }

  public func speak(_ request: SpeechRequest, _ call: ProviderCall) async throws -> Made<Speech> {
    let file = call.folder + "/request.json"
    do {
      try JSONEncoder().encode(request).write(to: URL(fileURLWithPath: file))
    } catch {
      throw ProviderError(
        .retry, provider: provider, "its folder cannot be written (\(error.localizedDescription))",
        advice: "make room on the disk")
    }
    let limits = ChildLimitOptions(memory: 2 << 30, processorSeconds: 600, fileSize: 2 << 30).list
    let outcome: ExecutionOutcome
    do {
      let run = try await Subprocess.run(
        .path("/usr/bin/prlimit"),
        arguments: Arguments(
          limits + [executable] + arguments + [provider, file, call.folder]),
        environment: .custom(["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"]),
        input: .none, output: .bytes(limit: 64 << 20), error: .discarded)
      outcome = ExecutionOutcome(run.terminationStatus, run.standardOutput)
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      throw ProviderError(
        .retry, provider: provider, "its process could not be run: \(error)",
        advice: "check that the machine has memory and processes left")
    }
    try Task.checkCancellation()
    return Made(try speech(outcome), cost: .free)
  }

  private struct ExecutionOutcome {
    var signal: Int32?
    var code: Int32 = 0
    var bytes: [UInt8]

    init(_ status: TerminationStatus, _ bytes: [UInt8]) {
      switch status {
      case .signaled(let number): signal = number
      // As shells say of a program's child that was ended by a signal.
      case .exited(let code) where code > 128: signal = code - 128
      case .exited(let code): self.code = code
      }
      self.bytes = bytes
    }
  }

  private func speech(_ outcome: ExecutionOutcome) throws -> Speech {
    if let reply = try? JSONDecoder().decode(SpeechReply.self, from: Data(outcome.bytes)) {
      if let error = reply.error { throw error }
      if let speech = reply.speech { return speech }
    }
    guard let signal = outcome.signal else {
      throw ProviderError(
        .permanent, provider: provider, code: "E_VOICE_START",
        "its process ended with \(outcome.code) and without speech",
        advice: "check the program's installation with 'reelnode doctor'")
    }
    throw ProviderError(
      .permanent, provider: provider, code: "E_VOICE_CRASH",
      "the text brought the voice down (signal \(signal))",
      advice: "leave unusual letters out of the brief, or name another voice")
  }
}

/// What a speaking process prints.
struct SpeechReply: Codable, Sendable {
  var speech: Speech?
  var error: ProviderError?
}

/// The process behind `ChildSynthesizer`.
public enum SpeechChild {
  /// Speaks the request in `file` into `folder` with a local voice, and gives what is to be printed.
  public static func serve(_ provider: String, request file: String, folder: String) async
    -> [UInt8]
  {
    var reply = SpeechReply()
    do {
      let voice: any SpeechSynthesizer =
        provider == FliteSynthesizer().provider ? FliteSynthesizer() : EspeakSynthesizer()
      let request = try JSONDecoder().decode(
        SpeechRequest.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
      reply.speech = try await voice.speak(
        request, ProviderCall(id: "", startedAt: 0, folder: folder)
      ).value
    } catch let error as ProviderError {
      reply.error = error
    } catch {
      reply.error = ProviderError(
        .permanent, provider: provider, "\(error)", advice: "try again; if it stays, report it")
    }
    return Array((try? JSONEncoder().encode(reply)) ?? Data())
  }
}
