import Foundation
import Storage
import TestServers
import Testing
import WebClient

@testable import ObjectStores

/// Every row of the contract's table of errors, and answers that are none.
@Suite struct S3FaultTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var status: Int
    var code: String
    var kind: ObjectStoreError.Kind
    /// How many requests are made in all, of 4 allowed.
    var tries: Int

    init(_ status: Int, _ code: String, _ kind: ObjectStoreError.Kind, _ tries: Int) {
      (self.status, self.code, self.kind, self.tries) = (status, code, kind, tries)
    }

    var testDescription: String { "\(status) \(code)" }
  }

  static let rows: [Row] = [
    Row(400, "BadDigest", .damaged, 2),
    Row(400, "XAmzContentSHA256Mismatch", .damaged, 2),
    Row(400, "InvalidPart", .permanent, 1),
    Row(400, "InvalidPartOrder", .permanent, 1),
    Row(400, "EntityTooSmall", .permanent, 1),
    Row(400, "EntityTooLarge", .tooLarge, 1),
    Row(400, "InvalidArgument", .permanent, 1),
    Row(400, "InvalidRequest", .permanent, 1),
    Row(400, "MalformedXML", .permanent, 1),
    Row(400, "AuthorizationHeaderMalformed", .denied, 1),
    Row(400, "AuthorizationQueryParametersError", .denied, 1),
    Row(400, "ExpiredToken", .denied, 1),
    Row(400, "RequestTimeout", .retry, 4),
    Row(403, "AccessDenied", .denied, 1),
    Row(403, "SignatureDoesNotMatch", .denied, 1),
    Row(403, "InvalidAccessKeyId", .denied, 1),
    Row(404, "NoSuchKey", .missing, 1),
    Row(404, "NoSuchBucket", .permanent, 1),
    Row(404, "NoSuchUpload", .missing, 1),
    Row(405, "MethodNotAllowed", .permanent, 1),
    Row(411, "MissingContentLength", .permanent, 1),
    Row(409, "BucketAlreadyExists", .permanent, 1),
    Row(409, "BucketNotEmpty", .permanent, 1),
    Row(409, "OperationAborted", .retry, 4),
    Row(412, "PreconditionFailed", .exists, 1),
    Row(416, "InvalidRange", .permanent, 1),
    Row(500, "InternalError", .retry, 4),
    Row(503, "ServiceUnavailable", .retry, 4),
    Row(503, "SlowDown", .retry, 4),
    Row(501, "NotImplemented", .permanent, 1),
    Row(400, "SomethingNew", .permanent, 1),
    Row(502, "SomethingNew", .retry, 4),
  ]

  private static func store(_ endpoint: String, clock: any NodeClock = SystemClock()) throws
    -> S3Store
  {
    try S3Store(
      S3Settings(
        endpoint: endpoint, bucket: "films", accessKey: #require(Secret("access-key-id")),
        secretKey: #require(Secret("very-secret-key"))), web: .shared,
      retry: RetryPolicy(attempts: 4, firstWaitMS: 0, longestWaitMS: 0, clock: clock, random: { 0 })
    )
  }

  private func error(
    _ server: ScriptedServer, _ work: @escaping @Sendable (S3Store) async throws -> Void
  ) async throws -> ObjectStoreError {
    try await server.serving { address in
      let store = try Self.store(address)
      do { try await work(store) } catch let error as ObjectStoreError { return error }
      throw Unexpected()
    }
  }

  struct Unexpected: Error {}

  @Test("what an error means", arguments: rows)
  func table(row: Row) async throws {
    let folder = try TestFolder()
    let server = ScriptedServer([.xml(row.status, row.code)])
    let error = try await error(server) {
      _ = try await $0.get("a key", to: folder.file("out"), sha256: nil)
    }
    #expect(error.kind == row.kind)
    #expect(error.code == row.code)
    #expect(server.requests.count == row.tries)
    #expect("\(error)".contains("'a key'") && "\(error)".contains("about \(row.code)"))
    #expect("\(error)".contains("\n  → "))
  }

  @Test(
    "answers without XML are judged by their status",
    arguments: [
      (401, ObjectStoreError.Kind.denied), (403, .denied), (404, .missing), (412, .permanent),
      (413, .tooLarge), (429, .retry), (500, .retry), (502, .retry), (504, .retry),
      (501, .permanent),
    ])
  func plain(status: Int, kind: ObjectStoreError.Kind) async throws {
    let folder = try TestFolder()
    for body in ["<html><body>Oops & more", "", "<Error>", "not <xml/> at all"] {
      let server = ScriptedServer([.init(status: status, body: body)])
      let error = try await error(server) {
        _ = try await $0.get("k", to: folder.file("out"), sha256: nil)
      }
      #expect(error.kind == kind)
      #expect(error.code == "HTTP \(status)")
    }
  }

  @Test("an overloaded service is asked again and then answers")
  func recovers() async throws {
    let server = ScriptedServer([
      .xml(503, "SlowDown"), .xml(500, "InternalError"), .init(status: 200, body: "content"),
    ])
    let folder = try TestFolder()
    try await server.serving { address in
      _ = try await Self.store(address).get("k", to: folder.file("out"), sha256: nil)
    }
    #expect(try bytes(folder.file("out")) == Array("content".utf8))
    #expect(server.requests.count == 3)
  }

  @Test(
    "uploads are repeated where that may help, damaged ones once",
    arguments: [("BadDigest", 400, 2), ("SlowDown", 503, 4), ("InvalidRequest", 400, 1)])
  func uploads(code: String, status: Int, tries: Int) async throws {
    let folder = try TestFolder()
    let path = try folder.write("in", "x")
    let server = ScriptedServer([.init(status: 200), .xml(status, code)])
    let error = try await error(server) {
      try await $0.put(fileAt: path, as: "k", contentType: "text/plain", sha256: nil)
    }
    #expect(error.code == code)
    #expect(server.requests.filter { $0.method == "PUT" }.count == tries)
    #expect(server.requests.filter { $0.method == "PUT" }.allSatisfy { $0.body == [0x78] })
  }

  @Test("a download that breaks off is begun again, and never shown short")
  func brokenDownload() async throws {
    let body = String(repeating: "0123456789", count: 1000)
    let server = ScriptedServer([
      .init(status: 200, body: body, cut: 5000), .init(status: 200, body: body),
    ])
    let folder = try TestFolder()
    try await server.serving { address in
      _ = try await Self.store(address).get("k", to: folder.file("out"), sha256: nil)
    }
    #expect(try bytes(folder.file("out")) == Array(body.utf8))
    let broken = ScriptedServer([.init(status: 200, body: body, cut: 5000)])
    let error = try await error(broken) {
      _ = try await $0.get("k", to: folder.file("never"), sha256: nil)
    }
    #expect(error.isRetryable)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out"])
  }

  @Test("the region that an error names is used from then on")
  func region() async throws {
    let server = ScriptedServer([
      .xml(400, "AuthorizationHeaderMalformed", more: "<Region>eu-west-3</Region>"),
      .init(status: 204), .init(status: 204),
    ])
    try await server.serving { address in
      let store = try Self.store(address)
      try await store.delete("k")
      try await store.delete("k")
    }
    let scopes = server.requests.map {
      $0.header("authorization")?.contains("/eu-west-3/s3/") == true
    }
    #expect(scopes == [false, true, true])
  }

  @Test("a clock that is off is corrected once, by the date of the answer")
  func clock() async throws {
    // The server tells the true time, and we are months behind.
    let skewed = ScriptedServer.Answer(
      status: 403, body: "<Error><Code>RequestTimeTooSkewed</Code><Message/></Error>")
    let mended = ScriptedServer([skewed, .init(status: 204)])
    let still = ScriptedServer([skewed])
    let clock = VirtualClock(now: 1_767_225_600_000)
    try await mended.serving { try await Self.store($0, clock: clock).delete("k") }
    let times = mended.requests.compactMap { $0.header("x-amz-date") }
    #expect(times.first == "20260101T000000Z")
    #expect(try #require(times.last) > S3Signer.time(SystemClock().now - 600_000))
    await #expect {
      try await still.serving { try await Self.store($0, clock: clock).delete("k") }
    } throws: { ($0 as? ObjectStoreError)?.code == "RequestTimeTooSkewed" }
    #expect(still.requests.count == 2)
  }

  @Test("completing an upload can fail after the answer has begun")
  func lateError() async throws {
    let folder = try TestFolder()
    let path = try folder.write("in", size: 6 << 20)
    let late = ScriptedServer.Answer(
      status: 200,
      body:
        "     \n\n<?xml version=\"1.0\"?><Error><Code>InternalError</Code><Message>x</Message></Error>"
    )
    let server = ScriptedServer([
      .init(status: 200), .init(status: 200, body: "<ListMultipartUploadsResult/>"),
      .init(
        status: 200,
        body:
          "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"),
      .init(status: 200, body: "<ListPartsResult/>"),
      .init(status: 200, headers: ["ETag": "\"one\""]),
      .init(status: 200, headers: ["ETag": "\"two\""]),
      late,
      .init(
        status: 200,
        body:
          "   <CompleteMultipartUploadResult><ETag>\"e-2\"</ETag></CompleteMultipartUploadResult>"),
    ])
    try await server.serving { address in
      let store = try S3Store(
        {
          var settings = try Self.store(address).settings
          settings.partSize = 5 << 20
          settings.partsAbove = 5 << 20
          return settings
        }(), web: .shared, retry: .quick)
      try await store.put(fileAt: path, as: "k", contentType: "video/mp4", sha256: nil)
    }
    #expect(
      server.requests.map(\.method) == ["HEAD", "GET", "POST", "GET", "PUT", "PUT", "POST", "POST"])
    let body = String(decoding: server.requests[7].body, as: UTF8.self)
    #expect(body.contains("<PartNumber>2</PartNumber><ETag>&quot;two&quot;</ETag>"))
  }

  @Test("redirects are followed without signature, and never with a body")
  func redirects() async throws {
    let folder = try TestFolder()
    let path = try folder.write("in", "x")
    let target = ScriptedServer([.init(status: 200, body: "elsewhere")])
    try await target.serving { there in
      let away = ScriptedServer.Answer(
        status: 307, headers: ["Location": there + "/moved"],
        body: "<Error><Code>TemporaryRedirect</Code><Message>go on</Message></Error>")
      let server = ScriptedServer([away])
      try await server.serving { address in
        let store = try Self.store(address)
        _ = try await store.get("k", to: folder.file("out"), sha256: nil)
        await #expect {
          try await store.put(fileAt: path, as: "k", contentType: "text/plain", sha256: nil)
        } throws: { ($0 as? ObjectStoreError)?.code == "TemporaryRedirect" }
      }
    }
    #expect(try bytes(folder.file("out")) == Array("elsewhere".utf8))
    #expect(target.requests.map(\.method) == ["GET"])
    #expect(target.requests[0].header("authorization") == nil)
  }

  @Test("no key of ours is in a message, though the service repeats it")
  func secrets() async throws {
    let server = ScriptedServer([
      .xml(403, "SignatureDoesNotMatch", more: ""),
      .init(status: 403, body: "very-secret-key and access-key-id and ?X-Amz-Signature=abcdef0123"),
    ])
    try await server.serving { address in
      let store = try Self.store(address)
      for _ in 0..<2 {
        do { try await store.delete("k\u{1B}[31m") } catch {
          for part in ["very-secret-key", "access-key-id", "abcdef0123", "\u{1B}"] {
            #expect(!"\(error)".contains(part))
          }
        }
      }
      let settings = store.settings
      #expect(!"\(settings)".contains("very-secret-key"))
    }
  }

  @Test("a service that is not there, or lists nonsense")
  func noService() async throws {
    let folder = try TestFolder()
    let web = WebClient(connectTimeout: .milliseconds(300))
    let store = try S3Store(
      Self.store("http://127.0.0.1:9").settings, web: web, retry: .quick)
    await #expect { try await store.get("k", to: folder.file("out"), sha256: nil) } throws: {
      let error = try #require($0 as? ObjectStoreError)
      return error.isRetryable && error.reason.contains("cannot be reached")
    }
    let nonsense = ScriptedServer([.init(status: 200, body: "<html/>")])
    let error = try await error(nonsense) { _ = try await $0.listAll(prefix: "") }
    #expect(error.isRetryable)
    #expect(throws: ObjectStoreError.self) { try Self.store("not an address") }
    #expect(throws: ObjectStoreError.self) { try Self.store("ftp://host") }
  }
}
