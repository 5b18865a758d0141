internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Synchronization

/// Answers requests one after the other, for what no real server does when it is asked to.
public final class ScriptedServer: Sendable {
  public struct Answer: Sendable {
    public var status: Int
    public var headers: [String: String]
    public var body: String
    /// The connection closes after so many bytes of the body.
    public var cut: Int?
    /// Before the answer begins.
    public var delay: Duration

    public init(
      status: Int, headers: [String: String] = [:], body: String = "", cut: Int? = nil,
      delay: Duration = .zero
    ) {
      (self.status, self.headers, self.body) = (status, headers, body)
      (self.cut, self.delay) = (cut, delay)
    }

    /// An error as S3 writes it.
    public static func xml(_ status: Int, _ code: String, more: String = "") -> Answer {
      Answer(
        status: status, headers: ["Content-Type": "application/xml"],
        body:
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>\(code)</Code><Message>about \(code)</Message>\(more)</Error>"
      )
    }
  }

  private struct State {
    var answers: [Answer]
    var seen: [TestRequest] = []
  }

  private let state: Mutex<State>

  /// The last answer is given again and again.
  public init(_ answers: [Answer]) { state = Mutex(State(answers: answers)) }

  public var requests: [TestRequest] { state.withLock { $0.seen } }

  public func serving<Value: Sendable>(
    _ body: @escaping @Sendable (String) async throws -> Value
  ) async throws -> Value {
    try await withTestServer(
      { request in
        let answer = self.state.withLock { state in
          state.seen.append(request)
          return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
        }
        try await Task.sleep(for: answer.delay)
        return Self.response(answer, isHead: request.method == "HEAD")
      }, body)
  }

  private struct Closed: Error {}

  private static func response(_ answer: Answer, isHead: Bool) -> Response {
    var headers = HTTPFields()
    for (name, value) in answer.headers {
      if let name = HTTPField.Name(name) { headers[name] = value }
    }
    let bytes = Array(answer.body.utf8)
    if isHead {
      return Response(status: .init(code: answer.status), headers: headers, body: .init())
    }
    guard let cut = answer.cut else {
      return Response(
        status: .init(code: answer.status), headers: headers,
        body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
    headers[.contentLength] = "\(bytes.count)"
    return Response(
      status: .init(code: answer.status), headers: headers,
      body: .init(contentLength: bytes.count) { writer in
        try await writer.write(ByteBuffer(bytes: bytes.prefix(cut)))
        throw Closed()
      })
  }
}
