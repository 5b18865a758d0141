internal import Compositing
internal import Foundation
public import SceneDocument
internal import Storage

/// A film to make, as it stands in the queue: where its document's text is kept, what it is read with and where the films
/// go. Each job of the film carries it, so that any process can take any of them.
public struct RenderOrder: Sendable, Codable, Hashable {
  /// SHA-256 of the document's text, which is in the asset store.
  public var document: String
  /// What people call it.
  public var name: String
  /// The folder that asset paths are relative to; absolute.
  public var assetFolder: String
  /// Another preset than the document's.
  public var preset: String?
  /// What becomes of a payload's scene that lacks a file.
  public var onMissing: String?
  /// Where finished segments are kept; absolute.
  public var cacheFolder: String
  /// SHA-256 of the files it was made of when it was queued, by their paths in the document.
  public var files: [String: String]
  /// The films that are made of it, and where they go. A film without a path stays in the asset store.
  public var films: [Film]

  public struct Film: Sendable, Codable, Hashable {
    /// `main`, or a variant's id.
    public var variant: String
    /// Absolute.
    public var path: String?
    /// As planned when the film was queued: a film with another key is made of other files.
    public var programmeKey: String

    public init(variant: String, path: String?, programmeKey: String) {
      (self.variant, self.path, self.programmeKey) = (variant, path, programmeKey)
    }
  }

  public init(
    document: String, name: String, assetFolder: String, reading: ReadingOptions,
    cacheFolder: String, files: [String: String] = [:], films: [Film]
  ) {
    (self.document, self.name, self.assetFolder) = (document, name, assetFolder)
    (preset, onMissing) = (reading.preset?.rawValue, reading.onMissing.rawValue)
    (self.cacheFolder, self.files, self.films) = (cacheFolder, files, films)
  }

  var reading: ReadingOptions {
    var options = ReadingOptions()
    options.preset = preset.flatMap(Output.Preset.init)
    if let onMissing = onMissing.flatMap(Scene.OnMissing.init) { options.onMissing = onMissing }
    return options
  }

  /// The document's films with their plans' requests, in this order's order; nil for a variant that the document
  /// does not have.
  func variants(of prepared: PreparedDocument, places: [String: String]) -> [FilmVariant]? {
    var variants: [FilmVariant] = []
    for film in films {
      let path = places[film.variant] ?? film.path ?? ""
      if film.variant == SceneDocument.mainVariant {
        variants.append(
          FilmVariant(id: film.variant, request: prepared.request, outputPath: path))
      } else if let variant = prepared.variants.first(where: { $0.id == film.variant }) {
        variants.append(
          FilmVariant(id: film.variant, request: prepared.request(of: variant), outputPath: path))
      } else {
        return nil
      }
    }
    return variants
  }
}

extension RenderOrder {
  /// The document's files among those with the SHA-256 `wanted`. Reads and hashes them without decoding anything.
  func locate(
    _ wanted: [String], documentPath: String
  ) -> [(sha256: String, name: String, path: String)] {
    guard let text = FileManager.default.contents(atPath: documentPath),
      let document = SceneDocument.read([UInt8](text), options: reading).document,
      let root = try? AssetRoot(path: assetFolder)
    else { return [] }
    return document.assetsInUse.compactMap { asset in
      guard let path = try? root.location(of: asset.path),
        let sha256 = try? FileHash.sha256(of: path), wanted.isEmpty || wanted.contains(sha256)
      else { return nil }
      return (sha256, asset.path, path)
    }
  }
}
