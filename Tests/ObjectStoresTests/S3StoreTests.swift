import Foundation
import Storage
import TestServers
import Testing
import WebClient

@testable import ObjectStores

/// Against the real server.
@Suite(.enabled(if: S3Server.isThere, S3Server.reason)) struct S3StoreTests {
  @Test(
    "what was put comes back, under any key",
    arguments: [
      "plain.txt", "with space.txt", "a+b&c=d?e#f%20g", "한글/파일 이름.mp4", "a//b", "…/é",
      "quote\"'<>\\^`{|}", "tilde~!*()@:;,$", "percent%2Fslash",
      String(repeating: "k", count: 1021) + "/ü",
    ])
  func keys(key: String) async throws {
    let folder = try TestFolder()
    let store = try await S3Server.running().store("keys")
    let path = try folder.write("in", "content of \(key)")
    try await store.put(fileAt: path, as: key, contentType: "text/plain", sha256: nil)
    let facts = try #require(try await store.facts(of: key))
    #expect(facts.size == Int64(try bytes(path).count))
    #expect(facts.contentType == "text/plain")
    let came = try await store.get(key, to: folder.file("out"), sha256: nil)
    #expect(came.size == facts.size)
    #expect(try bytes(folder.file("out")) == bytes(path))
    #expect(try await store.listAll(prefix: "").map(\.key) == [key])
    let address = try await store.signedURL(of: key, expires: .seconds(60), fileName: "이름.txt")
    let reply = try await WebClient.shared.send(WebRequest(.get, address))
    #expect(reply.status == 200)
    #expect(try reply.body == bytes(path))
    try await store.delete(key)
    try await store.delete(key)
    #expect(try await store.facts(of: key) == nil)
    await #expect { try await store.get(key, to: folder.file("gone"), sha256: nil) } throws: {
      ($0 as? ObjectStoreError)?.kind == .missing
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("gone")))
  }

  @Test(
    "keys that would lead elsewhere are refused before anything is sent",
    arguments: ["", "..", "a/../b", "./a", "a/.", "zero\u{0}", String(repeating: "ü", count: 513)])
  func hostileKeys(key: String) async throws {
    let folder = try TestFolder()
    let store = try await S3Server.running().store("hostile")
    let path = try folder.write("in", "x")
    await #expect {
      try await store.put(fileAt: path, as: key, contentType: "text/plain", sha256: nil)
    } throws: { ($0 as? ObjectStoreError)?.code == "InvalidKey" }
    await #expect(throws: ObjectStoreError.self) { try await store.facts(of: key) }
  }

  @Test("an empty file is an object of no bytes")
  func empty() async throws {
    let folder = try TestFolder()
    let store = try await S3Server.running().store("empty")
    let path = try folder.write("in", "")
    try await store.put(fileAt: path, as: "e", contentType: "text/plain", sha256: nil)
    #expect(try await store.facts(of: "e")?.size == 0)
    let sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    _ = try await store.get("e", to: folder.file("out"), sha256: sha256)
    #expect(try bytes(folder.file("out")).isEmpty)
    #expect(try await store.read("e", bytes: 0..<10).isEmpty)
  }

  @Test("parts of an object can be read")
  func ranges() async throws {
    let folder = try TestFolder()
    let store = try await S3Server.running().store("ranges")
    let path = try folder.write("in", "0123456789")
    try await store.put(fileAt: path, as: "r", contentType: "text/plain", sha256: nil)
    #expect(try await store.read("r", bytes: 2..<5) == Array("234".utf8))
    #expect(try await store.read("r", bytes: 8..<20) == Array("89".utf8))
    #expect(try await store.read("r", bytes: 10..<20) == [])
    #expect(try await store.read("r", bytes: 3..<3) == [])
  }

  @Test("a list is complete whatever the size of its pages")
  func list() async throws {
    let folder = try TestFolder()
    let store = try await S3Server.running().store("list")
    let path = try folder.write("in", "x")
    let keys = (0..<7).map { "a b/\($0)+한" } + ["other"]
    for key in keys {
      try await store.put(fileAt: path, as: key, contentType: "text/plain", sha256: nil)
    }
    var found: [String] = []
    var token: String?
    repeat {
      let page = try await store.list(prefix: "a b/", after: token, limit: 3)
      #expect(page.objects.count <= 3)
      found += page.objects.map(\.key)
      token = page.next
    } while token != nil
    #expect(found.sorted() == keys.dropLast().sorted())
    #expect(try await store.listAll(prefix: "").count == 8)
    #expect(try await store.listAll(prefix: "nothing").isEmpty)
  }

  @Test("a wrong secret, region, bucket or clock says what to do about it")
  func wrongSettings() async throws {
    let server = try await S3Server.running()
    let right = try await server.store("settings")
    let folder = try TestFolder()
    let path = try folder.write("in", "x")
    var settings = right.settings
    settings.secretKey = try #require(Secret("wrong-secret-key"))
    let wrongSecret = try S3Store(settings, web: .shared, retry: .quick)
    await #expect {
      try await wrongSecret.put(fileAt: path, as: "k", contentType: "text/plain", sha256: nil)
    } throws: {
      let error = try #require($0 as? ObjectStoreError)
      #expect(!"\(error)".contains("wrong-secret-key"))
      return error.kind == .denied && error.code == "SignatureDoesNotMatch"
    }
    settings = right.settings
    settings.bucket = "no-such-bucket-here"
    let noBucket = try S3Store(settings, web: .shared, retry: .quick)
    await #expect {
      try await noBucket.put(fileAt: path, as: "k", contentType: "text/plain", sha256: nil)
    } throws: { ($0 as? ObjectStoreError)?.code == "NoSuchBucket" }
    await #expect { try await noBucket.facts(of: "k") } throws: {
      ($0 as? ObjectStoreError)?.code == "NoSuchBucket"
    }
  }

  @Test(
    "the region and the clock are corrected by what the service says", arguments: [true, false])
  func corrections(headFirst: Bool) async throws {
    let right = try await S3Server.running().store("corrected")
    let folder = try TestFolder()
    let path = try folder.write("in", "x")
    try await right.put(fileAt: path, as: "k", contentType: "text/plain", sha256: nil)
    var settings = right.settings
    settings.region = "eu-nowhere-1"
    let clock = ShiftedClock(milliseconds: -3 * 3_600_000)
    let store = try S3Store(
      settings, web: .shared, retry: RetryPolicy(attempts: 3, firstWaitMS: 0, clock: clock))
    // A HEAD brings no body that could say what is wrong.
    if headFirst { #expect(try await store.facts(of: "k")?.size == 1) }
    try await store.put(fileAt: path, as: "k2", contentType: "text/plain", sha256: nil)
    #expect(try await store.facts(of: "k2")?.size == 1)
    let address = try await store.signedURL(of: "k2", expires: .seconds(60))
    #expect(try await WebClient.shared.send(WebRequest(.get, address)).status == 200)
  }

  @Test("a signed address ends, and cannot be changed")
  func signedAddresses() async throws {
    let right = try await S3Server.running().store("signed")
    let folder = try TestFolder()
    let path = try folder.write("in", "x")
    try await right.put(fileAt: path, as: "k", contentType: "text/plain", sha256: nil)
    let past = try S3Store(
      right.settings, web: .shared,
      retry: RetryPolicy(clock: ShiftedClock(milliseconds: -120_000)))
    let ended = try await past.signedURL(of: "k", expires: .seconds(60))
    #expect(try await WebClient.shared.send(WebRequest(.get, ended)).status == 403)
    let address = try await right.signedURL(of: "k", expires: .seconds(60))
    let other = address.replacing("/k?", with: "/other?")
    #expect(try await WebClient.shared.send(WebRequest(.get, other)).status == 403)
    await #expect(throws: ObjectStoreError.self) {
      try await right.signedURL(of: "k", expires: .seconds(604_801))
    }
  }

  @Test("content that is not what was said is refused, by the service and by us")
  func wrongHash() async throws {
    let store = try await S3Server.running().store("hash")
    let folder = try TestFolder()
    let path = try folder.write("in", "right")
    let other = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    await #expect {
      try await store.put(fileAt: path, as: "k", contentType: "text/plain", sha256: other)
    } throws: { ($0 as? ObjectStoreError)?.kind == .damaged }
    #expect(try await store.facts(of: "k") == nil)
    try await store.put(fileAt: path, as: "k", contentType: "text/plain", sha256: nil)
    await #expect { try await store.get("k", to: folder.file("out"), sha256: other) } throws: {
      ($0 as? ObjectStoreError)?.kind == .damaged
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["in"])
  }
}

/// The machine's clock, set wrong.
struct ShiftedClock: NodeClock {
  let milliseconds: Int64
  var now: Int64 { SystemClock().now + milliseconds }
  var elapsed: Int64 { SystemClock().elapsed }
  func sleep(milliseconds: Int64) async throws {}
}
