internal import Foundation
internal import Storage
internal import Synchronization
internal import WebClient

extension SupabaseStore {
  /// The only length that the service takes, but for the last one.
  static let chunk: Int64 = 6 << 20

  /// Uploads resumably (TUS 1.0.0). After a broken connection the service is asked how far it came; what an earlier `put`
  /// of the same file through this store had brought over is not sent again.
  func putInChunks(
    _ path: String, size: Int64, as key: String, contentType: String, sha256: String?
  ) async throws {
    let content = try sha256 ?? ContentHash.of(path, store: name, key: key).sha256
    let label = "\(content)/\(key)"
    // Fewer addresses have ended than this; more is a fault of the service.
    for _ in 0..<3 {
      let address: String
      if let known = unfinished.withLock({ $0[label] }) {
        address = known
      } else {
        address = try await create(key, size: size, contentType: contentType)
        unfinished.withLock { $0[label] = address }
      }
      do {
        try await sendChunks(path, size: size, to: address, key: key)
        unfinished.withLock { $0[label] = nil }
        return
      } catch let error as ObjectStoreError where error.kind == .missing {
        // The address has expired, or the upload has just ended: then the object is there.
        unfinished.withLock { $0[label] = nil }
        if let there = try await facts(of: key), there.size == size { return }
      } catch let error as ObjectStoreError where !error.isRetryable {
        unfinished.withLock { $0[label] = nil }
        _ = try? await once(tus(.delete, address), key: key)
        throw error
      }
    }
    throw ObjectStoreError(
      .retry, store: name, key: key, "the service forgets resumable uploads while they run")
  }

  private func create(_ key: String, size: Int64, contentType: String) async throws -> String {
    let metadata = [
      ("bucketName", settings.bucket), ("objectName", key), ("contentType", contentType),
      ("cacheControl", "\(settings.cacheSeconds)"),
    ].map { "\($0) \(Data($1.utf8).base64EncodedString())" }.joined(separator: ",")
    let request = tus(
      .post, base + "/upload/resumable",
      headers: [
        ("Upload-Length", "\(size)"), ("Upload-Metadata", metadata),
        ("x-upsert", settings.replaces ? "true" : "false"),
      ])
    return try await retry.run { _ in
      let reply = try await once(request, key: key)
      guard reply.status == 201 else { throw fault(reply, key) }
      // The last part is the upload's name. The rest may be a host that cannot be reached from here, or one that our
      // keys are none of.
      guard let location = reply.headers["location"],
        let id = location.prefix(while: { $0 != "?" }).split(separator: "/").last, !id.isEmpty
      else {
        throw ObjectStoreError(
          .retry, store: name, key: key, "the service began an upload without saying which")
      }
      return base + "/upload/resumable/" + id
    }
  }

  private func sendChunks(
    _ path: String, size: Int64, to address: String, key: String
  ) async throws {
    var offset = try await retry.run { _ in try await self.offset(address, size: size, key) }
    while offset < size {
      try Task.checkCancellation()
      let start = offset
      offset = try await retry.run { attempt in
        // Never from where we believe to be: the answer to a chunk may have been lost.
        let from = attempt == 1 ? start : try await self.offset(address, size: size, key)
        if from >= size { return from }
        return try await sendChunk(path, from: from, size: size, to: address, key: key)
      }
      if offset <= start {
        throw ObjectStoreError(
          .retry, store: name, key: key, "the service took a chunk and kept nothing of it")
      }
    }
  }

  private func sendChunk(
    _ path: String, from: Int64, size: Int64, to address: String, key: String
  ) async throws -> Int64 {
    let range = from..<min(size, from + Self.chunk)
    let reply = try await once(
      tus(
        .patch, address,
        headers: [
          ("Content-Type", "application/offset+octet-stream"), ("Upload-Offset", "\(from)"),
        ], body: .file(path: path, range: range), bytes: range.upperBound - from), key: key)
    guard reply.status == 204 || reply.status == 200 else {
      // That the offset is another one is mended by asking for it; that the key is taken is not.
      let text = String(decoding: reply.body.prefix(200), as: UTF8.self)
      if reply.status == 409, !text.contains("already exists") {
        throw ObjectStoreError(
          .retry, store: name, key: key, code: "HTTP 409", "the service is at another place")
      }
      throw fault(reply, key)
    }
    guard let next = reply.headers["upload-offset"].flatMap(Int64.init), next <= size else {
      throw ObjectStoreError(
        .retry, store: name, key: key, "the service did not say how far the upload is")
    }
    return next
  }

  private func offset(_ address: String, size: Int64, _ key: String) async throws -> Int64 {
    let reply = try await once(tus(.head, address), key: key)
    guard reply.isSuccess else { throw fault(reply, key) }
    guard let offset = reply.headers["upload-offset"].flatMap(Int64.init),
      (0...size).contains(offset)
    else {
      throw ObjectStoreError(
        .retry, store: name, key: key, "the service did not say how far the upload is")
    }
    return offset
  }

  private func tus(
    _ method: WebRequest.Method, _ address: String,
    headers: [(name: String, value: String)] = [], body: WebRequest.Body = .none, bytes: Int64 = 0
  ) -> WebRequest {
    WebRequest(
      method, address, headers: headers + [("Tus-Resumable", "1.0.0")] + keys, body: body,
      timeout: .seconds(60 + bytes / (64 << 10)))
  }

  /// Errors of resumable uploads are plain text with true statuses.
  private func fault(_ reply: WebReply, _ key: String) -> ObjectStoreError {
    var fault = SupabaseFault(reply, secrets: secrets)
    if fault.code.isEmpty, fault.status == 404, fault.message.contains("Bucket") {
      fault.code = "NoSuchBucket"
    }
    return fault.error(reply, store: name, key: key)
  }
}
