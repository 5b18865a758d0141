import Foundation
import Providers
import TestServers
import TestSupport
import Testing

@Suite struct ElevenLabsRecoveryTests {
  typealias Base = ElevenLabsTests

  @Test(
    "an answer that is lost or unusable is found in the history and not paid for again",
    arguments: 0..<9)
  func lost(which: Int) async throws {
    let behaviours: [ElevenLabsServer.Behaviour] = [
      .losesAnswer, .hangs, .cutsSound, .sendsNoSound,
      .sends("<html>\(Base.key)</html>", type: "text/html"),
      .sends(#"{"detail":"later"}"#, type: "application/json"), .sends("", type: "audio/mpeg"),
      .sends(#"{"audio_base64":"!!!"}"#, type: "application/json"), .stalls,
    ]
    let server = Base.server(behaviours[which])
    let stage = try VendorStage()
    let again = try VendorStage()
    let found = try await server.run { base in
      let client = try Base.client(base) {
        $0.speechTimeout = .milliseconds(which == 1 || which == 8 ? 3_000 : 60_000)
      }
      let error = try await providerError(hiding: [Base.key]) {
        try await client.speak(Base.request(), stage.call)
      }
      #expect(error.kind == .unknownOutcome)
      let call = ProviderCall(
        id: stage.call.id, startedAt: stage.call.startedAt, folder: again.call.folder)
      return try await Base.client(base).recover(Base.request(), call)
    }
    guard case .found(let made) = found else {
      Issue.record("it is \(found)")
      return
    }
    #expect(made.value.words.count == 8 && made.value.duration > 2)
    #expect(again.files == ["speech.mp3"])
    #expect(made.cost.amount == 43 && made.requestID == "req-his0")
    #expect(server.posts == 1)
  }

  @Test("the newest speech with the same text and voice is taken, on whatever page it is")
  func pages() async throws {
    let server = Base.server()
    let stage = try VendorStage()
    let recovery = try await server.run { base in
      let client = try Base.client(base)
      _ = try await client.speak(Base.request(), stage.call)
      for number in 0..<5 {
        _ = try await client.speak(Base.request("Another one, number \(number)."), stage.call)
      }
      return try await client.recover(Base.request(), stage.call)
    }
    guard case .found(let made) = recovery else {
      Issue.record("it is \(recovery)")
      return
    }
    #expect(made.requestID == "req-his0")
  }

  @Test("speech of an earlier day, of another voice and deleted speech are not taken for it")
  func others() async throws {
    let server = Base.server()
    let stage = try VendorStage(age: 200_000)
    let recovery = try await server.run { base in
      let client = try Base.client(base)
      for _ in 0..<3 { _ = try await client.speak(Base.request(), stage.call) }
      server.changeHistory { history in
        history[0].date -= 86_400
        history[1].voice = "AnotherVoice00000000"
        history[2].state = "deleted"
      }
      return try await client.recover(Base.request(), stage.call)
    }
    guard case .notStarted = recovery else {
      Issue.record("it is \(recovery)")
      return
    }
  }

  @Test("a request that may still appear is asked for again before it counts as never begun")
  func settling() async throws {
    let server = Base.server()
    let young = try VendorStage(age: -3_600_000)
    let old = try VendorStage(age: 130_000)
    try await server.run { base in
      let client = try Base.client(base)
      let error = try await providerError { try await client.recover(Base.request(), young.call) }
      #expect(error.kind == .retry)
      #expect((error.waitMS ?? 0) > 0)
      guard case .notStarted = try await client.recover(Base.request(), old.call) else {
        Issue.record("it is not counted as never begun")
        return
      }
    }
  }

  @Test("speech that is still being made is waited for")
  func processing() async throws {
    let server = Base.server(.losesAnswer)
    let stage = try VendorStage()
    try await server.run { base in
      let client = try Base.client(base)
      _ = try? await client.speak(Base.request(), stage.call)
      server.changeHistory { $0[0].state = "processing" }
      let error = try await providerError { try await client.recover(Base.request(), stage.call) }
      #expect(error.kind == .retry && error.code == "processing")
    }
  }

  @Test("without a history nobody can tell", arguments: [true, false])
  func unknown(isKept: Bool) async throws {
    let server = Base.server(.losesAnswer)
    server.change { $0.mayReadHistory = false }
    let stage = try VendorStage()
    try await server.run { base in
      let client = try Base.client(base) { $0.keepsHistory = isKept }
      _ = try? await client.speak(Base.request(), stage.call)
      guard case .unknown = try await client.recover(Base.request(), stage.call) else {
        Issue.record("it claims to know")
        return
      }
    }
  }
}
