internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import SceneDocument

/// Why a request is not fulfilled, as RFC 9457 writes it: `application/problem+json`.
struct Problem: Error, Sendable {
  var status: HTTPResponse.Status
  /// Nil for one that its status says all about: `about:blank`.
  var name: Name?
  /// Nil: what the status is called.
  var title: String?
  /// What failed and on which input.
  var detail: String
  /// What helps.
  var advice: String?
  /// What is wrong in a document, or which parts of the request are.
  var diagnostics: [JSONValue] = []
  var headers: HTTPFields = [:]

  /// What kind of problem it is, where its status does not say it.
  enum Name: String, CaseIterable, Sendable {
    case cancelled, invalid, quarantined, storage
    case idempotencyKeyBusy = "idempotency-key-busy"
    case idempotencyKeyReused = "idempotency-key-reused"
    case invalidDocument = "invalid-document"
    case outputTaken = "output-taken"
    case renderFailed = "render-failed"
    case wrongState = "wrong-state"

    /// Below the node's own address, where its description tells what the name means.
    var address: String { "/openapi.json#/x-problems/\(rawValue)" }
  }

  init(
    _ status: HTTPResponse.Status, _ detail: String, advice: String? = nil, name: Name? = nil,
    title: String? = nil, diagnostics: [JSONValue] = [], headers: HTTPFields = [:]
  ) {
    (self.status, self.name, self.title) = (status, name, title)
    (self.detail, self.advice) = (detail, advice)
    (self.diagnostics, self.headers) = (diagnostics, headers)
  }

  /// Takes "what\n  → what helps" apart, as the node's errors are written.
  init(_ status: HTTPResponse.Status, told text: String, name: Name? = nil) {
    let parts = text.split(separator: "\n  → ", maxSplits: 1).map(String.init)
    self.init(
      status, parts.first ?? "", advice: parts.count > 1 ? parts[1] : nil, name: name)
  }

  static func badRequest(_ detail: String, advice: String? = nil) -> Problem {
    Problem(.badRequest, detail, advice: advice)
  }

  /// A body that can be read and says something that cannot be.
  static func invalid(
    _ detail: String, advice: String? = nil, diagnostics: [JSONValue] = []
  ) -> Problem {
    Problem(
      .unprocessableContent, detail, advice: advice, name: .invalid, title: "Invalid content",
      diagnostics: diagnostics)
  }

  static func notFound(_ detail: String = "there is nothing at this address") -> Problem {
    Problem(.notFound, detail)
  }

  /// `noun` is what it would be, such as `run`.
  static func missing(_ noun: String, _ id: String) -> Problem {
    .notFound("there is no \(noun) '\(id.prefix(80))'")
  }

  var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("type", .string(name?.address ?? "about:blank")),
      .init("title", .string(title ?? status.reasonPhrase)),
      .init("status", .integer(status.code)), .init("detail", .string(detail)),
    ]
    if let advice { members.append(.init("advice", .string(advice))) }
    if !diagnostics.isEmpty { members.append(.init("diagnostics", .array(diagnostics))) }
    return .object(members)
  }

  var response: Response {
    var fields = headers
    fields[.contentType] = "application/problem+json"
    fields[.cacheControl] = "no-store"
    return Response(
      status: status, headers: fields,
      body: ResponseBody(byteBuffer: ByteBuffer(string: json.compactText)))
  }
}
