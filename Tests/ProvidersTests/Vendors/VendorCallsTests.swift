import Foundation
import SceneDocument
import TestServers
import TestSupport
import Testing
import WebClient

@testable import Providers

@Suite struct VendorCallsTests {
  static let key = "user+part:pass/word=1234"

  var calls: VendorCalls {
    get throws {
      VendorCalls(
        provider: "test", name: "Test", web: WebClient(),
        secrets: [try #require(Secret(Self.key))])
    }
  }

  @Test("no part of a key is left where a message is cut", arguments: 360...520)
  func cut(place: Int) throws {
    let body = Array((String(repeating: "a", count: place) + Self.key + " tail").utf8)
    let shown = try calls.excerpt(body)
    let reason = try calls.error(.retry, String(decoding: body, as: UTF8.self), advice: "x").reason
    #expect(!shown.contains("user") && !shown.contains("pass"))
    #expect(!reason.contains("user") && !reason.contains("pass"))
    #expect(shown.utf8.count <= 500 && reason.count <= 400)
  }

  @Test("a key is taken out in all forms in which it may come back")
  func forms() throws {
    let base64 = Data(Self.key.utf8).base64EncodedString()
    let rows = [
      ("Basic \(base64), no", "Basic •••, no"),
      ("?k=user%2Bpart%3Apass%2Fword%3D1234", "?k=•••"),
      (#""user+part:pass\/word=1234""#, "\"•••\""), ("is pass/word=1234", "is •••"),
      ("https://x/?key=AbCdEf&token=AbCdEf", "https://x/?key=•••&token=•••"),
    ]
    for (text, shown) in rows { #expect(try calls.plain(text, limit: 200) == shown) }
  }

  @Test("control characters and long texts do not reach people")
  func plain() throws {
    #expect(try calls.plain("a\u{1B}[31m\r\n\tb", limit: 20) == "a [31m b")
    #expect(try calls.plain(String(repeating: "ß", count: 50), limit: 10).count == 10)
    #expect(try calls.id("") == nil)
  }

  @Test("what each failure of the network means for a paid request and for a free one")
  func failures() throws {
    let rows: [(WebFailure.Kind, ProviderError.Class, ProviderError.Class)] = [
      (.notSent, .retry, .retry), (.timedOut, .unknownOutcome, .retry),
      (.broken, .unknownOutcome, .retry), (.tooLarge, .unknownOutcome, .permanent),
      (.badAddress, .permanent, .permanent), (.file, .retry, .retry),
    ]
    for (kind, paid, free) in rows {
      let failure = WebFailure(kind, "it broke at \(Self.key)")
      #expect(try calls.error(for: failure, .paid).kind == paid)
      #expect(try calls.error(for: failure, .free).kind == free)
      #expect(try !calls.error(for: failure, .paid).description.contains("pass/"))
    }
  }

  @Test(
    "how long a service asks to be left alone",
    arguments: [
      ("retry-after", "3", 3_000), ("Retry-After", "Sat, 21 Nov 2026 12:00:30 GMT", 30_000),
      ("Retry-After", "Sat, 21 Nov 2026 11:00:00 GMT", 0), ("Retry-After", "-4", 0),
      ("Retry-After", "inf", nil), ("Retry-After", "", nil), ("retry-after-ms", "250", 250),
      ("Retry-After", "1e300", 86_400_000),
    ] as [(String, String, Int64?)])
  func retryAfter(name: String, text: String, milliseconds: Int64?) {
    let now = Date(timeIntervalSince1970: 1_795_262_400)
    let found = RetryAfter.milliseconds(WebHeaders([(name, text)]), now: now)
    #expect(found == milliseconds)
  }

  @Test(
    "moments, whatever their form",
    arguments: [
      (.string("2026-11-20T10:15:02.114Z"), 1_795_169_702_114),
      (.string("2026-11-20T10:15:02"), 1_795_169_702_000),
      (.string("2026-11-20T10:15:02.114"), 1_795_169_702_114),
      (.string("2026-11-20T12:15:02+02:00"), 1_795_169_702_000),
      (.number(1_795_169_702), 1_795_169_702_000), (.number(1_795_169_702_114), 1_795_169_702_114),
      (.string("1795169702"), 1_795_169_702_000), (.string("yesterday"), nil), (.null, nil),
      (.number(.infinity), nil), (.number(1e300), nil),
    ] as [(JSONValue, Int64?)])
  func moments(value: JSONValue, milliseconds: Int64?) {
    #expect(VendorTime.milliseconds(value) == milliseconds)
  }

  @Test("a form of fields and files is read as it was written")
  func multipart() async throws {
    let folder = try TempFolder()
    let path = try folder.write(
      (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }, to: "x.bin")
    let form = try Multipart(
      [
        .field(name: "kind", value: "a\r\n--b"),
        .file(name: "audio", path: path, fileName: "né w/\"x\".mp3", mediaType: "audio/mpeg"),
      ], to: folder.file("body"))
    let bytes = try readBytes(path)
    let answer = { @Sendable (request: TestRequest) in
      let read = try #require(MultipartForm(request))
      #expect(read["kind"]?.body == Array("a\r\n--b".utf8))
      #expect(read["audio"]?.body == bytes)
      #expect(read["audio"]?.fileName == "n--w--x-.mp3")
      #expect(read["audio"]?.contentType == "audio/mpeg")
      #expect(request.header("content-length") == "\(request.body.count)")
      return VendorReply.json("{}")
    }
    let received = try await withTestServer(answer) { base in
      try await WebClient().send(
        WebRequest(
          .post, base, headers: [("Content-Type", form.contentType)], body: form.body))
    }
    #expect(received.status == 200)
    #expect(throws: WebFailure.self) {
      try Multipart(
        [.file(name: "a", path: folder.file("gone"), fileName: "a", mediaType: "b")],
        to: folder.file("body2"))
    }
  }

  @Test("a result is never fetched without encryption from elsewhere, or from files")
  func addresses() async throws {
    let folder = try TempFolder()
    for url in [
      "http://example.org/a.mp4", "file:///etc/hosts", "ftp://127.0.0.1/a", "", "s3://a/b",
    ] {
      let error = try await providerError {
        try await calls.download(url, as: .video, to: folder.path, name: "a") { nil }
      }
      #expect(error.kind == .retry && error.code == "bad_address")
    }
  }

  @Test(
    "files are what their bytes are",
    arguments: ["mp4", "mov", "webm", "mkv", "mp3", "wav", "flac", "png", "jpg", "webp"])
  func types(suffix: String) async throws {
    let types = [
      "mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm",
      "mkv": "video/x-matroska", "mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac",
      "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp",
    ]
    let wanted = try #require(types[suffix])
    let kind: CheckedMedia.Kind =
      wanted.hasPrefix("video") ? .video : wanted.hasPrefix("audio") ? .sound : .picture
    let path =
      switch kind {
      case .video where suffix == "webm": try ClipForge.alphaWebM()
      case .video: try ClipForge.talking("a.\(suffix)")
      case .sound: try ClipForge.tone("a.\(suffix)")
      case .picture: try ClipForge.still("a.\(suffix)")
      }
    // Under a name that says nothing.
    let folder = try TempFolder()
    let media = try await CheckedMedia.read(folder.copy(path, to: "file.download"), as: kind)
    #expect(media.mediaType == wanted && media.suffix == suffix)
    #expect(media.hasAlpha == ["webm", "png"].contains(suffix))
    #expect((media.duration > 0) == (kind != .picture))
    if kind != .video {
      await #expect(throws: CheckedMedia.Broken.self) {
        try await CheckedMedia.read(path, as: .video)
      }
    }
  }

  @Test("a film that is cut off is noticed by what its head promises")
  func cutOff() async throws {
    let whole = try ClipForge.plain("long.webm", seconds: 2, codec: .vp9)
    _ = try await CheckedMedia.read(whole, as: .video)
    do {
      _ = try await CheckedMedia.read(ClipForge.truncated(whole, to: 0.8), as: .video)
      Issue.record("it is taken for whole")
    } catch let broken as CheckedMedia.Broken {
      #expect(broken.reason == "it is cut off or damaged")
    }
  }
}
