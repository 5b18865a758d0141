import Foundation
import Providers
import TestServers
import TestSupport
import Testing

@Suite struct HeyGenRecoveryTests {
  typealias Base = HeyGenTests

  @Test(
    "a lost answer comes again under the same key, and the video is begun once", arguments: 0..<4)
  func lost(which: Int) async throws {
    let behaviours: [HeyGenServer.Behaviour] = [
      .losesAnswer, .hangs, .timesOutAtGateway, .sendsNoID,
    ]
    let server = try Base.server(behaviours[which])
    let (stage, again) = (try VendorStage(), try VendorStage())
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let client = try Base.client(base) {
        $0.postTimeout = .milliseconds(which == 1 ? 3_000 : 60_000)
      }
      let error = try await providerError(hiding: [Base.key]) {
        try await client.start(request, stage.call)
      }
      #expect(error.kind == .unknownOutcome)
      // Another process, another folder, the same attempt.
      let call = ProviderCall(
        id: stage.call.id, startedAt: stage.call.startedAt, folder: again.folder.path)
      let found = try await Base.client(base).recover(request, call)
      guard case .found(.job(let job)) = found else {
        Issue.record("it is \(found)")
        return
      }
      #expect(job.id == "v_0")
    }
    #expect(server.videos.count == 1 && server.posts == 2)
    #expect(Set(server.keys).count == 1)
    #expect(server.assets.count == 1, "the upload has a key too")
  }

  @Test("a request that never arrived is begun by the same question")
  func neverArrived() async throws {
    let server = try Base.server()
    let stage = try VendorStage()
    let request = try VendorMedia.avatar()
    try await server.run { base in
      guard case .found = try await Base.client(base).recover(request, stage.call) else {
        Issue.record("it was not begun")
        return
      }
    }
    #expect(server.videos.count == 1)
  }

  @Test("another attempt and another request have other keys")
  func keys() async throws {
    let server = try Base.server()
    let stage = try VendorStage()
    let other = try VendorStage(id: "01JD0000000000000000000002")
    let request = try VendorMedia.avatar()
    let changed = try VendorMedia.avatar { $0.audioSHA256 = String(repeating: "ef", count: 32) }
    try await server.run { base in
      for (asked, call) in [(request, stage.call), (changed, stage.call), (request, other.call)] {
        _ = try await Base.client(base).start(asked, call)
      }
      // Settings that were changed since make no other request of it: it would be paid for twice.
      guard
        case .found(.job(let job)) = try await Base.client(
          base, .v3, { ($0.engine, $0.avatar) = ("avatar_v", "tom") }
        ).recover(request, stage.call)
      else { return }
      #expect(job.id == "v_0")
    }
    #expect(Set(server.keys).count == 3 && server.videos.count == 3)
  }

  @Test("while the first request runs the question is put off; a lost question too")
  func inProgress() async throws {
    let server = try Base.server(.losesAnswer)
    server.change { $0.holdsKeys = true }
    let stage = try VendorStage()
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let client = try Base.client(base)
      _ = try? await client.start(request, stage.call)
      let error = try await providerError { try await client.recover(request, stage.call) }
      #expect(error.kind == .retry && error.code == "request_in_progress" && error.waitMS == 2_000)
      server.change { $0.holdsKeys = false }
      guard case .found = try await client.recover(request, stage.call) else {
        Issue.record("it is not found")
        return
      }
    }
    #expect(server.videos.count == 1)
  }

  @Test("keys older than a day, and version 2, leave it unknown")
  func unknown() async throws {
    let server = try Base.server()
    let (old, young) = (try VendorStage(age: 23 * 3_600_000 + 1), try VendorStage())
    let request = try VendorMedia.avatar()
    try await server.run { base in
      guard case .unknown = try await Base.client(base).recover(request, old.call),
        case .unknown = try await Base.client(base, .v2).recover(request, young.call)
      else {
        Issue.record("it claims to know")
        return
      }
    }
    #expect(server.posts == 0)
  }

  @Test(
    "version 2 requests whose answer is lost are unknown, not repeated",
    arguments: [.losesAnswer, .timesOutAtGateway] as [HeyGenServer.Behaviour])
  func oldLost(behaviour: HeyGenServer.Behaviour) async throws {
    let server = try Base.server(behaviour)
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let stage = try VendorStage()
      let error = try await providerError {
        try await Base.client(base, .v2).start(request, stage.call)
      }
      #expect(error.kind == .unknownOutcome)
    }
    #expect(server.posts == 1)
  }

  @Test(
    "downloads: expired once, then fresh; broken ones are not kept",
    arguments: [.hasExpired, .breaksOff, .page, .cutFile] as [ResultFiles.Behaviour])
  func downloads(behaviour: ResultFiles.Behaviour) async throws {
    let server = try Base.server(files: [behaviour])
    server.change { ($0.pending, $0.processing) = (0, 0) }
    let stage = try VendorStage()
    let request = try VendorMedia.avatar()
    try await server.run { base in
      let client = try Base.client(base)
      let job = try await client.start(request, stage.call).job
      if case .hasExpired = behaviour {
        _ = try await client.fetch(job, request, stage.call)
      } else {
        let error = try await providerError { try await client.fetch(job, request, stage.call) }
        #expect(error.kind == .retry)
        #expect(stage.files.isEmpty)
      }
    }
    #expect(server.files.keysSeen.isEmpty)
  }
}
