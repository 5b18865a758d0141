import Foundation
import Providers
import TestServers
import TestSupport
import Testing

@Suite struct DIDRecoveryTests {
  typealias Base = DIDTests

  @Test(
    "a job whose answer was lost is found by its mark and not begun twice", arguments: 0..<4,
    [false, true])
  func lost(which: Int, isClip: Bool) async throws {
    let behaviours: [DIDServer.Behaviour] = [
      .timesOutAtGateway, .losesAnswer, .hangs, .sendsNoID,
    ]
    let server = try Base.server(behaviours[which])
    let stage = try VendorStage()
    let other = try VendorStage(id: "01JD0000000000000000000009")
    let request = try VendorMedia.avatar { if isClip { $0.character = "rob" } }
    try await server.run { base in
      let client = try Base.client(base) {
        $0.postTimeout = .milliseconds(which == 2 ? 3_000 : 60_000)
      }
      let error = try await providerError(hiding: Base.secrets) {
        try await client.start(request, stage.call)
      }
      #expect(error.kind == .unknownOutcome)
      // Three jobs of others, so that ours is on the second page.
      for _ in 0..<3 { _ = try await Base.client(base).start(request, other.call) }
      let found = try await client.recover(request, stage.call)
      guard case .found(let started) = found else {
        Issue.record("it is \(found)")
        return
      }
      let job = try started.job
      #expect(job.id == server.jobs[0].id)
      while try await client.poll(job) != .done {}
      _ = try await client.fetch(job, request, stage.call)
    }
    #expect(server.posts == 4)
    #expect(stage.files == ["avatar.mp4"])
  }

  @Test(
    "lists may leave out the marks: the sound's name tells, or the jobs themselves",
    arguments: [0, 1])
  func hidden(which: Int) async throws {
    let server = try Base.server(.losesAnswer)
    server.change {
      $0.listsMarks = false
      $0.listsSounds = which == 0
    }
    let stage = try VendorStage()
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let client = try Base.client(base)
      _ = try? await client.start(request, stage.call)
      let found = try await client.recover(request, stage.call)
      guard case .found(.job(let job)) = found else {
        Issue.record("it is \(found)")
        return
      }
      #expect(job.id == "tlk_0")
    }
  }

  @Test("jobs of that time that show no mark anywhere leave it unknown, as does a missing list")
  func unknown() async throws {
    let server = try Base.server(.losesAnswer, .losesAnswer)
    server.change {
      ($0.listsMarks, $0.listsSounds, $0.showsMarks, $0.listsClips) = (false, false, false, false)
    }
    let stage = try VendorStage(age: 130_000)
    let talk = try VendorMedia.avatar()
    let clip = try VendorMedia.avatar { $0.character = "amy" }
    try await server.run { base in
      let client = try Base.client(base)
      for request in [talk, clip] {
        _ = try? await client.start(request, stage.call)
        guard case .unknown = try await client.recover(request, stage.call) else {
          Issue.record("it claims to know")
          return
        }
      }
      // Jobs of another day do not make it unclear.
      server.changeJobs { $0[0].created = Date(timeIntervalSinceNow: -86_400) }
      guard case .notStarted = try await client.recover(talk, stage.call) else {
        Issue.record("it is held up by a job of yesterday")
        return
      }
    }
  }

  @Test("a talk is found even if a presenter was set since")
  func changedSettings() async throws {
    let server = try Base.server(.losesAnswer)
    let stage = try VendorStage(age: 130_000)
    let request = try VendorMedia.avatar()
    try await server.run { base in
      _ = try? await Base.client(base).start(request, stage.call)
      let found = try await Base.client(base) { $0.presenter = "amy" }.recover(request, stage.call)
      guard case .found(.job(let job)) = found else {
        Issue.record("it is \(found)")
        return
      }
      #expect(try await Base.client(base).poll(job) == .running(progress: nil))
    }
    #expect(server.posts == 1)
  }

  @Test("a request that may still appear is asked for again before it counts as never begun")
  func settling() async throws {
    let server = try Base.server()
    let request = try VendorMedia.avatar()
    let (young, old) = (try VendorStage(age: -3_600_000), try VendorStage(age: 130_000))
    try await server.run { base in
      let client = try Base.client(base)
      let error = try await providerError { try await client.recover(request, young.call) }
      #expect(error.kind == .retry && (error.waitMS ?? 0) > 0)
      guard case .notStarted = try await client.recover(request, old.call) else {
        Issue.record("it does not count as never begun")
        return
      }
    }
    #expect(server.posts == 0)
  }

  // MARK: Downloads

  @Test("an address that has expired is replaced by a fresh one", arguments: [0, 1, 2])
  func expired(which: Int) async throws {
    let behaviours: [ResultFiles.Behaviour] = [.hasExpired, .isMissing, .redirects]
    let server = try Base.server(files: [behaviours[which]])
    let stage = try VendorStage()
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let client = try Base.client(base)
      let job = try await client.start(request, stage.call).job
      while try await client.poll(job) != .done {}
      _ = try await client.fetch(job, request, stage.call)
    }
    #expect(stage.files == ["avatar.mp4"] && server.files.downloads == 2)
    #expect(server.files.keysSeen.isEmpty)
  }

  @Test(
    "a film that arrives broken is not kept, and only its download is tried again",
    arguments: [
      .breaksOff, .page, .xml, .empty, .cutFile, .stalls, .fails(500), .fails(502),
      .asksToWait("7"),
    ] as [ResultFiles.Behaviour])
  func broken(behaviour: ResultFiles.Behaviour) async throws {
    let server = try Base.server(files: [behaviour])
    let stage = try VendorStage()
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let client = try Base.client(base) { settings in
        if case .stalls = behaviour { settings.downloadTimeout = .milliseconds(300) }
      }
      let job = try await client.start(request, stage.call).job
      while try await client.poll(job) != .done {}
      let error = try await providerError(hiding: Base.secrets) {
        try await client.fetch(job, request, stage.call)
      }
      if case .asksToWait = behaviour {
        #expect(error.kind == .slot && error.waitMS == 7_000)
      } else {
        #expect(error.kind == .retry)
      }
      #expect(stage.files.isEmpty)
      _ = try await Base.client(base).fetch(job, request, stage.call)
    }
    #expect(stage.files == ["avatar.mp4"] && server.posts == 1)
  }

  @Test("an address that stays expired is no endless loop")
  func alwaysExpired() async throws {
    let server = try Base.server(files: [.hasExpired, .hasExpired, .hasExpired])
    let stage = try VendorStage()
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let client = try Base.client(base)
      let job = try await client.start(request, stage.call).job
      let error = try await providerError {
        while try await client.poll(job) != .done {}
        return try await client.fetch(job, request, stage.call)
      }
      #expect(error.kind == .retry && error.code == "403")
    }
    #expect(server.files.downloads == 2)
  }
}
