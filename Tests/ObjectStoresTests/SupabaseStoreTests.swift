import Foundation
import Storage
import TestServers
import Testing
import WebClient

@testable import ObjectStores

@Suite struct SupabaseStoreTests {
  static func store(
    _ endpoint: String, bucket: String = "films", token: String = SupabaseServer.serviceToken,
    change: (inout SupabaseSettings) -> Void = { _ in }
  ) throws -> SupabaseStore {
    var settings = SupabaseSettings(
      endpoint: endpoint, bucket: bucket, gatewayKey: Secret(SupabaseServer.gatewayKey),
      token: try #require(Secret(token)))
    change(&settings)
    return try SupabaseStore(settings, web: .shared, retry: .quick)
  }

  /// A server with the bucket `films`, and a folder.
  private func serving(
    _ work: @escaping @Sendable (SupabaseServer, String, TestFolder) async throws -> Void
  ) async throws {
    let server = SupabaseServer()
    await server.makeBucket("films")
    let folder = try TestFolder()
    try await server.serving { try await work(server, $0, folder) }
  }

  private func error(_ work: () async throws -> Void) async throws -> ObjectStoreError {
    do { try await work() } catch let error as ObjectStoreError { return error }
    throw S3FaultTests.Unexpected()
  }

  @Test(
    "what was put comes back, under any key the service takes",
    arguments: ["plain.txt", "with space.txt", "a+b&c=d?e", "deep/er/and/deeper", "(it's)!*@$;:,"])
  func keys(key: String) async throws {
    try await serving { server, endpoint, folder in
      let store = try Self.store(endpoint)
      let path = try folder.write("in", "content of \(key)")
      try await store.put(fileAt: path, as: key, contentType: "text/plain", sha256: nil)
      #expect(await server.keys("films") == [key])
      #expect(await server.contentType("films", key) == "text/plain")
      #expect(await server.cacheControl("films", key) == "max-age=3600")
      let facts = try #require(try await store.facts(of: key))
      #expect(facts.size == Int64(try bytes(path).count))
      _ = try await store.get(key, to: folder.file("out"), sha256: ContentHash.of(path).sha256)
      #expect(try bytes(folder.file("out")) == bytes(path))
      #expect(try await store.read(key, bytes: 2..<5) == Array("nte".utf8))
      #expect(try await store.read(key, bytes: 900..<905) == [])
      #expect(try await store.listAll(prefix: "").map(\.key) == [key])
      let address = try await store.signedURL(of: key, expires: .seconds(60), fileName: "이름.txt")
      let reply = try await WebClient.shared.send(WebRequest(.get, address))
      #expect(reply.status == 200 && reply.headers["content-disposition"]?.contains("%EC") == true)
      try await store.delete(key)
      try await store.delete(key)
      #expect(try await store.facts(of: key) == nil)
    }
  }

  @Test(
    "keys that the service refuses, or that lead elsewhere, are not sent",
    arguments: [
      "", "한글.txt", "é", "a%20b", "..", "a/../b", "/a", "a\nb", String(repeating: "k", count: 1025),
    ])
  func hostileKeys(key: String) async throws {
    try await serving { server, endpoint, folder in
      let store = try Self.store(endpoint)
      let path = try folder.write("in", "x")
      let error = try await error {
        try await store.put(fileAt: path, as: key, contentType: "text/plain", sha256: nil)
      }
      #expect(error.code == "InvalidKey")
      #expect(await server.requests.isEmpty)
    }
  }

  struct Row: Sendable, CustomTestStringConvertible {
    var http: Int
    var status: String
    var error: String
    var message: String
    var code: String?
    var kind: ObjectStoreError.Kind
    var isRepeated: Bool
    var testDescription: String { "\(status) \(code ?? error)" }

    init(
      _ http: Int, _ status: String, _ error: String, _ message: String, _ code: String?,
      _ kind: ObjectStoreError.Kind, _ isRepeated: Bool = false
    ) {
      (self.http, self.status, self.error, self.message) = (http, status, error, message)
      (self.code, self.kind, self.isRepeated) = (code, kind, isRepeated)
    }
  }

  static let rows: [Row] = [
    Row(400, "404", "not_found", "Object not found", "NoSuchKey", .missing),
    Row(400, "404", "Not found", "The resource was not found", "NoSuchKey", .missing),
    Row(400, "404", "Bucket not found", "Bucket not found", "NoSuchBucket", .permanent),
    Row(400, "404", "Bucket not found", "Bucket not found", nil, .permanent),
    Row(400, "409", "Duplicate", "The resource already exists", "KeyAlreadyExists", .exists),
    Row(
      400, "403", "Unauthorized", "new row violates row-level security policy", "AccessDenied",
      .denied),
    Row(400, "42501", "", "new row violates row-level security policy", nil, .denied),
    Row(
      400, "413", "Payload too large", "The object exceeded the maximum allowed size",
      "EntityTooLarge", .tooLarge),
    Row(
      400, "413", "Payload too large", "The object exceeded the maximum allowed size", nil,
      .tooLarge),
    Row(
      400, "415", "invalid_mime_type", "mime type x/y is not supported", "InvalidMimeType",
      .permanent),
    Row(400, "400", "InvalidKey", "Invalid key: k", "InvalidKey", .permanent),
    Row(400, "400", "InvalidJWT", "jwt expired", "InvalidJWT", .denied),
    Row(400, "400", "InvalidSignature", "Invalid signature", "InvalidSignature", .denied),
    Row(400, "423", "ResourceLocked", "The resource is locked", "ResourceLocked", .retry, true),
    Row(
      400, "503", "acquiring_lock_timeout", "acquiring lock timeout", "LockTimeout", .retry, true),
    Row(
      544, "544", "DatabaseTimeout", "The connection to the database timed out", "DatabaseTimeout",
      .retry, true),
    Row(429, "429", "too_many_connections", "Too many connections", "SlowDown", .retry, true),
    Row(500, "500", "boom", "S3ServiceException", "S3Error", .retry, true),
    Row(500, "500", "boom", "Error", "InternalError", .retry, true),
    Row(404, "404", "Not Found", "Route GET:/x not found", "InvalidRequest", .missing),
  ]

  @Test("what an error means", arguments: rows)
  func table(row: Row) async throws {
    try await serving { server, endpoint, folder in
      let store = try Self.store(endpoint)
      for _ in 0..<(row.isRepeated ? 4 : 1) {
        await server.next(
          "GET", "/object/authenticated/",
          .fault(
            http: row.http, status: row.status, error: row.error, message: row.message,
            code: row.code))
      }
      let error = try await error {
        _ = try await store.get("k", to: folder.file("out"), sha256: nil)
      }
      #expect(error.kind == row.kind)
      #expect(await server.requests.count == (row.isRepeated ? 4 : 1))
      #expect(error.description.contains("'k'") && error.description.contains("\n  → "))
    }
  }

  @Test(
    "what a gateway says is judged by its status",
    arguments: [
      (413, ObjectStoreError.Kind.tooLarge), (502, .retry), (503, .retry), (401, .denied),
      (429, .retry),
    ])
  func gateway(status: Int, kind: ObjectStoreError.Kind) async throws {
    try await serving { server, endpoint, folder in
      let store = try Self.store(endpoint)
      let path = try folder.write("in", "x")
      for _ in 0..<4 {
        await server.next("POST", "/object/", .page(http: status, "<html>no</html>"))
      }
      let error = try await error {
        try await store.put(fileAt: path, as: "k", contentType: "text/plain", sha256: nil)
      }
      #expect(error.kind == kind)
    }
  }

  @Test("limits of the bucket, unknown buckets and weak tokens are errors with advice")
  func refusals() async throws {
    try await serving { server, endpoint, folder in
      await server.makeBucket("small", sizeLimit: 3, types: ["image/*"])
      let path = try folder.write("in", "four")
      let put = { (bucket: String, token: String, type: String) in
        try await self.error {
          try await Self.store(endpoint, bucket: bucket, token: token)
            .put(fileAt: path, as: "k", contentType: type, sha256: nil)
        }
      }
      #expect(try await put("small", SupabaseServer.serviceToken, "image/png").kind == .tooLarge)
      #expect(
        try await put("nothing", SupabaseServer.serviceToken, "image/png").code == "NoSuchBucket")
      #expect(try await put("films", SupabaseServer.anonymousToken, "image/png").kind == .denied)
      let expired = try await put("films", "expired-token-of-ours", "image/png")
      #expect(expired.kind == .denied && !expired.description.contains("expired-token-of-ours"))
      await server.makeBucket("images", types: ["image/*"])
      #expect(
        try await put("images", SupabaseServer.serviceToken, "video/mp4").code == "InvalidMimeType")
      #expect(await server.keys("images").isEmpty)
    }
  }

  @Test("what others own is not there for a user")
  func owners() async throws {
    try await serving { server, endpoint, folder in
      let path = try folder.write("in", "x")
      let one = try Self.store(endpoint, token: SupabaseServer.userTokens[0])
      let two = try Self.store(endpoint, token: SupabaseServer.userTokens[1])
      try await one.put(fileAt: path, as: "k", contentType: "text/plain", sha256: nil)
      #expect(try await one.facts(of: "k")?.size == 1)
      #expect(try await two.facts(of: "k") == nil)
      let error = try await error {
        try await two.put(fileAt: path, as: "k", contentType: "text/plain", sha256: nil)
      }
      #expect(error.kind == .denied)
    }
  }

  @Test("replacing is a setting; a lost answer is no conflict")
  func conflicts() async throws {
    try await serving { server, endpoint, folder in
      let path = try folder.write("in", "content")
      let other = try folder.write("other", "something else")
      let keeping = try Self.store(endpoint) { $0.replaces = false }
      // The first try is done, its answer lost; the second finds the key taken, by itself.
      await server.next("POST", "/object/films/", .lostAnswer)
      try await keeping.put(fileAt: path, as: "k", contentType: "text/plain", sha256: nil)
      let error = try await error {
        try await keeping.put(fileAt: other, as: "k", contentType: "text/plain", sha256: nil)
      }
      #expect(error.kind == .exists)
      #expect(await server.content("films", "k") == Array("content".utf8))
      try await Self.store(endpoint)
        .put(fileAt: other, as: "k", contentType: "text/plain", sha256: nil)
      #expect(await server.content("films", "k") == Array("something else".utf8))
    }
  }

  @Test("an object that info hides is found in its folder's list")
  func hiddenInfo() async throws {
    try await serving { server, endpoint, folder in
      let store = try Self.store(endpoint)
      let path = try folder.write("in", "1234")
      for key in ["f/k", "f/k2", "f/k/deeper", "top"] {
        try await store.put(fileAt: path, as: key, contentType: "text/plain", sha256: nil)
      }
      await server.hideInfo()
      #expect(try await store.facts(of: "f/k")?.size == 4)
      #expect(try await store.facts(of: "top")?.size == 4)
      #expect(try await store.facts(of: "f") == nil)
      #expect(try await store.facts(of: "f/k3") == nil)
    }
  }

  @Test("lists go through folders, whatever the size of a page", arguments: [1, 2, 3, 1000])
  func list(limit: Int) async throws {
    try await serving { server, endpoint, folder in
      let store = try Self.store(endpoint)
      let path = try folder.write("in", "x")
      let keys = ["a/1", "a/2", "a/b/3", "a/b/4", "a/b/c/5", "ab/6", "b/7", "8"]
      for key in keys {
        try await store.put(fileAt: path, as: key, contentType: "text/plain", sha256: nil)
      }
      for prefix in ["", "a", "a/", "a/b", "a/b/", "z", "8"] {
        var found: [String] = []
        var token: String?
        repeat {
          let page = try await store.list(prefix: prefix, after: token, limit: limit)
          #expect(page.objects.count <= limit)
          found += page.objects.map(\.key)
          token = page.next
        } while token != nil
        #expect(found.sorted() == keys.filter { $0.hasPrefix(prefix) }.sorted(), "\(prefix)")
      }
      let error = try await error { _ = try await store.list(prefix: "", after: "?", limit: 1) }
      #expect(error.kind == .permanent)
    }
  }

  @Test("signed addresses end, and are for one object")
  func signed() async throws {
    try await serving { server, endpoint, folder in
      let store = try Self.store(endpoint)
      let path = try folder.write("in", "x")
      try await store.put(fileAt: path, as: "k", contentType: "text/html", sha256: nil)
      try await store.put(fileAt: path, as: "other", contentType: "text/plain", sha256: nil)
      let address = try await store.signedURL(of: "k", expires: .seconds(60))
      #expect(address.hasPrefix(endpoint + "/object/sign/films/k?token="))
      let reply = try await WebClient.shared.send(WebRequest(.get, address))
      #expect(reply.headers["content-type"] == "text/plain")
      let other = try await WebClient.shared.send(
        WebRequest(.get, address.replacing("/k?", with: "/other?")))
      #expect(String(decoding: other.body, as: UTF8.self).contains("InvalidSignature"))
      await server.advance(seconds: 61)
      #expect(try await WebClient.shared.send(WebRequest(.get, address)).status == 400)
      let error = try await error {
        _ = try await store.signedURL(of: "none", expires: .seconds(60))
      }
      #expect(error.kind == .missing)
    }
  }

  @Test("downloads that break off or arrive changed are begun again, once or as often as it needs")
  func brokenDownloads() async throws {
    try await serving { server, endpoint, folder in
      let store = try Self.store(endpoint)
      let path = try folder.write("in", String(repeating: "0123456789", count: 1000))
      let sha256 = try ContentHash.of(path).sha256
      try await store.put(fileAt: path, as: "k", contentType: "text/plain", sha256: nil)
      await server.next("GET", "/object/", .cutDownload(after: 500))
      await server.next("GET", "/object/", .changedByte)
      _ = try await store.get("k", to: folder.file("out"), sha256: sha256)
      #expect(try bytes(folder.file("out")) == bytes(path))
      for _ in 0..<2 { await server.next("GET", "/object/", .changedByte) }
      let error = try await error {
        _ = try await store.get("k", to: folder.file("bad"), sha256: sha256)
      }
      #expect(error.kind == .damaged)
      #expect(!FileManager.default.fileExists(atPath: folder.file("bad")))
    }
  }
}
