import Foundation
import Providers
import TestServers
import TestSupport
import Testing
import WebClient

@Suite struct OmniVideoMakerTests {
  private let web = GoogleDesk.web
  private let folder: TempFolder

  init() throws { folder = try TempFolder() }

  private func server(
    way: GoogleVideoFiles.Way = .plain, video: String? = nil,
    _ change: (inout OmniServer.Settings) -> Void = { _ in }
  ) throws -> OmniServer {
    var settings = OmniServer.Settings()
    change(&settings)
    let bytes = try readBytes(try video ?? ClipForge.talking())
    let key = GoogleDesk.key.value
    return OmniServer(
      key: key, files: GoogleVideoFiles(key: key, video: bytes, way: way), settings)
  }

  private func maker(_ base: String, models: GoogleModels? = nil) -> OmniVideoMaker {
    var configuration = OmniVideoMaker.Configuration(
      account: GoogleDesk.account(base),
      models: models ?? GoogleModels("omni-test", setting: "omni.model"))
    configuration.rereadWaits = [1, 1, 1]
    // Machines under load are slow, above all with twenty megabytes.
    configuration.startTimeout = .seconds(600)
    configuration.readTimeout = .seconds(600)
    configuration.pricePerSecond = 0.1
    return OmniVideoMaker(configuration, web: web)
  }

  /// Begins, asks until it is done, fetches.
  private func make(_ maker: OmniVideoMaker, _ server: OmniServer) async throws -> Made<MediaFile> {
    guard case .job(let job) = try await maker.start(GoogleDesk.scene, GoogleDesk.call(folder))
    else { throw CancellationError() }
    for _ in 0..<20 {
      if try await maker.poll(job) == .done {
        return try await maker.fetch(job, GoogleDesk.scene, GoogleDesk.call(folder))
      }
    }
    Issue.record("the job never ended")
    throw CancellationError()
  }

  private func made(_ server: OmniServer) async throws -> Made<MediaFile> {
    try await server.serve { base in try await make(maker(base), server) }
  }

  @Test func aSceneBecomesAClip() async throws {
    let server = try server()
    let made = try await made(server)
    #expect(made.value.path == folder.file("background.mp4"))
    #expect(made.value.mediaType == "video/mp4" && !made.value.hasAlpha)
    #expect(try readBytes(made.value.path) == server.files.video)
    #expect(made.cost.unit == "seconds" && abs(made.cost.amount - 1) < 0.05)
    #expect(abs((made.cost.microdollars ?? 0) - 100_000) < 5000)
    #expect(made.requestID == "v1_aZ0kq")
    #expect(server.paid == 1 && server.faults.isEmpty)
    let sent = String(decoding: server.requests[0].body, as: UTF8.self)
    #expect(sent.contains("\"duration\":\"6.3s\"") && sent.contains("16:9"))
    #expect(sent.contains("01katestcall00000000000000"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["background.mp4"])
  }

  @Test(
    "a video in every place where answers have it",
    arguments: [
      OmniServer.Ending.inline, .outputVideoAlone, .oddSteps, .late(2),
    ])
  func places(_ ending: OmniServer.Ending) async throws {
    let server = try server { $0.ending = ending }
    let made = try await made(server)
    #expect(try readBytes(made.value.path) == server.files.video)
    #expect(server.paid == 1 && server.faults.isEmpty)
  }

  @Test(
    "states that are not the end",
    arguments: [["queued"], ["in_progress", "in_progress"], ["something_new"], [""]])
  func running(_ statuses: [String]) async throws {
    let server = try server { $0.statuses = statuses }
    try await server.serve { base in
      let maker = maker(base)
      let job = try await begun(maker)
      for _ in statuses { #expect(try await maker.poll(job) == .running(progress: nil)) }
      #expect(try await maker.poll(job) == .done)
    }
  }

  private func begun(_ maker: OmniVideoMaker) async throws -> VendorJob {
    guard case .job(let job) = try await maker.start(GoogleDesk.scene, GoogleDesk.call(folder))
    else { throw CancellationError() }
    return job
  }

  @Test(
    "ends that are failures",
    arguments: [
      (OmniServer.Ending.failed("failed"), ProviderError.Class.permanent),
      (.failed("failed", code: "https://x.org/errors/INTERNAL", message: "broke"), .permanent),
      (
        .failed("failed", code: "https://x.org/errors/RESOURCE_EXHAUSTED", message: "full"),
        .permanent
      ),
      (.failed("failed", code: "https://x.org/errors/INVALID_ARGUMENT", message: "no"), .permanent),
      (.failed("failed", code: "x", message: "It was blocked by our safety filters"), .moderation),
      (.failed("failed", code: "13", message: "internal", inStep: true), .permanent),
      (.failed("failed", code: "14", message: "away", inStep: true), .permanent),
      (.failed("failed", code: "8", message: "full", inStep: true), .permanent),
      (.failed("failed", code: "3", message: "bad prompt", inStep: true), .permanent),
      (.failed("cancelled"), .permanent), (.failed("incomplete"), .permanent),
      (.failed("budget_exceeded"), .permanent), (.failed("requires_action"), .permanent),
      (.failed("requires_continuation"), .permanent), (.late(1000), .permanent),
    ] as [(OmniServer.Ending, ProviderError.Class)])
  func failures(_ ending: OmniServer.Ending, _ kind: ProviderError.Class) async throws {
    let server = try server { ($0.ending, $0.statuses) = (ending, []) }
    let error = try await providerError {
      try await server.serve { base in
        let maker = maker(base)
        return try await maker.poll(try await begun(maker))
      }
    }
    #expect(error.kind == kind)
    let codes = ["INTERNAL", "RESOURCE_EXHAUSTED", "13", "14", "8"]
    #expect(error.advice.contains("another job") == codes.contains(error.code))
    #expect(error.advice.contains("budget") == (error.code == "budget_exceeded"))
    #expect(server.paid == 1)
  }

  @Test func aJobThatNeverEndsIsRunningUntilItsDeadline() async throws {
    let server = try server { $0.ending = .never }
    try await server.serve { base in
      let maker = maker(base)
      let job = try await begun(maker)
      for _ in 0..<5 { #expect(try await maker.poll(job) == .running(progress: nil)) }
      #expect(maker.polling.deadlineMS == 900_000)
      #expect(maker.polling.wait(before: 0) == 10_000 && maker.polling.wait(before: 30) == 20_000)
      let error = try await providerError {
        try await maker.fetch(job, GoogleDesk.scene, GoogleDesk.call(folder))
      }
      #expect(error.kind == .retry)
    }
  }

  @Test(
    "a job is not lost by trouble with asking after it",
    arguments: [
      WireFault.overloaded, .html, .quota("slow", details: WireFault.retryDetail("9s")),
      .google(500, "INTERNAL", "oops"), WireFault(200, "no json"),
    ])
  func readTrouble(_ fault: WireFault) async throws {
    let server = try server { $0.statuses = [] }
    try await server.serve { base in
      let maker = maker(base)
      let job = try await begun(maker)
      server.change { $0.readFaults = [fault, fault] }
      for _ in 0..<2 {
        let error = try await providerError { try await maker.poll(job) }
        #expect([.retry, .slot].contains(error.kind))
        #expect(error.kind == .retry || error.waitMS == 10_000)
      }
      #expect(try await maker.poll(job) == .done)
    }
    #expect(server.paid == 1)
  }

  @Test func aForbiddenJobIsAskedAfterThreeTimes() async throws {
    let forbidden = WireFault(403, #"{"error":{"code":"permission_denied","message":"no"}}"#)
    let server = try server { $0.statuses = [] }
    try await server.serve { base in
      let maker = maker(base)
      let job = try await begun(maker)
      server.change { $0.readFaults = [forbidden, forbidden] }
      #expect(try await maker.poll(job) == .done)
      server.change { $0.readFaults = [forbidden, forbidden, forbidden] }
      let error = try await providerError { try await maker.poll(job) }
      #expect(error.kind == .permanent && error.reason.contains(job.id))
      let unknown = try await providerError { try await maker.poll(VendorJob(id: "v1_other")) }
      #expect(unknown.kind == .permanent)
      let bad = try await providerError { try await maker.poll(VendorJob(id: "../models")) }
      #expect(bad.kind == .permanent && bad.code == "bad_job")
    }
  }

  @Test(
    "starts that fail",
    arguments: [
      (WireFault.wrongKey(echo: GoogleDesk.key.value), ProviderError.Class.permanent),
      (.leakedKey(GoogleDesk.key.value), .permanent),
      (WireFault(400, #"{"error":{"code":"invalid_request","message":"bad"}}"#), .permanent),
      (WireFault(400, #"{"error":{"code":3,"message":"bad"}}"#), .permanent),
      (.quota("slow", details: WireFault.retryDetail("9s")), .slot),
      (WireFault(429, #"{"error":{"code":"rate_limit","message":"slow"}}"#), .retry),
      (.quota("x", details: WireFault.quotaDetail("PerDay")), .quota),
      (.overloaded, .retry), (WireFault(503, ""), .unknownOutcome),
      (.google(500, "INTERNAL", "oops"), .unknownOutcome), (.html, .unknownOutcome),
      (.google(504, "DEADLINE_EXCEEDED", "late"), .unknownOutcome),
      (WireFault(408, ""), .unknownOutcome),
    ] as [(WireFault, ProviderError.Class)])
  func startFailures(_ fault: WireFault, _ kind: ProviderError.Class) async throws {
    let server = try server { $0.startFaults = [fault] }
    let error = try await providerError {
      try await server.serve { base in try await begun(maker(base)) }
    }
    #expect(error.kind == kind)
    #expect(server.paid == 0 && server.requests.count == 1)
  }

  @Test("a start whose answer says nothing", arguments: ["{}", #"{"id":"../x"}"#, "[]", "<html>"])
  func unreadableStart(_ raw: String) async throws {
    let server = try server { $0.rawStart = raw }
    let error = try await providerError {
      try await server.serve { base in try await begun(maker(base)) }
    }
    #expect(error.kind == .unknownOutcome)
    #expect(server.paid == 1)
  }

  @Test(
    "a job whose name was lost is found by its label where it can be", arguments: [true, false])
  func recovered(isListed: Bool) async throws {
    let server = try server { ($0.cutsStart, $0.isListed, $0.statuses) = (true, isListed, []) }
    try await server.serve { base in
      let maker = maker(base)
      let error = try await providerError { try await begun(maker) }
      #expect(error.kind == .unknownOutcome)
      let call = GoogleDesk.call(folder)
      switch try await maker.recover(GoogleDesk.scene, call) {
      case .found(.job(let job)) where isListed: #expect(try await maker.poll(job) == .done)
      case .unknown where !isListed: break
      case let other: Issue.record("\(other)")
      }
      var another = call
      another.id = "01KANOTHERCALL000000000000"
      guard case .unknown = try await maker.recover(GoogleDesk.scene, another) else {
        Issue.record("a job of another call was taken")
        return
      }
    }
    #expect(server.paid == 1 && server.faults.isEmpty)
  }

  @Test func aRetiredModelNamesTheSettingOrIsReplaced() async throws {
    let server = try server()
    try await server.serve { base in
      let gone = GoogleModels("omni-gone", setting: "omni.model")
      let error = try await providerError { try await begun(maker(base, models: gone)) }
      #expect(error.kind == .permanent && error.advice.contains("'omni.model'"))
      let other = GoogleModels("omni-gone", fallbacks: ["omni-other"], setting: "omni.model")
      _ = try await begun(maker(base, models: other))
    }
    #expect(server.paid == 1)
  }

  @Test func anAnswerThatRepeatsTwentyMegabytesIsRead() async throws {
    let server = try server { ($0.echo, $0.statuses) = (20 << 20, []) }
    try await server.serve { base in
      let maker = maker(base)
      let job = try await begun(maker)
      #expect(try await maker.poll(job) == .done)
    }
    #expect(server.requests.last?.query == "include_input=false")
  }

  @Test(
    "a key is not sent to another host that a download leads to",
    arguments: [(GoogleVideoFiles.Way.redirected, 2), (.elsewhere, 1)])
  func otherHost(_ way: GoogleVideoFiles.Way, _ fetched: Int) async throws {
    let server = try server(way: way)
    let made = try await made(server)
    #expect(try readBytes(made.value.path) == server.files.video)
    #expect(server.faults.isEmpty && server.files.fetched == fetched)
  }

  @Test func anExpiredAddressIsReplaced() async throws {
    let server = try server(way: .expiredOnce) { $0.statuses = [] }
    try await server.serve { base in
      let maker = maker(base)
      let job = try await begun(maker)
      _ = try await maker.fetch(job, GoogleDesk.scene, GoogleDesk.call(folder))
    }
    #expect(server.faults.isEmpty && server.paid == 1)
  }

  @Test(
    "downloads that are no video leave nothing behind",
    arguments: [
      GoogleVideoFiles.Way.expired, .cut, .wrongLength, .page, .empty, .json, .noVideo,
    ])
  func downloads(_ way: GoogleVideoFiles.Way) async throws {
    let server = try server(way: way) { $0.statuses = [] }
    let error = try await providerError { try await made(server) }
    #expect(error.kind == .retry)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    #expect(server.paid == 1)
  }

  @Test func clipsOfOtherLengthsAndLayoutsAreTaken() async throws {
    let clips = [
      try ClipForge.plain("short.mp4", seconds: 0.8),
      try ClipForge.plain("tail.mp4", seconds: 2.2, options: ["-movflags", "-faststart"]),
    ]
    for (clip, seconds) in zip(clips, [0.8, 2.2]) {
      let made = try await made(try server(video: clip))
      #expect(abs(made.cost.amount - seconds) < 0.1)
    }
  }

  @Test func aPictureIsNotWhatItMakes() async throws {
    var scene = GoogleDesk.scene
    scene.kind = .image
    let error = try await providerError {
      try await maker("http://127.0.0.1:9").start(scene, GoogleDesk.call(folder))
    }
    #expect(error.kind == .permanent && error.code == "bad_kind")
  }

  @Test(
    "lengths that may be asked for", arguments: [(0.2, "3s"), (.nan, "3s"), (7, "7s"), (99, "10s")])
  func lengths(_ seconds: Double, _ asked: String) async throws {
    let server = try server()
    var scene = GoogleDesk.scene
    scene.duration = seconds
    (scene.width, scene.height, scene.prompt) = (720, 1280, " ")
    try await server.serve { [scene] base in
      _ = try await maker(base).start(scene, GoogleDesk.call(folder))
    }
    let sent = String(decoding: server.requests[0].body, as: UTF8.self)
    #expect(sent.contains("\"duration\":\"\(asked)\"") && sent.contains("9:16"))
  }
}
