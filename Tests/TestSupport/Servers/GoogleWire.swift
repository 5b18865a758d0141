internal import Foundation
internal import HTTPTypes
public import Hummingbird
internal import NIOCore

/// An answer as bytes, with which test servers show what goes wrong at services.
public struct WireFault: Sendable {
  public var status: Int
  public var body: String
  public var type = "application/json"
  public var headers: [String: String] = [:]

  public init(
    _ status: Int, _ body: String, type: String = "application/json",
    headers: [String: String] = [:]
  ) {
    (self.status, self.body, self.type, self.headers) = (status, body, type, headers)
  }

  public var response: Response {
    var fields = HTTPFields()
    fields[.contentType] = type
    for (name, value) in headers { if let name = HTTPField.Name(name) { fields[name] = value } }
    return Response(
      status: .init(code: status), headers: fields,
      body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }
}

/// Errors as Google's services write them.
extension WireFault {
  /// `details` is JSON: the entries of the list.
  public static func google(
    _ status: Int, _ word: String, _ message: String, details: String? = nil, inArray: Bool = false
  ) -> WireFault {
    let text = Wire.quoted(message)
    let more = details.map { ",\"details\":[\($0)]" } ?? ""
    let error = "{\"error\":{\"code\":\(status),\"message\":\(text),\"status\":\"\(word)\"\(more)}}"
    return WireFault(status, inArray ? "[\(error)]" : error)
  }

  /// As the service answers a wrong key: with 400, sometimes naming the key.
  public static func wrongKey(echo: String? = nil, inArray: Bool = false) -> WireFault {
    var details =
      "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"API_KEY_INVALID\",\"domain\":\"googleapis.com\"}"
    if let echo {
      details +=
        ",{\"@type\":\"type.googleapis.com/google.rpc.DebugInfo\",\"detail\":\"bad key \(echo)\"}"
    }
    return .google(
      400, "INVALID_ARGUMENT",
      "API key not valid. Please pass a valid API key." + (echo.map { " api_key:\($0)" } ?? ""),
      details: details, inArray: inArray)
  }

  public static func leakedKey(_ key: String) -> WireFault {
    .google(
      403, "PERMISSION_DENIED",
      "Your API key \(key) was reported as leaked. Please use another API key.")
  }

  public static func retired(_ model: String) -> WireFault {
    .google(
      404, "NOT_FOUND",
      "models/\(model) is not found for API version v1beta, or is no longer available.")
  }

  public static let helpDetail =
    "{\"@type\":\"type.googleapis.com/google.rpc.Help\",\"links\":[{\"description\":\"limits\",\"url\":\"https://example.org\"}]}"

  public static func retryDetail(_ delay: String) -> String {
    "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"\(delay)\"}"
  }

  /// How long the fault asks to be left alone.
  var delay: Duration? {
    body.firstMatch(of: #/"retryDelay":"([0-9.]+)s"/#).flatMap { Double($0.output.1) }
      .map { .seconds($0) }
  }

  public static func quotaDetail(_ id: String, value: String = "10") -> String {
    "{\"@type\":\"type.googleapis.com/google.rpc.QuotaFailure\",\"violations\":[{\"quotaMetric\":\"requests\",\"quotaId\":\"\(id)\",\"quotaDimensions\":{\"model\":\"m\"},\"quotaValue\":\"\(value)\"}]}"
  }

  public static func quota(_ message: String, details: String?) -> WireFault {
    .google(429, "RESOURCE_EXHAUSTED", message, details: details)
  }

  public static let overloaded = WireFault.google(
    503, "UNAVAILABLE", "The model is overloaded. Please try again later.")
  public static let html = WireFault(
    502, "<html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>",
    type: "text/html")
}

/// What test servers need for JSON and for answers that break.
public enum Wire {
  public static func response(_ object: Any, headers: [String: String] = [:]) -> Response {
    let data = try? JSONSerialization.data(
      withJSONObject: object, options: [.withoutEscapingSlashes])
    return WireFault(200, String(decoding: data ?? Data(), as: UTF8.self), headers: headers)
      .response
  }

  public static func file(_ bytes: [UInt8], type: String, status: Int = 200) -> Response {
    Response(
      status: .init(code: status), headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// Announces `length` bytes, sends `bytes`, and cuts the connection.
  public static func cut(
    after bytes: [UInt8] = Array("{".utf8), of length: Int = 1000, type: String = "application/json"
  ) -> Response {
    Response(
      status: .ok, headers: [.contentType: type, .contentLength: "\(length)"],
      body: ResponseBody(contentLength: length) { writer in
        try await writer.write(ByteBuffer(bytes: bytes))
        throw CancellationError()
      })
  }

  public static func object(_ bytes: [UInt8]) -> [String: Any]? {
    (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
  }

  public static func quoted(_ text: String) -> String {
    let data = try? JSONSerialization.data(
      withJSONObject: text, options: [.fragmentsAllowed, .withoutEscapingSlashes])
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }

  /// A short name of some bytes (FNV-1a), for answers that depend on them.
  public static func digest(_ bytes: some Sequence<UInt8>) -> String {
    String(
      bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 },
      radix: 36)
  }

  /// A part of a query such as `a=1&b=2`.
  public static func query(_ request: TestRequest, _ name: String) -> String? {
    for part in request.query.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.first.map(String.init) == name { return pair.count > 1 ? String(pair[1]) : "" }
    }
    return nil
  }
}
