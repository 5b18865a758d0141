import Foundation
import Providers
import TestServers
import TestSupport
import Testing
import WebClient

@Suite struct DIDTests {
  static let key = "bWFyYUBleGFtcGxlLm9yZw==:Zq81-secret_half"
  /// In whatever form.
  static let secrets = [key, "Zq81-secret_half", Data(key.utf8).base64EncodedString()]

  static func client(
    _ base: String, _ change: (inout DIDSettings) -> Void = { _ in }
  ) throws -> DID {
    var settings = DIDSettings(key: try #require(Secret(key)))
    settings.base = base
    settings.dollarsPerCredit = 0.5
    settings.portraitURL = "https://pictures.example/face.png"
    change(&settings)
    return DID(settings, web: WebClient())
  }

  static func server(
    _ script: DIDServer.Behaviour..., files: [ResultFiles.Behaviour] = []
  ) throws -> DIDServer {
    DIDServer(.init(key: key), files: try VendorMedia.files(files), script: script)
  }

  // MARK: Talks

  @Test(
    "a picture and a speech become a film, whatever the states on the way",
    arguments: [(0, 0, 0), (1, 0, 0), (0, 2, 0), (2, 1, 3)])
  func talk(created: Int, started: Int, strange: Int) async throws {
    let server = try Self.server()
    server.change {
      ($0.created, $0.started, $0.strangeWords) = (created, started, strange)
      $0.duration = 14
    }
    let stage = try VendorStage()
    let request = try VendorMedia.avatar { $0.portraitPath = try? ClipForge.still("face.png") }
    let made = try await server.run { base in
      let client = try Self.client(base)
      let job = try await client.start(request, stage.call).job
      for _ in 0..<(created + started + strange) {
        #expect(try await client.poll(job) == .running(progress: nil))
      }
      #expect(try await client.poll(job) == .done)
      return try await client.fetch(job, request, stage.call)
    }
    #expect(made.value.path == stage.folder.file("avatar.mp4"))
    #expect(made.value.mediaType == "video/mp4" && !made.value.hasAlpha)
    #expect(try readBytes(made.value.path) == readBytes(ClipForge.talking("result.mp4")))
    #expect(stage.files == ["avatar.mp4"])
    #expect(made.cost == Cost(unit: "credits", amount: 1, microdollars: 500_000))
    #expect(server.files.keysSeen.isEmpty && server.posts == 1)
    // Both files arrived whole, under names that the service takes.
    #expect(server.uploads.map(\.name).sorted() == ["audio", "image"])
    let sound = try #require(server.uploads.first { $0.name == "audio" })
    #expect(sound.body == (try readBytes(request.audioPath)))
    #expect(sound.fileName == "\(stage.call.id).mp3" && sound.contentType == "audio/mpeg")
    let body = server.jobs[0].body
    #expect(body["user_data"]?.text == stage.call.id && body["config", "stitch"] == .flag(true))
  }

  @Test("seconds are charged in steps of fifteen, the silence at the end with them")
  func estimate() throws {
    let client = try Self.client("http://127.0.0.1:9") { $0.pad = 1 }
    let amounts = try [1.0, 13.9, 14.5, 60].map { seconds in
      client.estimate(try VendorMedia.avatar { $0.duration = seconds }).amount
    }
    #expect(amounts == [1, 1, 2, 5])
  }

  @Test("the waits between questions are those of the contract")
  func polling() throws {
    let polling = try Self.client("http://127.0.0.1:9").polling
    #expect((0..<5).map(polling.wait) == [2_000, 2_000, 2_000, 2_000, 2_000])
    #expect(polling.wait(before: 5) == 5_000 && polling.wait(before: 99) == 10_000)
    #expect(polling.deadlineMS == 900_000)
  }

  // MARK: Clips

  @Test(
    "a presenter is transparent where it can be and that was asked for",
    arguments: [("amy", true, true), ("amy", false, false), ("rob", true, false)])
  func clip(presenter: String, isAsked: Bool, isClear: Bool) async throws {
    let server = try Self.server()
    let stage = try VendorStage()
    let request = try VendorMedia.avatar { $0.character = presenter }
    let made = try await server.run { base in
      let client = try Self.client(base) { $0.isTransparent = isAsked }
      let job = try await client.start(request, stage.call).job
      while try await client.poll(job) != .done {}
      return try await client.fetch(job, request, stage.call)
    }
    #expect(made.value.hasAlpha == isClear)
    #expect(made.value.mediaType == (isClear ? "video/webm" : "video/mp4"))
    #expect(server.jobs[0].isClip && server.jobs[0].isClear == isClear)
    #expect(server.jobs[0].body["driver_id"]?.text == "drv-\(presenter)")
  }

  @Test("a presenter that the service does not list is refused before anything is paid")
  func unknownPresenter() async throws {
    let server = try Self.server()
    try await server.run { base in
      let stage = try VendorStage()
      let error = try await providerError {
        try await Self.client(base).start(
          VendorMedia.avatar { $0.character = "eve" }, stage.call)
      }
      #expect(error.kind == .permanent && error.reason.contains("eve"))
    }
    #expect(server.posts == 0)
  }

  // MARK: Refused before anything is sent

  @Test(
    "files that the service does not take are refused here",
    arguments: ["long", "large", "no sound", "missing", "large picture", "webp", "no face"])
  func refused(what: String) async throws {
    let server = try Self.server()
    server.change { $0.faces = 0 }
    let stage = try VendorStage()
    let folder = try TempFolder()
    let request = try VendorMedia.avatar { request in
      switch what {
      case "long": request.duration = 301
      case "large":
        request.audioPath = try! ClipForge.tone(
          "large.wav", seconds: 75, options: ["-ac", "1"])
      case "no sound": request.audioPath = try! folder.write("not a sound", to: "a.mp3")
      case "missing": request.audioPath = folder.file("gone.mp3")
      case "large picture":
        request.portraitPath = try! folder.write(
          readBytes(ClipForge.still("face.png")) + [UInt8](repeating: 0, count: 11 << 20),
          to: "large.png")
      case "webp": request.portraitPath = try! ClipForge.still("face.webp")
      default: request.portraitPath = try! ClipForge.still("face.jpg")
      }
    }
    try await server.run { base in
      let error = try await providerError(hiding: Self.secrets) {
        try await Self.client(base).start(request, stage.call)
      }
      #expect(error.kind == .permanent)
    }
    #expect(server.posts == 0)
    #expect(server.uploads.count == (what == "no face" ? 1 : 0))
    #expect(stage.files.isEmpty)
  }

  @Test("no speaker is made of a face that nobody has chosen")
  func unnamed() async throws {
    let server = try Self.server()
    let stage = try VendorStage()
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let client = try Self.client(base) { $0.portraitURL = nil }
      let error = try await providerError { try await client.start(request, stage.call) }
      #expect(error.kind == .permanent && error.code == "picture")
      #expect(error.advice.contains("d-id.presenter") && error.advice.contains("d-id.source-url"))
      #expect(throws: error) { try client.check(request) }
      for change: (inout DIDSettings) -> Void in [
        { $0.presenter = "amy" }, { $0.portraitURL = "https://pictures.example/a.png" },
      ] {
        try Self.client(base, change).check(request)
      }
    }
    #expect(server.posts == 0 && server.uploads.isEmpty)
  }

  // MARK: Errors

  struct Row: Sendable, CustomTestStringConvertible {
    var status: Int
    var kind: String
    var end: ProviderError.Class
    var testDescription: String { "\(status) \(kind)" }
  }
  static let rows = [
    Row(status: 400, kind: "BadRequestError", end: .permanent),
    Row(status: 400, kind: "InvalidFileSizeError", end: .permanent),
    Row(status: 400, kind: "InvalidAudioDurationError", end: .permanent),
    Row(status: 400, kind: "InvalidImageResolutionError", end: .permanent),
    Row(status: 400, kind: "DriverNotValidError", end: .permanent),
    Row(status: 401, kind: "AuthorizationError", end: .permanent),
    Row(status: 402, kind: "InsufficientCreditsError", end: .quota),
    Row(status: 403, kind: "PermissionError", end: .permanent),
    Row(status: 404, kind: "NotFoundError", end: .permanent),
    Row(status: 409, kind: "NotReadyError", end: .retry),
    Row(status: 415, kind: "UnsupportedMimeTypeError", end: .permanent),
    Row(status: 451, kind: "TextModerationError", end: .moderation),
    Row(status: 451, kind: "ImageModerationError", end: .moderation),
    Row(status: 451, kind: "AudioModerationError", end: .moderation),
    Row(status: 451, kind: "CelebrityRecognizedError", end: .moderation),
    Row(status: 429, kind: "TooMany", end: .slot),
    Row(status: 500, kind: "InternalServerError", end: .unknownOutcome),
    Row(status: 503, kind: "Busy", end: .unknownOutcome),
  ]

  @Test(
    "each error has its class, when a job is begun and when a file is uploaded", arguments: rows)
  func errors(row: Row) async throws {
    let body =
      #"{"kind":"\#(row.kind)","description":"no to Basic \#(Self.secrets[2]) and \#(Self.key)","details":null}"#
    let answer = DIDServer.Behaviour.answers(
      status: row.status, body: body, headers: ["x-request-id": Self.key, "Retry-After": "3"])
    let server = try Self.server(answer)
    let stage = try VendorStage()
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let client = try Self.client(base)
      let error = try await providerError(hiding: Self.secrets) {
        try await client.start(request, stage.call)
      }
      #expect(error.kind == row.end)
      #expect(error.reason.contains("no to Basic •••"))
      if row.end == .slot { #expect(error.waitMS == 3_000) }
      // An upload costs nothing: nothing of it is unknown.
      server.expectUploads(answer)
      let upload = try await providerError(hiding: Self.secrets) {
        try await client.start(request, stage.call)
      }
      #expect(upload.kind == (row.end == .unknownOutcome ? .retry : row.end))
      // Neither does a question.
      server.expectAsked(answer)
      let question = try await providerError(hiding: Self.secrets) {
        try await client.poll(VendorJob(id: "tlk_1", note: "talk 5"))
      }
      #expect(question.kind == (row.end == .unknownOutcome ? .retry : row.end))
    }
    #expect(server.posts == 1 && server.jobs.isEmpty)
  }

  @Test("the service's own checks")
  func faithful() async throws {
    let server = try Self.server()
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let stage = try VendorStage()
      func error(_ change: (inout DIDSettings) -> Void = { _ in }) async throws -> ProviderError {
        try await providerError(hiding: Self.secrets) {
          try await Self.client(base, change).start(request, stage.call)
        }
      }
      let form = try await error { $0.keyForm = .base64 }
      #expect(form.kind == .permanent && form.advice.contains("Base64"))
      server.change { $0.takesBase64 = true }
      _ = try await Self.client(base) { $0.keyForm = .base64 }.start(request, stage.call)
      server.change { $0.takesBase64 = false }
      #expect(
        try await error { $0.portraitURL = "https://a.example/face.png?x=1" }.kind == .permanent)
      server.change { $0.hasStitch = false }
      let stitch = try await error()
      #expect(stitch.kind == .permanent && stitch.advice.contains("stitch"))
      _ = try await Self.client(base) { $0.stitches = false }.start(request, stage.call)
      server.change { $0.credits = 0 }
      #expect(try await error { $0.stitches = false }.kind == .quota)
    }
    #expect(server.jobs.count == 2)
  }

  @Test("429 as a plain text without a time, a page of a proxy on a question, an unfinished JSON")
  func shapes() async throws {
    let server = try Self.server(.answers(status: 429, body: "Too many", type: "text/plain"))
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let client = try Self.client(base)
      let stage = try VendorStage()
      let busy = try await providerError { try await client.start(request, stage.call) }
      #expect(busy.kind == .slot && busy.reason == "Too many" && busy.waitMS == nil)
      let job = try await client.start(request, stage.call).job
      server.expectAsked(
        .answers(status: 502, body: "<html>502</html>", type: "text/html"),
        .answers(status: 200, body: #"{"id":"tlk"#), .answers(status: 200, body: "[]"),
        .timesOutAtGateway, .losesAnswer)
      for _ in 0..<5 {
        #expect(try await providerError { try await client.poll(job) }.kind == .retry)
      }
      #expect(try await client.poll(job) == .running(progress: nil))
    }
  }

  @Test("a job that is not known yet is asked after again, one of long ago is not")
  func notFound() async throws {
    let server = try Self.server()
    try await server.run { base in
      let client = try Self.client(base)
      let now = Int64(Date().timeIntervalSince1970 * 1000)
      for (note, kind) in [("talk \(now)", ProviderError.Class.retry), ("talk 5", .permanent)] {
        let error = try await providerError {
          try await client.poll(VendorJob(id: "tlk_x/../y", note: note))
        }
        #expect(error.kind == kind)
      }
    }
  }

  @Test(
    "jobs that fail and are refused end with the service's words",
    arguments: [
      (.error(kind: "FaceError"), .permanent), (.error(kind: nil), .permanent),
      (.error(kind: "InsufficientCreditsError"), .quota),
      (.error(kind: "AudioModerationError"), .moderation),
      (.rejected(kind: "CelebrityRecognizedError"), .moderation),
      (.rejected(kind: nil), .moderation),
    ] as [(DIDServer.End, ProviderError.Class)])
  func ends(end: DIDServer.End, kind: ProviderError.Class) async throws {
    let server = try Self.server()
    server.change { $0.end = end }
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let client = try Self.client(base)
      let stage = try VendorStage()
      let job = try await client.start(request, stage.call).job
      #expect(try await client.poll(job) == .running(progress: nil))
      #expect(try await client.poll(job) == .running(progress: nil))
      let error = try await providerError(hiding: Self.secrets) { try await client.poll(job) }
      #expect(error.kind == kind)
      let late = try await providerError { try await client.fetch(job, request, stage.call) }
      #expect(late.kind == kind)
    }
  }

  @Test("a job that never ends stays running")
  func never() async throws {
    let server = try Self.server()
    server.change { $0.end = .never }
    try await server.run { base in
      let client = try Self.client(base)
      let stage = try VendorStage()
      let job = try await client.start(VendorMedia.avatar(), stage.call).job
      for _ in 0..<20 { #expect(try await client.poll(job) == .running(progress: nil)) }
      let error = try await providerError {
        try await client.fetch(job, VendorMedia.avatar(), stage.call)
      }
      // There is a pending address, which is not taken.
      #expect(error.kind == .retry && error.code == "not_ready")
    }
    #expect(server.files.downloads == 0)
  }
}
