internal import SceneDocument

/// How the process ends. Thrown by a command that has told all there is to tell.
enum ExitStatus: Int32, Error {
  case done = 0
  case failed = 1
  /// The document, one of its assets or the command line.
  case wrongInput = 2
  /// Done, but with warnings, and `--strict` was given.
  case warnings = 3
  case cancelled = 130

  /// The state of the result document that goes with it.
  var state: String {
    switch self {
    case .done: "done"
    case .failed, .wrongInput: "failed"
    case .warnings: "done_with_warnings"
    case .cancelled: "cancelled"
    }
  }
}

extension DiagnosticCode {
  /// What a problem of this kind makes of a command that it ends.
  var exitStatus: ExitStatus {
    switch self {
    case .cancelled: .cancelled
    case .assetChanged, .diskFull, .memory, .noProgress, .leaseLost, .databaseBusy, .inputOutput,
      .databaseDamaged, .databaseVersion:
      .failed
    case .segmentMismatch, .verifyFrames, .verifySamples, .notReproducible, .internalError: .failed
    case .goldenDiffers: .failed
    default: severity == .error ? .wrongInput : .done
    }
  }
}
