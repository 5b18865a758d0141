internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Synchronization

extension ElevenLabsServer {
  private struct Wanted: Decodable {
    var text: String?
    var model: String?
    var before: String?
    var after: String?

    enum CodingKeys: String, CodingKey {
      case text
      case model = "model_id"
      case before = "previous_text"
      case after = "next_text"
    }
  }

  func speech(_ request: TestRequest, voice: String, timed: Bool) async throws -> Response {
    let (behaviour, inFlight, options) = state.withLock { state in
      state.posts += 1
      state.inFlight += 1
      state.bodies.append(String(decoding: request.body, as: UTF8.self))
      let next = state.script.isEmpty ? .speaks : state.script.removeFirst()
      return (next, state.inFlight, state.options)
    }
    defer { state.withLock { $0.inFlight -= 1 } }
    let counts = [
      "current-concurrent-requests": "\(min(inFlight, options.slots))",
      "maximum-concurrent-requests": "\(options.slots)",
    ]
    if inFlight > options.slots {
      return failure(
        429, "too_many_concurrent_requests", "You have \(options.slots) requests at a time.",
        type: "rate_limit_error")
    }
    if case .answers(let status, let body, let type, let headers) = behaviour {
      return VendorReply.bytes(Array(body.utf8), type: type, status: status, headers: headers)
    }
    let wanted = try? JSONDecoder().decode(Wanted.self, from: Data(request.body))
    guard let wanted, let text = wanted.text else {
      return VendorReply.json(
        #"{"detail":[{"loc":["body","text"],"msg":"Field required","type":"missing"}]}"#,
        status: 422)
    }
    let model = wanted.model ?? "eleven_multilingual_v2"
    if let refusal = refusal(wanted, text, model, voice, options) { return refusal }
    if case .waits = behaviour { await wait() }
    let format = query(request, "output_format") ?? "mp3_44100_128"
    let seconds = Self.seconds(of: text)
    guard let sound = SilentSound.bytes(format, seconds: seconds) else {
      return failure(
        400, "invalid_output_format", "Format \(format)", type: "validation_error")
    }
    guard let record = charge(text, model, voice, format, request) else {
      return failure(
        401, "quota_exceeded", "This request exceeds your quota. You have 0 credits remaining.",
        type: "quota_error")
    }
    let headers = counts.merging([
      "request-id": "req-\(record.id)\(options.echoesKey ? options.key : "")",
      "history-item-id": record.id,
      "character-cost": "\(record.to - record.from)",
    ]) { $1 }
    return try await reply(text, sound, behaviour, timed: timed, headers)
  }

  private func reply(
    _ text: String, _ sound: [UInt8], _ behaviour: Behaviour, timed: Bool,
    _ headers: [String: String]
  ) async throws -> Response {
    var sound = sound
    switch behaviour {
    case .losesAnswer:
      return VendorReply.broken(sound, after: 1, type: "application/json")
    case .hangs:
      try await Task.sleep(for: .seconds(3600))
    case .stalls: return VendorReply.stalled(type: "application/json")
    case .sends(let body, let type):
      return VendorReply.bytes(Array(body.utf8), type: type)
    case .cutsSound: sound = Array(sound.prefix(sound.count / 2))
    case .sendsNoSound: sound = []
    default: break
    }
    if !timed { return VendorReply.bytes(sound, type: "audio/mpeg", headers: headers) }
    let plain = Self.times(text.map(String.init), Self.seconds(of: text), behaviour)
    let said = Self.times(Self.normal(text).map(String.init), Self.seconds(of: text), behaviour)
    return VendorReply.json(
      #"{"audio_base64":"\#(Data(sound).base64EncodedString())","alignment":\#(plain),"normalized_alignment":\#(said),"later":[null]}"#,
      headers: headers)
  }

  private func refusal(
    _ wanted: Wanted, _ text: String, _ model: String, _ voice: String, _ options: Options
  ) -> Response? {
    if !options.voices.contains(voice) {
      return failure(400, "voice_not_found", "A voice with id \(voice) was not found.", type: "x")
    }
    guard let limit = options.limits[model] else {
      return failure(400, "unsupported_model", "Model \(model)", type: "validation_error")
    }
    if text.unicodeScalars.count > limit {
      return failure(
        400, "max_character_limit_exceeded", "Text is longer than \(limit) characters.",
        type: "validation_error")
    }
    if model.hasPrefix("eleven_v3"), wanted.before != nil || wanted.after != nil {
      return failure(
        400, "invalid_argument", "previous_text is not supported", type: "validation_error")
    }
    return nil
  }

  /// Nil where the quota does not reach.
  private func charge(
    _ text: String, _ model: String, _ voice: String, _ format: String, _ request: TestRequest
  ) -> Record? {
    let factor = model.contains("flash") || model.contains("turbo") ? 0.5 : 1
    let cost = Int((Double(text.unicodeScalars.count) * factor).rounded(.up))
    return state.withLock { state in
      guard state.used + cost <= state.options.quota else { return nil }
      let record = Record(
        id: "his\(state.history.count)", text: text, voice: voice, model: model, format: format,
        date: Int(Date().timeIntervalSince1970), from: state.used, to: state.used + cost)
      state.used += cost
      if query(request, "enable_logging") != "false" { state.history.append(record) }
      return record
    }
  }

  func query(_ request: TestRequest, _ name: String) -> String? {
    request.query.split(separator: "&").first { $0.hasPrefix(name + "=") }
      .map { String($0.dropFirst(name.count + 1)) }
  }

  // MARK: History

  func history(_ request: TestRequest) -> Response {
    let (all, mayRead) = state.withLock { ($0.history, $0.options.mayReadHistory) }
    if !mayRead {
      return failure(401, "missing_permissions", "The key lacks speech_history_read.", type: "x")
    }
    let size = Int(query(request, "page_size") ?? "") ?? 100
    let voice = query(request, "voice_id")
    let newest = all.reversed().filter { voice == nil || $0.voice == voice }
    let after = query(request, "start_after_history_item_id")
    let start = newest.firstIndex { $0.id == after }.map { $0 + 1 } ?? 0
    let page = newest.dropFirst(start).prefix(min(size, 2))
    let items = page.map {
      #"{"history_item_id":"\#($0.id)","request_id":"req-\#($0.id)","voice_id":"\#($0.voice)","model_id":"\#($0.model)","text":\#(jsonText($0.text)),"date_unix":\#($0.date),"character_count_change_from":\#($0.from),"character_count_change_to":\#($0.to),"content_type":"audio/mpeg","state":"\#($0.state)","settings":null}"#
    }
    let more = start + page.count < newest.count
    return VendorReply.json(
      #"{"history":[\#(items.joined(separator: ","))],"has_more":\#(more),"last_history_item_id":\#(page.last.map { "\"\($0.id)\"" } ?? "null")}"#
    )
  }

  func sound(_ id: String) -> Response {
    guard let record = state.withLock({ $0.history.first { $0.id == id } }),
      let sound = SilentSound.bytes(record.format, seconds: Self.seconds(of: record.text))
    else { return failure(404, "not_found", "No such item", type: "not_found") }
    return VendorReply.bytes(sound, type: "audio/mpeg")
  }

  // MARK: Times

  private static let letter = 0.06

  static func seconds(of text: String) -> Double { Double(text.count) * letter }

  /// `12` is said as words.
  static func normal(_ text: String) -> String {
    let digits = [
      "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    ]
    return text.map { $0.wholeNumberValue.flatMap { $0 < 10 ? digits[$0] : nil } ?? String($0) }
      .joined()
  }

  private static func times(
    _ letters: [String], _ seconds: Double, _ behaviour: Behaviour
  ) -> String {
    let letter = seconds / Double(max(1, letters.count))
    var starts = letters.indices.map { Double($0) * letter }
    var ends = letters.indices.map { Double($0 + 1) * letter }
    switch behaviour {
    case .withoutTimes: return "null"
    case .withDegenerateTimes:
      starts = starts.map { _ in 0 }
      ends = ends.map { _ in 0 }
    case .withDrift:
      starts = starts.map { $0 * 0.8 }
      ends = ends.map { $0 * 0.8 }
    case .withUnequalTimes: ends.removeLast()
    default: break
    }
    func list(_ numbers: [Double]) -> String { numbers.map { "\($0)" }.joined(separator: ",") }
    return
      #"{"characters":[\#(letters.map(jsonText).joined(separator: ","))],"character_start_times_seconds":[\#(list(starts))],"character_end_times_seconds":[\#(list(ends))]}"#
  }
}
