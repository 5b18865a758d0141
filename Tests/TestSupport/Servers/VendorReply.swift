internal import HTTPTypes
public import Hummingbird
internal import NIOCore

/// Answers that test servers of outside services give, good and bad.
public enum VendorReply {
  public static func json(
    _ text: String, status: Int = 200, headers: [String: String] = [:]
  ) -> Response {
    bytes(Array(text.utf8), type: "application/json", status: status, headers: headers)
  }

  public static func bytes(
    _ bytes: [UInt8], type: String, status: Int = 200, headers: [String: String] = [:]
  ) -> Response {
    Response(
      status: .init(code: status), headers: fields(headers, type),
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// The page of a proxy in front of a service.
  public static func page(status: Int) -> Response {
    bytes(
      Array("<html><head><title>\(status)</title></head><body>Bad gateway</body></html>".utf8),
      type: "text/html", status: status)
  }

  /// Announces all of `bytes`, sends the first `count` of them and breaks the connection.
  public static func broken(_ bytes: [UInt8], after count: Int, type: String) -> Response {
    Response(
      status: .ok, headers: fields([:], type),
      body: ResponseBody(contentLength: bytes.count) { writer in
        try await writer.write(ByteBuffer(bytes: bytes.prefix(count)))
        throw ConnectionBroken()
      })
  }

  /// Sends the head and a byte, and then nothing until the client has gone or the server ends.
  public static func stalled(type: String) -> Response {
    Response(
      status: .ok, headers: fields([:], type),
      body: ResponseBody { writer in
        try await writer.write(ByteBuffer(bytes: [0x20]))
        try await Task.sleep(for: .seconds(3600))
      })
  }

  private static func fields(_ headers: [String: String], _ type: String) -> HTTPFields {
    var fields = HTTPFields()
    fields[.contentType] = type
    for (name, value) in headers { if let name = HTTPField.Name(name) { fields[name] = value } }
    return fields
  }

  private struct ConnectionBroken: Error {}
}

/// A text as JSON writes it, with its quotes.
public func jsonText(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": quoted += "\\\""
    case "\\": quoted += "\\\\"
    case "\n": quoted += "\\n"
    case _ where scalar.value < 0x20: quoted += " "
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}
