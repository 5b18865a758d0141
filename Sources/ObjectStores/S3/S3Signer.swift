internal import Crypto
internal import Foundation
internal import Storage
internal import WebClient

/// Signatures of version 4 for the service `s3`.
struct S3Signer: Sendable {
  var region: String
  let accessKey: Secret
  let secretKey: Secret
  let sessionToken: Secret?

  /// What is signed, and sent exactly so.
  struct Call: Sendable {
    var method: WebRequest.Method
    var endpoint: S3Endpoint
    /// Encoded, beginning with a slash; with the endpoint's own path before it.
    var path: String
    /// Not encoded; in any order.
    var query: [(name: String, value: String)]
    /// Sent and signed beside those that every request has.
    var headers: [(name: String, value: String)] = []

    var encodedQuery: String {
      let pairs = query.map { (ObjectKey.encoded($0.name), ObjectKey.encoded($0.value)) }
      // By bytes, which is the order that is signed.
      let sorted = pairs.sorted { first, second in
        if first.0 == second.0 { return first.1 < second.1 }
        return first.0.utf8.lexicographicallyPrecedes(second.0.utf8)
      }
      return sorted.map { $0.0 + "=" + $0.1 }.joined(separator: "&")
    }

    var url: String {
      "\(endpoint.scheme)://\(endpoint.host)\(path)" + (query.isEmpty ? "" : "?" + encodedQuery)
    }
  }

  /// The headers of the request, `Authorization` among them.
  func headers(
    of call: Call, payload: String, at milliseconds: Int64
  ) -> [(name: String, value: String)] {
    let time = Self.time(milliseconds)
    var headers = call.headers
    headers += [
      ("Host", call.endpoint.host), ("x-amz-content-sha256", payload), ("x-amz-date", time),
    ]
    if let sessionToken { headers.append(("x-amz-security-token", sessionToken.value)) }
    let (names, signature) = sign(call, headers: headers, payload: payload, time: time)
    headers.append(
      (
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=\(accessKey.value)/\(scope(time)), SignedHeaders=\(names), Signature=\(signature)"
      ))
    return headers
  }

  /// An address that works without headers, for `seconds` (1 to 604 800).
  func presigned(_ call: Call, seconds: Int, at milliseconds: Int64) -> String {
    let time = Self.time(milliseconds)
    var call = call
    call.query += [
      ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
      ("X-Amz-Credential", "\(accessKey.value)/\(scope(time))"), ("X-Amz-Date", time),
      ("X-Amz-Expires", "\(seconds)"), ("X-Amz-SignedHeaders", "host"),
    ]
    if let sessionToken { call.query.append(("X-Amz-Security-Token", sessionToken.value)) }
    let (_, signature) = sign(
      call, headers: [("Host", call.endpoint.host)], payload: "UNSIGNED-PAYLOAD", time: time)
    return call.url + "&X-Amz-Signature=" + signature
  }

  private func scope(_ time: String) -> String { "\(time.prefix(8))/\(region)/s3/aws4_request" }

  private func sign(
    _ call: Call, headers: [(name: String, value: String)], payload: String, time: String
  ) -> (names: String, signature: String) {
    let signed = headers.map {
      (name: $0.name.lowercased(), value: $0.value.trimmingCharacters(in: .whitespaces))
    }.sorted { $0.name < $1.name }
    let names = signed.map(\.name).joined(separator: ";")
    let canonical = [
      call.method.rawValue, call.path, call.encodedQuery,
      signed.map { "\($0.name):\($0.value)\n" }.joined(), names, payload,
    ].joined(separator: "\n")
    let text = [
      "AWS4-HMAC-SHA256", time, scope(time), ContentHash.sha256(of: canonical.utf8),
    ].joined(separator: "\n")
    var key = SymmetricKey(data: Array("AWS4\(secretKey.value)".utf8))
    for part in [String(time.prefix(8)), region, "s3", "aws4_request"] {
      key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
    }
    let code = HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
    return (names, code.hexadecimal)
  }

  /// `20260102T030405Z`.
  static func time(_ milliseconds: Int64) -> String {
    let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    let date = Date(timeIntervalSince1970: Double(seconds))
    return date.formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
  }
}
