internal import ArgumentParser
internal import Foundation
internal import Rendering
internal import SceneDocument

/// The process that a worker renders in. People never start it.
struct RenderChildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render-child", abstract: "Render for a worker that asks on standard input.",
    shouldDisplay: false)

  func run() throws { Self.serve() }

  /// Called before anything else in the process, since leaving the network needs that it has one thread.
  static func serve() -> Never {
    RenderChild { error in
      let failure = Failure(error)
      let first = failure.diagnostics.first { $0.severity == .error } ?? failure.diagnostics.first
      let isTooLarge = failure.diagnostics.contains { $0.message.contains("File too large") }
      if isTooLarge {
        return ChildFailure(
          code: DiagnosticCode.limit.rawValue,
          message:
            "a file became larger than a render child may write\n  → give the worker a larger --file-size",
          isRetryable: false)
      }
      return ChildFailure(
        code: first?.code.rawValue ?? "E_INTERNAL",
        message: failure.diagnostics.filter { $0.severity == .error }.map(\.message)
          .joined(separator: "\n"),
        isRetryable: failure.diagnostics.contains { $0.code.isRetryable })
    }.run()
  }
}
