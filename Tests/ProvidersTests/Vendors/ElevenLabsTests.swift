import Foundation
import Providers
import TestServers
import TestSupport
import Testing
import WebClient

@Suite struct ElevenLabsTests {
  static let key = "sk_f00dfeed0123456789abcdef"
  static let voice = "Vq2nLx81TtZ0kWb4RmaE"
  static let text = "Slide two. Sales rose by 12 percent, again."

  static func client(
    _ base: String, key: String = key, connecting: Duration = .seconds(10),
    _ change: (inout ElevenLabsSettings) -> Void = { _ in }
  ) throws -> ElevenLabs {
    var settings = ElevenLabsSettings(key: try #require(Secret(key)), voice: voice)
    settings.base = base
    settings.dollarsPerCredit = 0.0001
    change(&settings)
    return ElevenLabs(settings, web: WebClient(connectTimeout: connecting))
  }

  static func request(_ text: String = text, language: String = "en") -> SpeechRequest {
    SpeechRequest(text: text, language: language)
  }

  static func server(_ script: ElevenLabsServer.Behaviour...) -> ElevenLabsServer {
    ElevenLabsServer(.init(key: key), script: script)
  }

  // MARK: Speech

  @Test("a text becomes a sound, its words with the times the service gives, and what it cost")
  func speaks() async throws {
    let server = Self.server()
    let stage = try VendorStage()
    let made = try await server.run { base in
      try await Self.client(base).speak(Self.request(), stage.call)
    }
    #expect(made.value.words.map(\.text) == Self.text.split(separator: " ").map(String.init))
    #expect(made.value.path == stage.folder.file("speech.mp3"))
    #expect(stage.files == ["speech.mp3"])
    #expect(abs(made.value.duration - Double(Self.text.count) * 0.06) < 0.06)
    // "two." is letters 6 to 10.
    #expect(abs(made.value.words[1].start - 0.36) < 0.001)
    #expect(abs(made.value.words[1].end - 0.60) < 0.001)
    #expect(made.cost == Cost(unit: "credits", amount: 43, microdollars: 4300))
    #expect(made.requestID == "req-his0")
  }

  @Test("a key in the service's own ids is not kept")
  func echoes() async throws {
    let server = Self.server()
    server.change { $0.echoesKey = true }
    let stage = try VendorStage()
    let made = try await server.run { base in
      try await Self.client(base + "/").speak(Self.request(), stage.call)
    }
    #expect(made.requestID == "req-his0•••")
  }

  @Test("bare samples become WAV", arguments: ["pcm_24000", "wav_16000"])
  func samples(format: String) async throws {
    let stage = try VendorStage()
    let made = try await Self.server().run { base in
      try await Self.client(base) { $0.outputFormat = format }.speak(Self.request(), stage.call)
    }
    #expect(made.value.path.hasSuffix("/speech.wav"))
    #expect(abs(made.value.duration - Double(Self.text.count) * 0.06) < 0.01)
  }

  @Test("Korean words keep their syllables and punctuation")
  func korean() async throws {
    let stage = try VendorStage()
    let text = "안녕하세요, 여러분! 오늘은 “속도”를 봅니다."
    let made = try await Self.server().run { base in
      try await Self.client(base).speak(Self.request(text, language: "ko"), stage.call)
    }
    #expect(made.value.words.map(\.text) == ["안녕하세요,", "여러분!", "오늘은", "“속도”를", "봅니다."])
    #expect(made.value.words[1].start > made.value.words[0].end)
  }

  @Test("times that cannot be believed are replaced by even ones", arguments: [0, 1, 2, 3])
  func noTimes(which: Int) async throws {
    let behaviour: ElevenLabsServer.Behaviour =
      [.withoutTimes, .withDegenerateTimes, .withDrift, .withUnequalTimes][which]
    let stage = try VendorStage()
    let made = try await Self.server(behaviour).run { base in
      try await Self.client(base).speak(Self.request(), stage.call)
    }
    let words = made.value.words
    #expect(words.map(\.text).joined(separator: " ") == Self.text)
    #expect(words.first?.start == 0)
    #expect(zip(words, words.dropFirst()).allSatisfy { $0.end <= $1.start })
    let last = try #require(words.last)
    #expect(last.end > made.value.duration * 0.85 && last.end <= made.value.duration)
  }

  @Test("what is said around a text is sent to models that take it, and to no other")
  func context() async throws {
    let server = Self.server()
    var request = Self.request()
    request.previousText = "Before."
    request.nextText = "After."
    let asked = request
    try await server.run { base in
      for model in ["eleven_multilingual_v2", "eleven_v3"] {
        let stage = try VendorStage()
        _ = try await Self.client(base) { $0.model = model }.speak(asked, stage.call)
      }
    }
    #expect(server.bodies.count == 2)
    #expect(server.bodies[0].contains("previous_text") && server.bodies[0].contains("next_text"))
    #expect(!server.bodies[1].contains("_text\""))
    #expect(!server.bodies[0].contains("language_code"))
    #expect(server.bodies[1].contains(#""language_code":"en""#))
  }

  @Test("models of half price are estimated at half")
  func estimate() throws {
    let flash = try Self.client("http://127.0.0.1:9") { $0.model = "eleven_flash_v2_5" }
    #expect(flash.estimate(Self.request("1234567890")).amount == 5)
    #expect(flash.estimate(Self.request("1234567890")).microdollars == 500)
  }

  // MARK: Refused before anything is sent

  @Test("a text over the model's limit is refused with the limit, which the service is asked for")
  func tooLong() async throws {
    let server = Self.server()
    let error = try await server.run { base in
      let client = try Self.client(base) { $0.model = "eleven_v3" }
      server.change { $0.limits["eleven_v3"] = 2_900 }
      let stage = try VendorStage()
      let long = Self.request(String(repeating: "word ", count: 590))
      let error = try await providerError { try await client.speak(long, stage.call) }
      // The answer is kept for a day.
      server.change { $0.limits["eleven_v3"] = 5_000 }
      _ = try await providerError { try await client.speak(long, stage.call) }
      return error
    }
    #expect(error.kind == .permanent)
    #expect(error.reason.contains("2950") && error.reason.contains("2900"))
    #expect(server.posts == 0 && server.modelQuestions == 1)
  }

  @Test(
    "what cannot succeed is not sent",
    arguments: ["", "  \n", "voice", "spaces", "format"])
  func refused(what: String) async throws {
    let server = Self.server()
    try await server.run { base in
      let stage = try VendorStage()
      let client = try Self.client(base) { settings in
        if what == "voice" { settings.voice = "Rachel (warm)" }
        if what == "spaces" { settings.voice = "\u{A0}\(Self.voice) " }
        if what == "format" { settings.outputFormat = "ulaw_8000" }
      }
      let isText = !["voice", "spaces", "format"].contains(what)
      if what == "spaces" {
        _ = try await client.speak(Self.request(), stage.call)
      } else {
        let error = try await providerError {
          try await client.speak(Self.request(isText ? what : Self.text), stage.call)
        }
        #expect(error.kind == .permanent)
      }
    }
    #expect(server.posts == (what == "spaces" ? 1 : 0))
  }

  // MARK: Errors

  struct Row: Sendable, CustomTestStringConvertible {
    var status: Int
    var code: String
    var kind: ProviderError.Class
    var testDescription: String { "\(status) \(code)" }
  }
  static let rows: [Row] = [
    Row(status: 400, code: "max_character_limit_exceeded", kind: .permanent),
    Row(status: 400, code: "voice_not_found", kind: .permanent),
    Row(status: 404, code: "voice_not_found", kind: .permanent),
    Row(status: 400, code: "invalid_argument", kind: .permanent),
    Row(status: 400, code: "unsupported_model", kind: .permanent),
    Row(status: 401, code: "invalid_api_key", kind: .permanent),
    Row(status: 401, code: "missing_permissions", kind: .permanent),
    Row(status: 401, code: "quota_exceeded", kind: .quota),
    Row(status: 401, code: "detected_unusual_activity", kind: .permanent),
    Row(status: 403, code: "only_for_creator+", kind: .permanent),
    Row(status: 404, code: "not_found", kind: .permanent),
    Row(status: 409, code: "conflict", kind: .retry),
    Row(status: 425, code: "too_early", kind: .retry),
    Row(status: 429, code: "too_many_concurrent_requests", kind: .slot),
    Row(status: 429, code: "concurrent_limit_exceeded", kind: .slot),
    Row(status: 429, code: "system_busy", kind: .retry),
    Row(status: 500, code: "internal", kind: .retry),
    Row(status: 503, code: "unavailable", kind: .retry),
    Row(status: 502, code: "bad_gateway", kind: .unknownOutcome),
    Row(status: 504, code: "gateway_timeout", kind: .unknownOutcome),
    Row(status: 400, code: "content_against_policy", kind: .moderation),
  ]

  @Test("each error has its class, in the new shape and the old one", arguments: rows)
  func errors(row: Row) async throws {
    let message = "It said no to \(Self.key)."
    let old = #"{"detail":{"status":"\#(row.code)","message":"\#(message)"}}"#
    let new =
      #"{"detail":{"type":"t","code":"\#(row.code)","status":"other","message":"\#(message)","request_id":"r"}}"#
    let server = Self.server(
      .answers(status: row.status, body: old, headers: ["x-echo": Self.key]),
      .answers(status: row.status, body: new))
    try await server.run { base in
      for _ in 0..<2 {
        let stage = try VendorStage()
        let error = try await providerError(hiding: [Self.key]) {
          try await Self.client(base).speak(Self.request(), stage.call)
        }
        #expect(error.kind == row.kind)
        #expect(error.provider == "elevenlabs")
        #expect(error.reason.contains("It said no to •••."))
        if row.kind != .unknownOutcome { #expect(error.code == row.code) }
      }
    }
    #expect(server.posts == 2, "no request is repeated by the client")
  }

  @Test("the service's own checks: key, quota, schema, voice, context")
  func faithful() async throws {
    let server = Self.server()
    let other = "sk_another_region_key_0000"
    try await server.run { base in
      let stage = try VendorStage()
      for isNew in [true, false] {
        server.change { $0.hasNewErrors = isNew }
        let key = try await providerError(hiding: [other]) {
          try await Self.client(base, key: other).speak(Self.request(), stage.call)
        }
        #expect(key.kind == .permanent && key.code == "invalid_api_key")
        #expect(key.advice.contains("region"))
      }
      server.change { $0.quota = 50 }
      _ = try await Self.client(base).speak(Self.request(), stage.call)
      let quota = try await providerError {
        try await Self.client(base).speak(Self.request(), stage.call)
      }
      #expect(quota.kind == .quota && quota.reason.contains("0 credits remaining"))
    }
    #expect(server.history.count == 1)
  }

  @Test("a body of validation errors, a text, a page and nothing are told apart")
  func shapes() async throws {
    let server = Self.server(
      .answers(
        status: 422,
        body: #"{"detail":[{"loc":["body","text"],"msg":"Field required","type":"missing"},null]}"#),
      .answers(status: 403, body: #"{"detail":"plain words"}"#),
      .answers(status: 503, body: "<html><body>Busy</body></html>", type: "text/html"),
      .answers(status: 418, body: ""))
    try await server.run { base in
      var reasons: [String] = []
      for kind in [ProviderError.Class.permanent, .permanent, .retry, .permanent] {
        let stage = try VendorStage()
        let error = try await providerError {
          try await Self.client(base).speak(Self.request(), stage.call)
        }
        #expect(error.kind == kind)
        reasons.append(error.reason)
      }
      #expect(reasons[0] == "body.text: Field required")
      #expect(reasons[1] == "plain words")
      #expect(reasons[2].contains("Busy"))
      #expect(reasons[3].contains("418"))
    }
  }

  @Test(
    "the time that the service asks for is kept",
    arguments: [("2", 2_000), ("0.5", 500), ("soon", nil), ("99999999", 86_400_000)]
      as [(String, Int64?)])
  func waits(text: String, milliseconds: Int64?) async throws {
    let server = Self.server(
      .answers(
        status: 429, body: #"{"detail":{"status":"system_busy","message":"busy"}}"#,
        headers: ["Retry-After": text]))
    try await server.run { base in
      let stage = try VendorStage()
      let error = try await providerError {
        try await Self.client(base).speak(Self.request(), stage.call)
      }
      #expect(error.waitMS == milliseconds)
    }
  }

  @Test("more requests at a time than the plan has wait for a place, and then succeed")
  func slots() async throws {
    let server = Self.server(.waits)
    server.change { $0.slots = 1 }
    try await server.run { base in
      let client = try Self.client(base)
      let (first, second) = (try VendorStage(), try VendorStage())
      async let slow = client.speak(Self.request(), first.call)
      while server.posts < 1 { await Task.yield() }
      let error = try await providerError { try await client.speak(Self.request(), second.call) }
      #expect(error.kind == .slot && error.code == "too_many_concurrent_requests")
      server.release()
      _ = try await slow
      _ = try await client.speak(Self.request(), second.call)
    }
    #expect(server.posts == 3)
  }

  @Test("a call that is cancelled while the service works ends as cancelled")
  func cancelled() async throws {
    let server = Self.server(.hangs)
    let stage = try VendorStage()
    try await server.run { base in
      let client = try Self.client(base)
      let call = stage.call
      let task = Task { try await client.speak(Self.request(), call) }
      while server.posts < 1 { await Task.yield() }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
    #expect(stage.files.isEmpty)
  }

  @Test("a service that is not there has certainly done nothing")
  func notThere() async throws {
    let stage = try VendorStage()
    let error = try await providerError(hiding: [Self.key]) {
      try await Self.client("http://127.0.0.1:9", connecting: .milliseconds(200)).speak(
        Self.request(), stage.call)
    }
    #expect(error.kind == .retry)
    let address = try await providerError {
      try await Self.client("not an address").speak(Self.request(), stage.call)
    }
    #expect(address.kind == .permanent)
  }
}
