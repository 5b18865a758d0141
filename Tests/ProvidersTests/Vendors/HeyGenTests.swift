import Foundation
import Providers
import TestServers
import TestSupport
import Testing
import WebClient

@Suite struct HeyGenTests {
  static let key = "hg_5f00ba12+secret/key=="

  static func client(
    _ base: String, _ version: HeyGenSettings.Version = .v3,
    _ change: (inout HeyGenSettings) -> Void = { _ in }
  ) throws -> HeyGen {
    var settings = HeyGenSettings(key: try #require(Secret(key)))
    (settings.base, settings.uploadBase, settings.version) = (base, base, version)
    settings.avatar = "mara"
    settings.dollarsPerSecond = 0.05
    change(&settings)
    return HeyGen(settings, web: WebClient())
  }

  static func server(
    _ script: HeyGenServer.Behaviour..., files: [ResultFiles.Behaviour] = []
  ) throws -> HeyGenServer {
    HeyGenServer(.init(key: key), files: try VendorMedia.files(files), script: script)
  }

  // MARK: Films

  @Test(
    "an avatar speaks, opaque or transparent, in both versions",
    arguments: HeyGenSettings.Version.allCases, [false, true])
  func avatar(version: HeyGenSettings.Version, isClear: Bool) async throws {
    let server = try Self.server()
    server.change { $0.hasOldBodies = isClear }
    let stage = try VendorStage()
    let request = try VendorMedia.avatar { $0.width = 1281 }
    let made = try await server.run { base in
      let client = try Self.client(base, version) {
        $0.isTransparent = isClear
        $0.background = "#00ff00"
      }
      let job = try await client.start(request, stage.call).job
      #expect(try await client.poll(job) == .running(progress: nil))
      #expect(try await client.poll(job) == .running(progress: nil))
      #expect(try await client.poll(job) == .done)
      return try await client.fetch(job, request, stage.call)
    }
    #expect(made.value.hasAlpha == isClear)
    #expect(made.value.mediaType == (isClear ? "video/webm" : "video/mp4"))
    #expect(stage.files == ["avatar.\(isClear ? "webm" : "mp4")"])
    #expect(made.cost == Cost(unit: "seconds", amount: 7.42, microdollars: 371_000))
    #expect(server.files.keysSeen.isEmpty && server.posts == 1)
    #expect(server.assets.values.first == (try readBytes(request.audioPath)))
    #expect(server.assetTypes == ["audio/mpeg"])
    let body = server.videos[0].body
    #expect(body["callback_id"]?.text == stage.call.id)
    if version == .v3 {
      #expect(body["resolution"]?.text == "720p" && body["aspect_ratio"]?.text == "16:9")
      #expect((body["background"] == nil) == isClear)
    }
  }

  @Test("a picture of the user's is made to speak")
  func picture() async throws {
    let server = try Self.server()
    let stage = try VendorStage()
    let request = try VendorMedia.avatar {
      $0.portraitPath = try! ClipForge.still("face.jpg")
      $0.portraitSHA256 = String(repeating: "cd", count: 32)
      ($0.width, $0.height) = (1080, 1920)
    }
    try await server.run { base in _ = try await Self.client(base).start(request, stage.call) }
    let body = server.videos[0].body
    #expect(body["type"]?.text == "image" && body["avatar_id"] == nil)
    #expect(body["resolution"]?.text == "1080p" && body["aspect_ratio"]?.text == "9:16")
    #expect(server.assetTypes == ["audio/mpeg", "image/jpeg"])
  }

  @Test(
    "an avatar that cannot be transparent, and one that is not there", arguments: ["tom", "eve"])
  func refusedAvatars(name: String) async throws {
    let server = try Self.server()
    let request = try VendorMedia.avatar { $0.character = name }
    try await server.run { base in
      let stage = try VendorStage()
      let error = try await providerError {
        try await Self.client(base) { $0.isTransparent = true }.start(request, stage.call)
      }
      #expect(error.kind == .permanent)
    }
    #expect(server.videos.isEmpty)
  }

  @Test(
    "what cannot succeed is not sent",
    arguments: ["long", "no avatar", "flac", "old picture", "missing"])
  func refused(what: String) async throws {
    let server = try Self.server()
    let stage = try VendorStage()
    let request = try VendorMedia.avatar { request in
      switch what {
      case "long": request.duration = 601
      case "flac": request.audioPath = try! ClipForge.tone("speech.flac")
      case "missing": request.audioPath = stage.folder.file("gone.mp3")
      case "old picture": request.portraitPath = try! ClipForge.still("face.png")
      default: break
      }
    }
    try await server.run { base in
      let error = try await providerError(hiding: [Self.key]) {
        try await Self.client(base, what == "old picture" ? .v2 : .v3) {
          if what == "no avatar" { $0.avatar = nil }
        }.start(request, stage.call)
      }
      #expect(error.kind == .permanent)
    }
    #expect(server.posts == 0 && stage.files.isEmpty)
  }

  @Test("the waits between questions are those of the contract")
  func polling() throws {
    let polling = try Self.client("http://127.0.0.1:9").polling
    #expect(polling.wait(before: 0) == 150_000 && polling.wait(before: 1) == 10_000)
    #expect(polling.wait(before: 99) == 10_000 && polling.deadlineMS == 3_600_000)
  }

  // MARK: Errors

  struct Row: Sendable, CustomTestStringConvertible {
    var status: Int
    var code: String
    var message = "no"
    var kind: ProviderError.Class
    var testDescription: String { "\(status) \(code) \(message)" }
  }
  static let rows = [
    Row(status: 400, code: "validation_error", kind: .permanent),
    Row(status: 422, code: "invalid_parameter", kind: .permanent),
    Row(status: 401, code: "unauthorized", kind: .permanent),
    Row(status: 402, code: "insufficient_credit", kind: .quota),
    Row(status: 403, code: "forbidden", message: "not in your plan", kind: .permanent),
    Row(
      status: 403, code: "forbidden", message: "refused by content moderation", kind: .moderation),
    Row(status: 404, code: "not_found", kind: .permanent),
    Row(status: 409, code: "request_in_progress", kind: .unknownOutcome),
    Row(status: 424, code: "download_failed", kind: .permanent),
    Row(status: 400, code: "download_failed", kind: .permanent),
    Row(status: 429, code: "rate_limit_exceeded", kind: .slot),
    Row(status: 500, code: "internal_error", kind: .unknownOutcome),
    Row(status: 504, code: "gateway_timeout", kind: .unknownOutcome),
  ]

  @Test(
    "each error has its class, when a video is begun and when something free is asked",
    arguments: rows)
  func errors(row: Row) async throws {
    let body =
      #"{"error":{"code":"\#(row.code)","message":"\#(row.message) \#(Self.key)","param":null}}"#
    let answer = HeyGenServer.Behaviour.answers(
      status: row.status, body: body, headers: ["Retry-After": "5", "x-key": Self.key])
    let server = try Self.server(answer)
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let client = try Self.client(base)
      let stage = try VendorStage()
      let error = try await providerError(hiding: [Self.key]) {
        try await client.start(request, stage.call)
      }
      #expect(error.kind == row.kind && error.reason.contains("\(row.message) •••"))
      if row.kind == .slot { #expect(error.waitMS == 5_000) }
      server.expectUploads(answer)
      server.expectAsked(answer)
      let upload = try await providerError(hiding: [Self.key]) {
        try await client.start(request, stage.call)
      }
      let question = try await providerError(hiding: [Self.key]) {
        try await client.poll(VendorJob(id: "v_0", note: "v3"))
      }
      let free = row.kind == .unknownOutcome ? .retry : row.kind
      #expect(upload.kind == free && question.kind == free)
    }
    #expect(server.videos.isEmpty && server.posts == 1)
  }

  @Test(
    "the older numbers, with status 200 and 400",
    arguments: [
      (400_112, .permanent), (400_105, .permanent), (40_009, .permanent), (400_631, .permanent),
      (40_001, .permanent),
    ] as [(Int, ProviderError.Class)], [200, 400])
  func oldErrors(_ row: (code: Int, kind: ProviderError.Class), status: Int) async throws {
    let answer = HeyGenServer.Behaviour.answers(
      status: status, body: #"{"code":\#(row.code),"message":"no \#(Self.key)","data":null}"#)
    let server = try Self.server(answer)
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let stage = try VendorStage()
      let error = try await providerError(hiding: [Self.key]) {
        try await Self.client(base, .v2).start(request, stage.call)
      }
      #expect(error.kind == row.kind && error.code == "\(row.code)")
      #expect(error.advice.contains("key") == (row.code == 400_112))
      server.expectAsked(answer)
      let question = try await providerError {
        try await Self.client(base, .v2).poll(VendorJob(id: "old_0", note: "v2"))
      }
      #expect(question.kind == row.kind)
    }
  }

  @Test("the service's own refusal of a wrong key, in both versions")
  func wrongKey() async throws {
    let server = try Self.server()
    let request = try VendorMedia.avatar()
    try await server.run { base in
      for version in HeyGenSettings.Version.allCases {
        let stage = try VendorStage()
        let error = try await providerError(hiding: ["hg_other_key_0123"]) {
          try await Self.client(base, version) { $0.key = Secret("hg_other_key_0123")! }
            .start(request, stage.call)
        }
        #expect(error.kind == .permanent && error.advice.contains("key"))
      }
    }
  }

  @Test(
    "videos that fail end with the service's words, with and without them",
    arguments: [
      (.failed(code: "40119", message: "The sound is too short"), .permanent),
      (.failed(code: nil, message: nil), .permanent),
      (.failed(code: "MODERATION_FAILED", message: nil), .moderation),
      (.failed(code: "insufficient_credit", message: nil), .quota),
    ] as [(HeyGenServer.End, ProviderError.Class)])
  func failed(end: HeyGenServer.End, kind: ProviderError.Class) async throws {
    let server = try Self.server()
    server.change { ($0.end, $0.pending, $0.processing) = (end, 0, 0) }
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let client = try Self.client(base)
      let stage = try VendorStage()
      let job = try await client.start(request, stage.call).job
      let error = try await providerError { try await client.poll(job) }
      #expect(error.kind == kind)
    }
  }

  @Test("a version 2 video that fails, and one that never ends")
  func oldEnds() async throws {
    let server = try Self.server()
    server.change {
      $0.end = .failed(code: "40119", message: "bad sound")
      ($0.pending, $0.processing) = (0, 0)
    }
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let client = try Self.client(base, .v2)
      let stage = try VendorStage()
      let job = try await client.start(request, stage.call).job
      let error = try await providerError { try await client.poll(job) }
      #expect(error.kind == .permanent && error.code == "40119" && error.reason == "bad sound")
      server.change { $0.end = .never }
      for _ in 0..<10 { #expect(try await client.poll(job) == .running(progress: nil)) }
    }
  }

  @Test("a video of one version is not known to the other")
  func versions() async throws {
    let server = try Self.server()
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let stage = try VendorStage()
      var job = try await Self.client(base).start(request, stage.call).job
      // Asked after by the job's version, whatever the settings say now.
      #expect(try await Self.client(base, .v2).poll(job) == .running(progress: nil))
      job.note = "v2"
      let error = try await providerError { try await Self.client(base).poll(job) }
      #expect(error.kind == .permanent && error.code == "not_found")
    }
  }
}
