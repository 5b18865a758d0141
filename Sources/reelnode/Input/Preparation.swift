internal import Compositing
internal import Foundation
internal import SceneDocument

/// A prepared document and where its text came from.
@dynamicMemberLookup
struct Preparation {
  let input: DocumentInput
  let prepared: PreparedDocument

  subscript<Value>(dynamicMember path: KeyPath<PreparedDocument, Value>) -> Value {
    prepared[keyPath: path]
  }

  /// The film of the output itself.
  var request: RenderRequest { prepared.request }
}

/// The way from the command line's document to a timeline.
struct Preparer {
  var input: DocumentInput
  var reading = ReadingOptions()
  /// Nil: the document's folder.
  var assetFolder: String?
  /// Keeps what was found in files; nil reads them anew.
  var cacheFolder: String?
  var jobs = ProcessInfo.processInfo.activeProcessorCount
  /// Frames with text are drawn and looked at; not needed where no warning is told.
  var provesContrast = true

  /// Leaves out all scenes but the first that is enabled: for a first picture before everything is looked into.
  var onlyFirstScene = false

  private var preparer: DocumentPreparer {
    var preparer = DocumentPreparer(
      text: input.text, assetFolder: assetFolder ?? input.folder, cacheFolder: cacheFolder)
    (preparer.reading, preparer.jobs) = (reading, jobs)
    (preparer.provesContrast, preparer.onlyFirstScene) = (provesContrast, onlyFirstScene)
    return preparer
  }

  /// The document alone; throws when it has errors.
  func read() throws(Failure) -> DocumentReading {
    do {
      return try preparer.read()
    } catch {
      throw Failure(.wrongInput, error.diagnostics)
    }
  }

  func prepare() async throws -> Preparation {
    do {
      return Preparation(input: input, prepared: try await preparer.prepare())
    } catch let error as DocumentRefusal {
      throw Failure(Self.status(of: error.diagnostics), error.diagnostics)
    }
  }

  /// A file that cannot be read for the machine's sake is no mistake of the document.
  private static func status(of diagnostics: [Diagnostic]) -> ExitStatus {
    let errors = diagnostics.filter { $0.severity == .error }.map(\.code.exitStatus)
    if errors.contains(.cancelled) { return .cancelled }
    return errors.contains(.wrongInput) ? .wrongInput : .failed
  }
}
