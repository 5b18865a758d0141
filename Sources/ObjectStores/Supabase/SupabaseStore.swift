internal import Foundation
internal import Synchronization
public import WebClient

/// A bucket of Supabase Storage.
public final class SupabaseStore: ObjectStore {
  public let name: String
  let settings: SupabaseSettings
  /// Without a slash at the end.
  let base: String
  let web: WebClient
  let retry: RetryPolicy
  /// Addresses of resumable uploads that were cut short, by what was uploaded.
  let unfinished = Mutex<[String: String]>([:])

  /// Throws `ObjectStoreError` for settings that cannot work. Nothing is sent yet.
  public init(
    _ settings: SupabaseSettings, web: WebClient, retry: RetryPolicy = RetryPolicy()
  ) throws {
    let name = "Supabase bucket '\(ObjectStoreError.printable(settings.bucket))' at "
    guard let endpoint = S3Endpoint(settings.endpoint) else {
      throw ObjectStoreError(
        .permanent, store: name + "an unknown host", key: nil, "the endpoint is no address",
        advice: "set it to something like https://project.supabase.co/storage/v1")
    }
    self.name = name + endpoint.host
    guard (1...100).contains(settings.bucket.utf8.count), !settings.bucket.contains("/"),
      SupabaseStore.isLegal(settings.bucket), settings.bucket != ".", settings.bucket != ".."
    else {
      throw ObjectStoreError(
        .permanent, store: self.name, key: nil, "that is no name of a bucket",
        advice: "set the bucket's name: letters, digits and simple signs of ASCII, no slashes")
    }
    base = "\(endpoint.scheme)://\(endpoint.host)\(endpoint.path)"
    (self.settings, self.web, self.retry) = (settings, web, retry)
  }

  // MARK: - Objects

  public func put(
    fileAt path: String, as key: String, contentType: String, sha256: String?
  ) async throws {
    try check(key)
    let size = try LocalFile.size(path, store: name, key: key)
    do {
      if size > settings.chunksAbove {
        try await putInChunks(path, size: size, as: key, contentType: contentType, sha256: sha256)
      } else {
        try await putWhole(path, size: size, as: key, contentType: contentType)
      }
    } catch let error as ObjectStoreError where error.kind == .exists {
      // Perhaps an earlier try of ours whose answer was lost, or another machine with the same content.
      guard try await isThere(path, size: size, as: key) else { throw error }
    }
  }

  private func putWhole(
    _ path: String, size: Int64, as key: String, contentType: String
  ) async throws {
    let body: WebRequest.Body = size == 0 ? .bytes([]) : .file(path: path, range: 0..<size)
    _ = try await send(
      .post, object(key), key: key,
      headers: [
        ("Content-Type", contentType), ("Cache-Control", "max-age=\(settings.cacheSeconds)"),
        ("x-upsert", settings.replaces ? "true" : "false"),
      ], body: body, bytes: size)
  }

  /// Whether the object has this content, as far as the service tells.
  private func isThere(_ path: String, size: Int64, as key: String) async throws -> Bool {
    guard let there = try await facts(of: key), there.size == size else { return false }
    let isMD5 = there.etag.utf8.count == 32 && there.etag.allSatisfy(\.isHexDigit)
    guard isMD5 else { return true }
    return try ContentHash.of(path, store: name, key: key).md5 == there.etag.lowercased()
  }

  public func get(_ key: String, to path: String, sha256: String?) async throws -> ObjectFacts {
    try check(key)
    return try await retry.fetching(key, of: name, to: path, sha256: sha256) {
      try await fetch(key, to: $0)
    }
  }

  private func fetch(_ key: String, to path: String) async throws -> ObjectFacts {
    let result: Result<WebClient.Download, DownloadRefused>
    do {
      result = try await web.download(
        base + object(key, "authenticated/"), headers: keys, to: path, limit: .max,
        timeout: .seconds(6 * 3600))
    } catch let failure as WebFailure {
      throw ObjectStoreError(failure, store: name, key: key)
    }
    switch result {
    case .success(let download):
      return ObjectFacts(
        key: key, size: download.bytes,
        etag: S3Store.unquoted(download.headers["etag"] ?? ""),
        contentType: download.headers["content-type"] ?? "")
    case .failure(let refused):
      throw SupabaseFault(refused.reply, secrets: secrets)
        .error(refused.reply, store: name, key: key)
    }
  }

  public func read(_ key: String, bytes range: Range<Int64>) async throws -> [UInt8] {
    try check(key)
    if range.isEmpty { return [] }
    do {
      let reply = try await send(
        .get, object(key, "authenticated/"), key: key,
        headers: [("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")])
      if reply.status == 206 { return reply.body }
      return Array(reply.body.dropFirst(Int(range.lowerBound)).prefix(range.count))
    } catch let error as ObjectStoreError
      where error.code == "HTTP 416" || error.code == "InvalidRange"
    {
      return []
    }
  }

  public func facts(of key: String) async throws -> ObjectFacts? {
    try check(key)
    do {
      // HEAD could not tell a missing object from a wrong request: both are 400 without a word.
      let reply = try await send(.get, object(key, "info/"), key: key)
      let info: Info = try read(reply, key)
      guard let size = info.size ?? info.metadata?.size else { return try await listed(key) }
      return ObjectFacts(
        key: key, size: size, etag: S3Store.unquoted(info.etag ?? info.metadata?.eTag ?? ""),
        contentType: info.contentType ?? info.metadata?.mimetype ?? "")
    } catch let error as ObjectStoreError where error.kind == .missing {
      // Some versions answer so for objects that are there.
      return try await listed(key)
    }
  }

  public func delete(_ key: String) async throws {
    try check(key)
    do {
      _ = try await send(.delete, object(key), key: key)
    } catch let error as ObjectStoreError where error.kind == .missing {}
  }

  public func signedURL(
    of key: String, expires: Duration, fileName: String?
  ) async throws -> String {
    try check(key)
    let seconds = expires.components.seconds
    guard (1...Int64(Int32.max)).contains(seconds) else {
      throw ObjectStoreError(
        .permanent, store: name, key: key, "an address cannot be signed for \(seconds) s",
        advice: "ask for at least 1 second")
    }
    let reply = try await send(
      .post, object(key, "sign/"), key: key, json: ["expiresIn": .number(seconds)])
    let signed: Signed = try read(reply, key)
    guard signed.signedURL.hasPrefix("/object/sign/") else {
      throw ObjectStoreError(
        .permanent, store: name, key: key, "the service signed an address of an unknown form")
    }
    let download = fileName.map { "&download=" + ObjectKey.encoded($0) } ?? ""
    return base + signed.signedURL + download
  }

  private struct Signed: Decodable { var signedURL: String }

  private struct Info: Decodable {
    var size: Int64?
    var etag: String?
    var contentType: String?
    var metadata: Metadata?

    enum CodingKeys: String, CodingKey {
      case size, etag, metadata
      case contentType = "content_type"
    }
  }

  struct Metadata: Decodable {
    var size: Int64?
    var eTag: String?
    var mimetype: String?
  }

  // MARK: - Keys

  /// The letters that the service takes; all others it refuses.
  static func isLegal(_ key: String) -> Bool {
    key.utf8.allSatisfy { byte in
      let signs = "_/!.*'() &$=@;:+,?-".utf8
      return (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte) || signs.contains(byte)
    }
  }

  func check(_ key: String) throws {
    try ObjectKey.check(key, store: name)
    guard Self.isLegal(key), !key.hasPrefix("/") else {
      throw ObjectStoreError(
        .permanent, store: name, key: key, code: "InvalidKey",
        "Supabase Storage does not take this key",
        advice: "use letters, digits and simple signs of ASCII alone")
    }
  }
}
