internal import Foundation
internal import Pipelines
internal import SceneDocument
internal import Storage

/// The body of a request for a film.
struct ProjectForm: Sendable {
  let order: VideoPipeline.Order
  /// The upload that it is made of.
  let document: String?
  /// Holds a text that was sent along.
  private let folder: String?

  /// Throws a 422 that names the member that is wrong.
  init(_ reader: ObjectReader, _ backend: NodeBackend) async throws {
    var body = reader
    let document = try body.string("document_id", upTo: 100)
    let text = try body.string("text", upTo: 900_000)
    let name = try body.string("name", upTo: 255)
    let portrait = try body.string("portrait_document_id", upTo: 100)
    var wish = FilmWish()
    (wish.voice, wish.avatar) = (try body.word("voice"), try body.word("avatar"))
    (wish.background, wish.script) = (try body.word("background"), try body.word("script"))
    wish.language = try body.word("language", upTo: 35)
    if let size = try body.string("size", upTo: 20) {
      guard let pixels = FilmSize(size) else {
        throw body.wrong("size", "must be two even numbers from 128 to 4096, such as 1920x1080")
      }
      wish.size = pixels
    }
    wish.rate = try body.whole("rate", in: FilmWish.rates)
    wish.scenes = try body.whole("scenes", in: FilmWish.sceneCounts)
    wish.seconds = try body.number("seconds", in: FilmWish.lengths)
    wish.hasCaptions = try body.bool("captions")
    let budget = try body.whole("budget_microdollars", in: 0...1_000_000_000_000)
    if let output = try body.string("output", upTo: 1_000) {
      do { wish.outputPath = try OutputPlace(backend.products.outputFolder).path(output) } catch {
        throw body.wrong("output", error.description)
      }
    }
    if let language = wish.language, !CaptionLanguage.isOne(language) {
      throw body.wrong("language", "is no language tag such as 'en' or 'ko'")
    }
    try body.finish()
    if name != nil, text == nil { throw body.wrong("name", "belongs to 'text'") }
    guard (document == nil) != (text == nil) else {
      throw body.wrong(
        document == nil ? "document_id" : "text",
        document == nil ? "is missing: name an upload, or give a 'text'" : "excludes 'document_id'")
    }
    let settings = wish.settings(backend.products.filmDefaults, backend.pipeline.studio.shelf)
    var portraitPath: String?
    if let portrait {
      let file = try await Self.file(portrait, "portrait_document_id", body, backend)
      guard file.mediaType == "image/png" || file.mediaType == "image/jpeg" else {
        throw body.wrong("portrait_document_id", "is no picture: upload a PNG or a JPEG")
      }
      portraitPath = try await backend.assets.file(of: file.sha256)
    }
    var order: VideoPipeline.Order
    if let document {
      let file = try await Self.file(document, "document_id", body, backend)
      order = VideoPipeline.Order(
        briefPath: try await backend.assets.file(of: file.sha256), settings: settings)
      order.briefName = file.name
      folder = nil
    } else {
      let folder = "\(backend.folder)/uploads/\(UUID().uuidString)"
      let path = folder + "/brief"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data((text ?? "").utf8).write(to: URL(fileURLWithPath: path))
      order = VideoPipeline.Order(briefPath: path, settings: settings)
      order.briefName = FileName.safe(name ?? "brief.md")
      self.folder = folder
    }
    order.portraitPath = portraitPath
    order.budgetMicrodollars = budget.map(Int64.init)
    (self.order, self.document) = (order, document)
  }

  /// Forgets the text, which is in the asset store where a project was made of it.
  func end() {
    if let folder { try? FileManager.default.removeItem(atPath: folder) }
  }

  private static func file(
    _ id: String, _ key: String, _ body: ObjectReader, _ backend: NodeBackend
  ) async throws -> UploadedDocument {
    guard let file = try await backend.pipeline.document(id) else {
      throw body.wrong(key, "names no document of this node: upload it first")
    }
    return file
  }
}

extension ObjectReader {
  /// A name of something: not empty, on one line.
  mutating func word(_ key: String, upTo limit: Int = 200) throws -> String? {
    guard let text = try string(key, upTo: limit) else { return nil }
    let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    guard !text.isEmpty, isPlain else { throw wrong(key, "must be a name") }
    return text
  }
}

enum CaptionLanguage {
  static func isOne(_ text: String) -> Bool { CaptionFile.isLanguage(text) }
}

/// Names that clients give files; they are shown and never used as paths.
enum FileName {
  /// The last part without control characters; `document` where nothing is left.
  static func safe(_ name: String) -> String {
    let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
    let plain = String(
      String.UnicodeScalarView(
        last.unicodeScalars.filter {
          ![.control, .format, .lineSeparator, .paragraphSeparator].contains(
            $0.properties.generalCategory)
        }))
    let trimmed = String(plain.prefix(200)).trimmingCharacters(in: .whitespaces)
    return trimmed.isEmpty || trimmed == "." || trimmed == ".." ? "document" : trimmed
  }
}

/// Where films go that clients ask for by name.
struct OutputPlace {
  private let folder: String?

  /// Nil: nothing can be written by name.
  init(_ folder: String?) { self.folder = folder }

  struct Refused: Error, CustomStringConvertible { let description: String }

  /// The absolute path of a name such as `films/tour.mp4`; makes the folders above it.
  func path(_ name: String, suffix: String = ".mp4") throws(Refused) -> String {
    guard let folder else {
      throw Refused(description: "cannot be given: the node was started without a folder for films")
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let isPlain = parts.allSatisfy { part in
      !part.isEmpty && !part.hasPrefix(".") && part.utf8.count <= 200
        && part.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
    guard isPlain, parts.count <= 8 else {
      throw Refused(description: "must be a name below the node's folder for films")
    }
    guard name.lowercased().hasSuffix(suffix) else {
      throw Refused(description: "must end in \(suffix)")
    }
    let target = folder + "/" + parts.joined(separator: "/")
    let parent = (target as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
    } catch {
      throw Refused(description: "lies in a folder that cannot be made")
    }
    // A link in the folder would lead out of it.
    let (real, root) = (
      URL(fileURLWithPath: parent).resolvingSymlinksInPath().path,
      URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    )
    guard real == root || real.hasPrefix(root + "/") else {
      throw Refused(description: "leads out of the node's folder for films")
    }
    let facts = try? FileManager.default.attributesOfItem(atPath: target)
    if let kind = facts?[.type] as? FileAttributeType, kind != .typeRegular {
      throw Refused(description: "is no file that could be replaced")
    }
    return target
  }
}
