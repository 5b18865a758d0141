internal import Foundation
internal import SceneDocument
internal import WebClient

/// Google's store of files that are too large to be sent within a request. They are free, and deleted there after two
/// days.
struct GeminiFiles: Sendable {
  let service: GoogleService
  /// Milliseconds before each question whether a file is ready; the last one goes on until the deadline.
  var polling = Polling(waitsMS: [500, 1000, 2000], deadlineMS: 300_000)
  /// Bytes of one request.
  var piece: Int64 = 8 << 20
  /// Of a request that carries no piece; one that does has five times as long.
  var timeout: Duration = .seconds(60)

  struct File: Sendable {
    /// `files/k3v9s0`.
    var name: String
    var uri: String
    var mediaType: String
  }

  /// Uploads `path` and waits until it can be used. Throws `ProviderError`.
  func upload(_ path: String, mediaType: String, displayName: String, now: Int64) async throws
    -> File
  {
    let size = try size(of: path)
    let begun = try await begin(size, mediaType: mediaType, displayName: displayName, now: now)
    let json = try await send(path, size: size, to: begun, now: now)
    return try await ready(json, mediaType: mediaType, now: now)
  }

  /// Removes a file; that it cannot be removed is no failure, since the service deletes it soon.
  func delete(_ file: File, now: Int64) async {
    _ = try? await service.send(
      .delete, "/\(file.name)", .reading, timeout: timeout, now: now)
  }

  private func size(of path: String) throws -> Int64 {
    let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int64
    guard let size, size > 0 else {
      throw service.calls.error(
        .permanent, code: "file", "cannot read the brief '\(path)'",
        advice: "see whether the file is still there")
    }
    return size
  }

  /// Gives the address to send to. It stands for the right to write, so no message shows it.
  private func begin(
    _ size: Int64, mediaType: String, displayName: String, now: Int64
  ) async throws -> String {
    let body: JSONValue = ["file": ["displayName": .string(displayName)]]
    let request = WebRequest(
      .post, service.account.uploadURL + "/files",
      headers: [
        service.keyHeader, ("x-goog-upload-protocol", "resumable"),
        ("x-goog-upload-command", "start"), ("x-goog-upload-header-content-length", "\(size)"),
        ("x-goog-upload-header-content-type", mediaType), ("content-type", "application/json"),
      ], body: .bytes(body.bytes), timeout: timeout)
    let reply = try await service.calls.send(request, .free)
    try check(reply, now)
    guard let url = reply.headers["x-goog-upload-url"], service.account.allows(url) else {
      throw service.calls.malformed("no address to upload to", reply, .free)
    }
    return url
  }

  private func check(_ reply: WebReply, _ now: Int64) throws {
    if reply.isSuccess { return }
    throw service.error(of: GoogleFault(reply, service.calls), .reading, now: now)
  }

  /// Sends the pieces. After trouble the service is asked how much it has; three troubles are one too many.
  private func send(_ path: String, size: Int64, to url: String, now: Int64) async throws
    -> JSONValue
  {
    var offset: Int64 = 0
    var troubles = 0
    while true {
      let end = min(offset + piece, size)
      do {
        let reply = try await send(path, offset..<end, isLast: end == size, to: url)
        try check(reply, now)
        switch reply.headers["x-goog-upload-status"]?.lowercased() {
        case "final":
          guard let json = JSONValue(reading: reply.body) else {
            throw service.calls.malformed("no JSON", reply, .free)
          }
          return json
        case "active" where end < size: offset = end
        default: throw service.calls.malformed("no state of the upload", reply, .free)
        }
      } catch let error as ProviderError where error.kind == .retry && troubles < 3 {
        troubles += 1
        offset = await received(url).flatMap { $0 < size ? $0 : nil } ?? offset
      }
    }
  }

  private func send(
    _ path: String, _ range: Range<Int64>, isLast: Bool, to url: String
  ) async throws -> WebReply {
    let request = WebRequest(
      .post, url,
      headers: [
        ("x-goog-upload-offset", "\(range.lowerBound)"),
        ("x-goog-upload-command", isLast ? "upload, finalize" : "upload"),
      ], body: .file(path: path, range: range), timeout: timeout * 5)
    return try await service.calls.send(request, .free)
  }

  /// Bytes that have arrived; nil where the service does not say.
  private func received(_ url: String) async -> Int64? {
    let request = WebRequest(
      .post, url, headers: [("x-goog-upload-command", "query")], timeout: timeout)
    guard let reply = try? await service.calls.send(request, .free), reply.isSuccess else {
      return nil
    }
    return reply.headers["x-goog-upload-size-received"].flatMap(Int64.init)
  }

  private func ready(_ json: JSONValue, mediaType: String, now: Int64) async throws -> File {
    var json = json.at("file") ?? json
    var waited: Int64 = 0
    var question = 0
    while true {
      guard let name = json.at("name")?.text, let uri = json.at("uri")?.text,
        name.wholeMatch(of: #/files/[A-Za-z0-9_\-]{1,100}/#) != nil
      else {
        throw service.calls.error(
          .retry, code: "malformed_reply", "\(service.calls.name) did not name the uploaded file",
          advice: "it is tried again")
      }
      switch json.at("state")?.text ?? "ACTIVE" {
      case "ACTIVE": return File(name: name, uri: uri, mediaType: mediaType)
      case "FAILED":
        throw service.calls.error(
          .permanent, code: "FILE_FAILED",
          "\(service.calls.name) cannot read the file: \(json.at("error", "message")?.text ?? "no reason given")",
          advice: "see whether the PDF opens elsewhere, or save it anew")
      default: break
      }
      let wait = polling.wait(before: question)
      (waited, question) = (waited + wait, question + 1)
      if waited > polling.deadlineMS {
        throw service.calls.error(
          .retry, code: "FILE_PROCESSING",
          "\(service.calls.name) is not done with the file in time",
          advice: "it is tried again")
      }
      try await Task.sleep(for: .milliseconds(wait))
      let answer = try await service.send(
        .get, "/\(name)", .reading, timeout: timeout, now: now)
      json = answer.json.at("file") ?? answer.json
    }
  }
}
