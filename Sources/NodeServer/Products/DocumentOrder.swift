internal import Compositing
internal import Foundation
internal import HTTPTypes
internal import Jobs
internal import Rendering
internal import SceneDocument
internal import Storage

/// A scene document that a client sent, with what it names looked into.
struct DocumentOrder {
  let text: [UInt8]
  let folder: String
  let prepared: PreparedDocument

  /// - Parameter value: the document as a JSON object, or its text as a string, whose places diagnostics then name.
  ///
  /// Throws a 422 with the document's diagnostics.
  init(_ value: JSONValue, below folder: String, _ backend: NodeBackend) async throws {
    let isText: Bool
    switch value {
    case .string(let text): (self.text, isText) = (Array(text.utf8), true)
    case .object: (text, isText) = (Array(value.prettyText.utf8), false)
    default:
      throw Problem.invalid("'/document' must be a scene document: an object, or its text")
    }
    self.folder = folder
    var preparer = DocumentPreparer(
      text: text, assetFolder: folder, cacheFolder: backend.cacheFolder)
    preparer.provesContrast = false
    do {
      prepared = try await preparer.prepare()
    } catch let refusal as DocumentRefusal {
      throw Self.problem(refusal.diagnostics, hasPlaces: isText)
    }
  }

  static func problem(_ diagnostics: [Diagnostic], hasPlaces: Bool) -> Problem {
    let errors = diagnostics.filter { $0.severity == .error }
    // What the machine did wrong may work the next time.
    let isRetryable = !errors.isEmpty && errors.allSatisfy(\.retryable)
    return Problem(
      isRetryable ? .serviceUnavailable : .unprocessableContent,
      errors.first?.message ?? "the document gives no film", name: .invalidDocument,
      title: "The scene document has errors",
      diagnostics: diagnostics.map { diagnostic in
        var told = diagnostic
        // The client never saw the lines.
        if !hasPlaces { (told.line, told.column, told.length) = (nil, nil, nil) }
        return told.json
      }, headers: isRetryable ? [.retryAfter: "5"] : [:])
  }

  /// The variant of that id, `main` for the film of the output itself.
  func request(_ variant: String?) throws -> RenderRequest {
    let id = variant ?? SceneDocument.mainVariant
    if id == SceneDocument.mainVariant { return prepared.request }
    if let found = prepared.variants.first(where: { $0.id == id }) {
      return prepared.request(of: found)
    }
    let ids = [SceneDocument.mainVariant] + prepared.variants.map(\.id)
    throw Problem.invalid(
      "the document has no variant '\(id.prefix(80))'",
      advice: "it has \(ids.map { "'\($0)'" }.joined(separator: ", "))")
  }

  /// Puts the films into the queue.
  ///
  /// - Parameters:
  ///   - variants: empty for all.
  ///   - output: absolute path of the main film; nil keeps all in the asset store.
  ///   - added: sees the new film in the transaction that adds it.
  func submit<Value: Sendable>(
    variants: [String], output: String?, name: String, priority: Int, _ backend: NodeBackend,
    added: @escaping @Sendable (FilmProgress, [RenderJob], any Connection) throws -> Value
  ) async throws -> Value {
    for id in variants { _ = try request(id) }
    let ids = [SceneDocument.mainVariant] + prepared.variants.map(\.id)
    let films = try ids.filter { variants.isEmpty || variants.contains($0) }.map { id in
      FilmVariant(id: id, request: try request(id), outputPath: Self.path(of: id, output))
    }
    if output != nil { try await Self.refuseTaken(films.map(\.outputPath), backend) }
    let submission = try FilmSubmission(
      prepared, films: films, isStored: output == nil, name: name, assetFolder: folder,
      reading: ReadingOptions(), cacheFolder: backend.cacheFolder)
    _ = try await backend.assets.put(Data(text))
    let film = try submission.newFilm(priority: priority)
    return try await backend.database.write { [queue = backend.queue] db in
      let job = try queue.add(film, in: db)
      return try added(
        try queue.progress(of: job.id, in: db), try queue.parts(of: job.id, in: db), db)
    }
  }

  /// `film.tall.mp4` beside `film.mp4`.
  private static func path(of variant: String, _ output: String?) -> String {
    guard let output else { return "" }
    if variant == SceneDocument.mainVariant { return output }
    let path = output as NSString
    return "\(path.deletingPathExtension).\(variant).\(path.pathExtension)"
  }

  /// Two films that go to one path would be mixed.
  private static func refuseTaken(_ paths: [String], _ backend: NodeBackend) async throws {
    let live = try await backend.queue.list(states: [.blocked, .queued, .leased], limit: 10_000)
    for job in live where FilmSubmission.outputs(of: job).contains(where: paths.contains) {
      throw Problem(
        .conflict, "film '\(job.id)' of the queue goes to the same output",
        advice: "wait for it, cancel it, or name another output", name: .outputTaken)
    }
  }
}
