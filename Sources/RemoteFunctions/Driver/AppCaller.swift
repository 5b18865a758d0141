internal import Foundation
internal import WebClient

/// A request to an app.
public struct AppCall: Sendable {
  /// `POST` goes on with a run; `PUT` asks the app to register, `GET` to tell of itself.
  public enum Method: String, Sendable { case post, put, get }

  public var method: Method
  public var url: String
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]
  public var timeout: Duration

  public init(
    _ method: Method, _ url: String, headers: [(name: String, value: String)], body: [UInt8],
    timeout: Duration
  ) {
    (self.method, self.url, self.headers) = (method, url, headers)
    (self.body, self.timeout) = (body, timeout)
  }
}

/// What an app answered.
public struct AppReply: Sendable {
  public var status: Int
  private var fields: [String: String]
  public var body: [UInt8]

  /// Of headers with one name, written in whatever case, the first counts.
  public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
    (self.status, self.body) = (status, body)
    fields = Dictionary(headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
  }

  public func header(_ name: String) -> String? { fields[name.lowercased()] }
}

/// An app has answered with more than is taken: asking again would bring the same.
public struct AnswerTooLarge: Error, Sendable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}

/// Reaches apps; over HTTP, or as a test says.
public protocol AppCaller: Sendable {
  /// Throws where there is no answer, with a sentence that says why; `AnswerTooLarge`, or `CancellationError`.
  func call(_ call: AppCall) async throws -> AppReply
}

/// Reaches apps over HTTP. Redirects are not followed: they would carry a run's state to another host.
public struct WebAppCaller: AppCaller {
  /// Of the real server too.
  static let largestAnswer = 8 << 20

  private let client: WebClient

  public init() { client = WebClient() }

  public func call(_ call: AppCall) async throws -> AppReply {
    let method: WebRequest.Method =
      switch call.method {
      case .post: .post
      case .put: .put
      case .get: .get
      }
    var request = WebRequest(
      method, call.url, headers: call.headers,
      body: call.method == .get ? .none : .bytes(call.body), timeout: call.timeout)
    request.replyLimit = Self.largestAnswer
    do {
      let reply = try await client.send(request)
      return AppReply(status: reply.status, headers: reply.headers.all, body: reply.body)
    } catch let failure as WebFailure where failure.kind == .tooLarge {
      throw AnswerTooLarge(failure.message)
    }
  }
}
