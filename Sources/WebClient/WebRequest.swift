/// A request to an outside service.
public struct WebRequest: Sendable {
  public enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case head = "HEAD"
  }

  public enum Body: Sendable {
    case none
    case bytes([UInt8])
    /// A part of a file of this machine, streamed; sent with its length.
    case file(path: String, range: Range<Int64>)
  }

  public var method: Method
  /// Absolute, with its query; already percent-encoded, sent as it is.
  public var url: String
  /// In the order of sending.
  public var headers: [(name: String, value: String)]
  public var body: Body
  /// From the start of connecting to the last byte of the reply.
  public var timeout: Duration
  /// Bytes of a reply's body; a longer one is `WebFailure.Kind.tooLarge`.
  public var replyLimit = 32 << 20

  public init(
    _ method: Method, _ url: String, headers: [(name: String, value: String)] = [],
    body: Body = .none, timeout: Duration = .seconds(60)
  ) {
    (self.method, self.url, self.headers) = (method, url, headers)
    (self.body, self.timeout) = (body, timeout)
  }
}

/// What a service answered; any status.
public struct WebReply: Sendable {
  public var status: Int
  public var headers: WebHeaders
  public var body: [UInt8]

  public init(status: Int, headers: WebHeaders, body: [UInt8]) {
    (self.status, self.headers, self.body) = (status, headers, body)
  }

  public var isSuccess: Bool { (200...299).contains(status) }

  /// The beginning of the body for messages: at most 500 bytes of text, `secrets` taken out.
  public func excerpt(_ secrets: [Secret]) -> String {
    let text = String(decoding: body.prefix(500), as: UTF8.self).redacted(secrets)
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}

/// Header fields; names are compared without regard to case.
public struct WebHeaders: Sendable {
  private var fields: [(name: String, value: String)]

  public init(_ fields: [(name: String, value: String)]) { self.fields = fields }

  /// The first field of that name.
  public subscript(_ name: String) -> String? {
    let wanted = name.lowercased()
    return fields.first { $0.name.lowercased() == wanted }?.value
  }

  public var all: [(name: String, value: String)] { fields }
}

/// A request that brought no reply, or none that can be used.
public struct WebFailure: Error, Sendable, Equatable {
  public enum Kind: String, Sendable {
    /// The service was never reached: nothing has happened there.
    case notSent
    /// No reply in time. Whether the service did what was asked is not known.
    case timedOut
    /// The connection broke. Whether the service did what was asked is not known.
    case broken
    /// The reply is longer than allowed.
    case tooLarge
    /// The address is no address, or leads where it may not.
    case badAddress
    /// The file to send or to write could not be read or written.
    case file
  }
  public let kind: Kind
  /// For people; names the host, never a key.
  public let message: String

  public init(_ kind: Kind, _ message: String) { (self.kind, self.message) = (kind, message) }
}

extension WebFailure: CustomStringConvertible {
  public var description: String { message }
}
