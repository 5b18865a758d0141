internal import Crypto
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOFoundationCompat
internal import NIOPosix
internal import Pipelines
internal import SceneDocument

/// Documents: uploads, from which projects are made.
struct DocumentRoutes: RouteGroup {
  let backend: NodeBackend

  /// Where bodies go to the disk as they come.
  static let uploads = "/api/v1/documents"

  func add(to routes: Routes) {
    let documents = routes.api.group("documents")
    documents.get("") { request, _ in try await list(request) }
    documents.post("") { request, context in try await upload(request, context) }
    documents.one("document") { try await backend.pipeline.document($0)?.json }
  }

  private func list(_ request: Request) async throws -> Response {
    let page = try await Page(request) { query, count in
      try await backend.pipeline.documents(before: try query.cursor()?[0], limit: count)
    }
    return page.response(cursor: { Cursor.text($0.id) }, value: \.json)
  }

  // MARK: Uploading

  private func upload(_ request: Request, _ context: NodeContext) async throws -> Response {
    let query = try QueryReader(request, known: ["name"])
    let type = request.headers[.contentType] ?? ""
    let isForm = HeaderParameters(type).value == "multipart/form-data"
    let sink = try UploadSink(
      folder: backend.folder + "/uploads", limit: backend.products.uploadLimit,
      form: isForm ? try Self.form(type) : nil)
    do {
      // The form's own lines come on top of the file.
      try await BodyReader.stream(
        request, context, upTo: backend.products.uploadLimit + (isForm ? 64 << 10 : 0)
      ) { try await sink.take($0) }
      let told = request.headers[.contentLength].flatMap { Int($0) }
      let file = try await sink.finish(announced: told)
      let name = FileName.safe(query["name"] ?? file.name)
      let media = try await MediaSniffer.type(ofFileAt: file.path)
      guard file.bytes > 0 else {
        throw Problem.invalid("the document '\(name)' is empty", advice: "choose another file")
      }
      guard MediaSniffer.documents.contains(media) else {
        throw Problem(
          .unsupportedMediaType, "the document '\(name)' is no PDF, Markdown, text, PNG or JPEG",
          advice: "choose another file; text has to be UTF-8 or UTF-16")
      }
      let answer = try await context.once("\(name)\n\(file.sha256)") { claim in
        try await backend.pipeline.keepDocument(
          fileAt: file.path, name: name, mediaType: Self.type(media, name)
        ) { document, db in
          let answer = Answered(document.json, at: "\(Self.uploads)/\(document.id)")
          try answer.keep(claim, db)
          return answer
        }.response
      }
      await sink.remove()
      return answer
    } catch {
      await sink.remove()
      if let broken = error as? MultipartReader.Broken { throw Self.problem(broken) }
      throw error
    }
  }

  /// Text is text; whether its author calls it Markdown is told by the name.
  private static func type(_ type: String, _ name: String) -> String {
    guard type == "text/plain" else { return type }
    let isMarkdown = [".md", ".markdown"].contains { name.lowercased().hasSuffix($0) }
    return isMarkdown ? "text/markdown" : type
  }

  private static func form(_ type: String) throws -> MultipartReader {
    do {
      return try MultipartReader(contentType: type, field: "file")
    } catch let broken as MultipartReader.Broken {
      throw problem(broken)
    }
  }

  private static func problem(_ broken: MultipartReader.Broken) -> Problem {
    broken.isContent
      ? .invalid(broken.description, advice: "send the file as the one field 'file'")
      : .badRequest(broken.description, advice: "send the form again")
  }
}

/// Writes an upload to a file as it comes; nothing of it stays in memory.
actor UploadSink {
  private let path: String
  private let limit: Int
  private var form: MultipartReader?
  private var handle: FileHandle?
  private var bytes = 0
  private var received = 0
  private var hash = SHA256()

  struct Uploaded: Sendable {
    var path: String
    /// As the client calls it; may be anything.
    var name: String
    var bytes: Int
    /// Of the content; hexadecimal.
    var sha256: String
  }

  /// - Parameter form: takes the file out of a form; nil where the body is the file.
  init(folder: String, limit: Int, form: MultipartReader?) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    Self.removeAbandoned(in: folder)
    path = "\(folder)/\(UUID().uuidString)"
    guard
      FileManager.default.createFile(
        atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forWritingAtPath: path)
    else {
      throw Problem(
        .serviceUnavailable, "uploads cannot be written", advice: "make room in the node's folder")
    }
    (self.limit, self.form, self.handle) = (limit, form, handle)
  }

  func take(_ piece: ByteBuffer) async throws {
    received += piece.readableBytes
    var data = Data(buffer: piece)
    if form != nil { data = try form!.take(data) }
    bytes += data.count
    guard bytes <= limit else {
      throw Problem(
        .contentTooLarge, "the document is larger than \(limit >> 20) MiB",
        advice: "give a shorter one", headers: [.connection: "close"])
    }
    guard let handle, !data.isEmpty else { return }
    hash.update(data: data)
    let written = data
    do {
      try await NIOThreadPool.singleton.runIfActive { try handle.write(contentsOf: written) }
    } catch {
      throw Problem(
        .serviceUnavailable, "the upload cannot be written (\(error.localizedDescription))",
        advice: "make room on the node's disk")
    }
  }

  /// - Parameter announced: how long the body was said to be.
  func finish(announced: Int?) throws -> Uploaded {
    try form?.finish()
    if let announced, announced != received {
      throw Problem.badRequest("the body ended after \(received) of \(announced) bytes")
    }
    try handle?.close()
    handle = nil
    return Uploaded(
      path: path, name: form?.fileName ?? "document", bytes: bytes,
      sha256: hash.finalize().hexadecimal)
  }

  /// Also what was cut in the middle.
  func remove() {
    try? handle?.close()
    handle = nil
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Of processes that were killed.
  private static func removeAbandoned(in folder: String) {
    let files = FileManager.default
    for name in (try? files.contentsOfDirectory(atPath: folder)) ?? [] {
      let facts = try? files.attributesOfItem(atPath: "\(folder)/\(name)")
      guard let written = facts?[.modificationDate] as? Date,
        -written.timeIntervalSinceNow > 86_400
      else { continue }
      try? files.removeItem(atPath: "\(folder)/\(name)")
    }
  }
}
