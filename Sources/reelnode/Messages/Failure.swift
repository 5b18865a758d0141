internal import Compositing
internal import Foundation
internal import Jobs
internal import Media
internal import NodeServer
internal import ObjectStores
internal import Providers
internal import Rendering
internal import SceneDocument
internal import Storage
internal import Workflows

/// What ended a command without success, ready to be told.
struct Failure: Error {
  var status: ExitStatus
  var diagnostics: [Diagnostic]

  init(_ status: ExitStatus, _ diagnostics: [Diagnostic]) {
    (self.status, self.diagnostics) = (status, diagnostics)
  }

  /// One problem whose kind decides how the process ends.
  init(_ diagnostic: Diagnostic) { self.init(diagnostic.code.exitStatus, [diagnostic]) }

  /// A provider says without asking anybody that what is asked for cannot be done. Its code is no diagnostic's.
  static func refused(by error: ProviderError) -> Failure {
    usage(.range, "\(error.provider): \(error.reason)\n  → \(error.advice)")
  }

  /// Something that was said on the command line is wrong.
  static func usage(_ code: DiagnosticCode, _ message: String) -> Failure {
    Failure(.wrongInput, [Diagnostic(code, message)])
  }
}

extension Failure {
  /// Any error that reaches a command, as what it means to the one who started it.
  init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as RenderError: self.init(error)
    case let error as MediaError: self.init(Diagnostic(error))
    case let error as HostError: self.init(Diagnostic(error))
    case let error as AssetError: self.init(Diagnostic(error))
    case let error as QueueError: self.init(Diagnostic(error))
    case let error as StorageError: self.init(Diagnostic(error))
    case let error as ObjectStoreError: self.init(Diagnostic(error))
    case let error as ServerError: self.init(Diagnostic(error))
    case let error as InvalidEvent: self.init(Diagnostic(.range, error.description))
    case let error as InvalidRun:
      self.init(Diagnostic(error.isMissing ? .unknownReference : .range, error.description))
    case let refusal as DocumentRefusal: self.init(.wrongInput, refusal.diagnostics)
    case let failure as ChildFailure:
      self.init(
        Diagnostic(DiagnosticCode(rawValue: failure.code) ?? .internalError, failure.message))
    case is CancellationError: self.init(.cancelledByUser)
    case let error as ProviderError where error.kind == .permanent: self = .refused(by: error)
    default:
      let message =
        "an error that is not expected: \(error)\n  → try it again; if it stays, report it"
      self.init(Diagnostic(.internalError, message))
    }
  }

  private init(_ error: RenderError) {
    switch error {
    case .cancelled: self.init(.cancelledByUser)
    case .refused(let diagnostics): self.init(.failed, diagnostics)
    case .segmentMismatch(let text): self.init(Diagnostic(.segmentMismatch, text))
    case .verifyFrames:
      self.init(Diagnostic(.verifyFrames, "\(error)" + Self.again))
    case .verifySamples:
      self.init(Diagnostic(.verifySamples, "\(error)" + Self.again))
    case .notReproducible(let text): self.init(Diagnostic(.notReproducible, text))
    }
  }

  private static let again = "\n  → render again with --no-cache; if it stays, report it"
}

extension Diagnostic {
  static let cancelledByUser = Diagnostic(.cancelled, "cancelled; no film was written")

  init(_ error: AssetError, at pointer: String = "") {
    self.init(DiagnosticCode(error), at: pointer, error.description)
  }

  init(_ error: ServerError) {
    switch error {
    case .tokenNeeded, .badToken, .badPublicURL: self.init(.range, error.description)
    case .portInUse, .cannotListen, .noLinkKey: self.init(.inputOutput, error.description)
    }
  }

  init(_ error: QueueError) {
    switch error {
    case .noSuchJob, .ambiguousID: self.init(.unknownReference, error.description)
    case .wrongState, .notAFilm, .impossible: self.init(.range, error.description)
    case .quarantined: self.init(.mediaQuarantined, error.description)
    }
  }

  init(_ error: StorageError) {
    let code: DiagnosticCode =
      switch error.kind {
      case .busy: .databaseBusy
      case .diskFull: .diskFull
      case .damaged, .notADatabase: .databaseDamaged
      case .newerSchema, .olderSchema: .databaseVersion
      case .readOnly, .cannotOpen, .inputOutput: .inputOutput
      case .asset: .assetMissing
      case .constraint, .misuse: .internalError
      }
    self.init(code, error.description)
  }

  init(_ error: HostError) {
    if error.isDiskFull {
      self.init(
        .diskFull,
        "\(error)\n  → free some room, or name another disk with --output and --cache")
    } else {
      self.init(
        .inputOutput,
        "\(error)\n  → check that the folder exists and may be written, or name another one")
    }
  }

  init(_ error: MediaError) {
    let remedy: String
    let code: DiagnosticCode
    switch error {
    case _ where error.isInterrupted:
      self = .cancelledByUser
      return
    case _ where error.isOutOfSpace:
      (code, remedy) = (.diskFull, "free some room, or name another disk with --output and --cache")
    case _ where error.isOutOfMemory:
      (code, remedy) = (.memory, "render with fewer --jobs, or close other programs")
    case _ where error.isUnknownFormat:
      (code, remedy) = (.mediaFormat, "export the file again in a common format")
    case _ where error.isLimit: (code, remedy) = (.mediaLimit, "give a smaller file")
    case _ where error.isMissingStream:
      (code, remedy) = (.mediaNoStream, "give a file that holds picture or sound")
    default:
      switch error.operation {
      case .open where error.isMissingFile:
        (code, remedy) = (.assetMissing, "put the file back and start again")
      case .recognise, .readStreams, .findStream, .readPacket, .seek, .openDecoder, .decode:
        (code, remedy) = (.mediaDamaged, "export or download the file again")
      case .open, .openOutput, .writeHeader, .writePacket, .writeTrailer:
        (code, remedy) = (.inputOutput, "check the disk and the permissions of the folder")
      default: (code, remedy) = (.internalError, "try it again; if it stays, report it")
      }
    }
    self.init(code, "\(error)\n  → \(remedy)")
  }
}
