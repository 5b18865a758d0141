internal import Compositing
internal import Foundation
internal import Storage

extension VideoPipeline {
  /// The captions of a project's film as WebVTT, at the times at which its picture shows them. Nil while the film's
  /// document is not there, and for films in which nothing is said.
  ///
  /// Made of the film's document when they are first asked for, and kept until there is another one.
  public func captions(of project: String) async throws -> [UInt8]? {
    let studio = studio
    let known = try await studio.database.read { db in
      (
        document: try ProjectAsset.find(db, project: project, scene: nil, .document),
        captions: try ProjectAsset.find(db, project: project, scene: nil, .captions)
      )
    }
    guard let document = known.document?.sha256 else { return nil }
    if let captions = known.captions, captions.note == document,
      let path = try? await studio.assets.file(of: captions.sha256),
      let bytes = FileManager.default.contents(atPath: path)
    {
      return [UInt8](bytes)
    }
    guard let text = try await studio.captionText(ofDocument: document, project) else { return nil }
    let sha256 = try await studio.assets.put(Data(text.utf8))
    let kept = ProjectAsset(
      .captions, scene: nil, sha256: sha256, mediaType: "text/vtt", bytes: Int64(text.utf8.count),
      provider: "caption-builder", note: document)
    try await studio.database.write { db in
      guard try Project.find(db, project) != nil else { return }
      try kept.insert(db, project: project, now: studio.clock.now)
    }
    return Array(text.utf8)
  }
}

extension VideoStudio {
  fileprivate func captionText(ofDocument sha256: String, _ project: String) async throws -> String?
  {
    let path = try await assets.file(of: sha256)
    guard let text = FileManager.default.contents(atPath: path) else { return nil }
    try await place(try await filmState(project).scenes.compactMap(\.self), project: project)
    var preparer = DocumentPreparer(
      text: [UInt8](text), assetFolder: projectFolder(project), cacheFolder: cacheFolder)
    preparer.provesContrast = false
    do {
      return try await preparer.prepare().request.captionsWebVTT
    } catch let refusal as DocumentRefusal {
      throw FilmRefused(diagnostics: refusal.diagnostics)
    }
  }
}
