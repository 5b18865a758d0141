import Foundation
import Providers
import TestServers
import TestSupport
import Testing
import WebClient

@Suite struct VeoVideoMakerTests {
  private let web = GoogleDesk.web
  private let folder: TempFolder

  init() throws { folder = try TempFolder() }

  private func server(
    way: GoogleVideoFiles.Way = .plain, _ change: (inout VeoServer.Settings) -> Void = { _ in }
  ) throws -> VeoServer {
    var settings = VeoServer.Settings()
    settings.waits = 0
    settings.createTime = "2026-11-20T10:20:32.5Z"
    change(&settings)
    let bytes = try readBytes(try ClipForge.talking())
    let key = GoogleDesk.key.value
    return VeoServer(
      key: key, files: GoogleVideoFiles(key: key, video: bytes, way: way), settings)
  }

  private func maker(
    _ base: String, model: String = "veo-test", resolution: String = "720p"
  ) -> VeoVideoMaker {
    var configuration = VeoVideoMaker.Configuration(
      account: GoogleDesk.account(base), models: GoogleModels(model, setting: "veo.model"))
    configuration.rereadWaits = [1, 1]
    // Machines under load are slow, above all with twenty megabytes.
    configuration.startTimeout = .seconds(600)
    configuration.readTimeout = .seconds(600)
    configuration.pricePerSecond = 0.05
    configuration.resolution = resolution
    return VeoVideoMaker(configuration, web: web)
  }

  private func begun(_ maker: VeoVideoMaker) async throws -> VendorJob {
    guard case .job(let job) = try await maker.start(GoogleDesk.scene, GoogleDesk.call(folder))
    else { throw CancellationError() }
    return job
  }

  private func made(_ server: VeoServer) async throws -> Made<MediaFile> {
    try await server.serve { base in
      let maker = maker(base)
      let job = try await begun(maker)
      while try await maker.poll(job) != .done {}
      return try await maker.fetch(job, GoogleDesk.scene, GoogleDesk.call(folder))
    }
  }

  @Test("an operation becomes a clip", arguments: [true, false])
  func clip(saysFalse: Bool) async throws {
    let server = try server(way: .redirected) { ($0.waits, $0.saysFalse) = (3, saysFalse) }
    let made = try await made(server)
    #expect(made.value.path == folder.file("background.mp4"))
    #expect(try readBytes(made.value.path) == server.files.video)
    #expect(made.cost.unit == "seconds" && abs(made.cost.amount - 1) < 0.05)
    #expect(server.paid == 1 && server.faults.isEmpty)
    // The start, three questions, the fourth that says it is done, and the one of the download.
    #expect(server.requests.count == 6)
    let sent = String(decoding: server.requests[0].body, as: UTF8.self)
    #expect(sent.contains("\"durationSeconds\":8") && sent.contains("no text, captions"))
  }

  @Test func aClipWithinTheAnswerIsTaken() async throws {
    let server = try server { $0.ending = .inline }
    #expect(try readBytes(try await made(server).value.path) == server.files.video)
  }

  @Test(
    "ends that are failures",
    arguments: [
      (VeoServer.Ending.failed(3, "bad prompt"), ProviderError.Class.permanent),
      (.failed(8, "exhausted"), .permanent), (.failed(13, "internal"), .permanent),
      (.failed(14, "away"), .permanent), (.failed(7, "denied"), .permanent),
      (
        .failed(3, "The prompt could not be submitted: it violates our usage guidelines"),
        .moderation
      ),
      (.filtered, .moderation), (.nothing, .permanent),
    ] as [(VeoServer.Ending, ProviderError.Class)])
  func failures(_ ending: VeoServer.Ending, _ kind: ProviderError.Class) async throws {
    let server = try server { $0.ending = ending }
    let error = try await providerError {
      try await server.serve { base in
        let maker = maker(base)
        return try await maker.poll(try await begun(maker))
      }
    }
    #expect(error.kind == kind)
    if case .filtered = ending { #expect(error.reason.contains("17301594")) }
    #expect(server.paid == 1)
  }

  @Test func anOperationThatNeverEndsIsRunning() async throws {
    let server = try server { $0.ending = .never }
    try await server.serve { base in
      let maker = maker(base)
      let job = try await begun(maker)
      for _ in 0..<5 { #expect(try await maker.poll(job) == .running(progress: nil)) }
      let early = try await providerError {
        try await maker.fetch(job, GoogleDesk.scene, GoogleDesk.call(folder))
      }
      #expect(early.kind == .retry)
    }
  }

  @Test func troubleWithAskingLosesNoJobAndA403IsBelievedAtTheThirdTime() async throws {
    let server = try server()
    let forbidden = WireFault.google(403, "PERMISSION_DENIED", "no permission on the operation")
    try await server.serve { base in
      let maker = maker(base)
      let job = try await begun(maker)
      server.change {
        $0.readFaults = [
          .overloaded, .overloaded, .quota("q", details: WireFault.retryDetail("5s")),
        ]
      }
      for kind in [ProviderError.Class.retry, .retry, .slot] {
        #expect(try await providerError { try await maker.poll(job) }.kind == kind)
      }
      server.change { $0.readFaults = [forbidden, forbidden] }
      #expect(try await maker.poll(job) == .done)
      server.change { $0.readFaults = [forbidden, forbidden, forbidden] }
      let error = try await providerError { try await maker.poll(job) }
      #expect(error.kind == .permanent && error.reason.contains(job.id))
      for name in ["operations/../../x", "models/a/operations/b?alt=media", "files/x", ""] {
        let bad = try await providerError { try await maker.poll(VendorJob(id: name)) }
        #expect(bad.kind == .permanent && bad.code == "bad_job")
      }
    }
    #expect(server.paid == 1)
  }

  @Test(
    "starts that fail",
    arguments: [
      (WireFault.wrongKey(inArray: true), ProviderError.Class.permanent),
      (.google(400, "INVALID_ARGUMENT", "Invalid value at 'durationSeconds'"), .permanent),
      (.quota("slow", details: WireFault.retryDetail("9s")), .slot), (.overloaded, .retry),
      (WireFault(503, ""), .unknownOutcome), (.google(500, "INTERNAL", "oops"), .unknownOutcome),
      (.html, .unknownOutcome), (WireFault(200, "{}"), .unknownOutcome),
      (WireFault(200, #"{"name":"operations/../x"}"#), .unknownOutcome),
    ] as [(WireFault, ProviderError.Class)])
  func startFailures(_ fault: WireFault, _ kind: ProviderError.Class) async throws {
    let server = try server { $0.startFaults = [fault] }
    let error = try await providerError {
      try await server.serve { base in try await begun(maker(base)) }
    }
    #expect(error.kind == kind)
    #expect(server.requests.count == 1)
  }

  @Test func aRetiredModelNamesTheSetting() async throws {
    let server = try server()
    let error = try await providerError {
      try await server.serve { base in
        try await begun(maker(base, model: "veo-3.1-generate-preview"))
      }
    }
    #expect(error.kind == .permanent && error.advice.contains("'veo.model'"))
    #expect(error.reason.contains("veo-3.1-generate-preview"))
  }

  @Test func anOperationWhoseNameWasLostIsFoundByItsTime() async throws {
    let server = try server { $0.cutsStart = true }
    try await server.serve { base in
      let maker = maker(base)
      let error = try await providerError { try await begun(maker) }
      #expect(error.kind == .unknownOutcome)
      guard case .found(.job(let job)) = try await recovered(maker) else {
        Issue.record("it was not found")
        return
      }
      #expect(try await maker.poll(job) == .done)
      // Once taken it is nobody else's.
      guard case .unknown = try await recovered(maker) else {
        Issue.record("an operation was taken twice")
        return
      }
    }
    #expect(server.paid == 1 && server.faults.isEmpty)
  }

  private func recovered(_ maker: VeoVideoMaker) async throws -> Recovery<Started> {
    try await maker.recover(GoogleDesk.scene, GoogleDesk.call(folder))
  }

  @Test(
    "an operation that may be another one's is not taken",
    arguments: [
      { $0.isListed = false }, { $0.hasTimes = false }, { $0.createTime = "2026-11-20T09:00:00Z" },
      { $0.createTime = "2026-11-20T10:40:00Z" },
    ] as [@Sendable (inout VeoServer.Settings) -> Void])
  func notRecovered(_ change: @Sendable (inout VeoServer.Settings) -> Void) async throws {
    let server = try server {
      $0.cutsStart = true
      change(&$0)
    }
    try await server.serve { base in
      let maker = maker(base)
      _ = try await providerError { try await begun(maker) }
      guard case .unknown = try await recovered(maker) else {
        Issue.record("it was taken")
        return
      }
    }
  }

  @Test func twoOperationsOfOneTimeAreToldApartByThoseThatAnswered() async throws {
    let server = try server()
    try await server.serve { base in
      let maker = maker(base)
      _ = try await begun(maker)
      server.change { $0.cutsStart = true }
      _ = try await providerError { try await begun(maker) }
      guard case .found(.job(let job)) = try await recovered(maker) else {
        Issue.record("it was not found")
        return
      }
      #expect(job.id.hasSuffix("1"))
      // A process that does not know of the first one cannot tell.
      guard case .unknown = try await recovered(self.maker(base)) else {
        Issue.record("one of two was taken")
        return
      }
    }
  }

  @Test(
    "lengths that the service makes",
    arguments: [
      (1.0, "720p", 4), (4.0, "720p", 4), (4.2, "720p", 6), (60, "720p", 8), (1, "1080p", 8),
    ])
  func lengths(_ seconds: Double, _ resolution: String, _ asked: Int) async throws {
    let server = try server()
    var scene = GoogleDesk.scene
    scene.duration = seconds
    try await server.serve { [scene] base in
      let maker = maker(base, resolution: resolution)
      _ = try await maker.start(scene, GoogleDesk.call(folder))
      #expect(maker.estimate(scene).amount == Double(asked))
    }
    let sent = String(decoding: server.requests[0].body, as: UTF8.self)
    #expect(sent.contains("\"durationSeconds\":\(asked)"))
  }

  @Test(
    "downloads that are no video leave nothing behind",
    arguments: [GoogleVideoFiles.Way.expired, .cut, .page, .empty, .json])
  func downloads(_ way: GoogleVideoFiles.Way) async throws {
    let server = try server(way: way)
    let error = try await providerError { try await made(server) }
    #expect(error.kind == .retry)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  /// What the contract says the service refuses; the server that the other tests trust must do it.
  @Test(
    "the test server refuses what the service refuses",
    arguments: [
      (
        #"{"instances":[{"prompt":"p"}],"parameters":{"durationSeconds":"8","aspectRatio":"16:9"}}"#,
        "durationSeconds"
      ),
      (
        #"{"instances":[{"prompt":"p"}],"parameters":{"durationSeconds":5,"aspectRatio":"16:9"}}"#,
        "durationSeconds"
      ),
      (
        #"{"instances":[{"prompt":"p"}],"parameters":{"durationSeconds":4,"aspectRatio":"16:9","resolution":"1080p"}}"#,
        "durationSeconds"
      ),
      (#"{"instances":[{"prompt":"p","image":{"inlineData":{}}}],"parameters":{}}"#, "inlineData"),
      (
        #"{"instances":[{"prompt":"p","referenceImages":[1,2,3,4]}],"parameters":{}}"#,
        "referenceImages"
      ),
      (
        #"{"instances":[{"prompt":"p"}],"parameters":{"durationSeconds":8,"aspectRatio":"16:9","seed":1}}"#,
        "seed"
      ),
    ])
  func strictServer(_ body: String, _ field: String) async throws {
    let server = try server()
    let reply = try await server.serve { base in
      try await web.send(
        WebRequest(
          .post, base + "/models/veo-test:predictLongRunning",
          headers: [("x-goog-api-key", GoogleDesk.key.value)], body: .bytes(Array(body.utf8))))
    }
    #expect(
      reply.status == 400 && String(decoding: reply.body, as: UTF8.self).contains("'\(field)'"))
  }
}
