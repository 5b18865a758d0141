internal import Foundation
internal import Hummingbird
internal import Synchronization

/// The place where a service keeps results, behind addresses that are signed and expire.
///
/// Addresses are case-sensitive and end to end as given: `/files/<id>?Expires=…&Signature=…`.
public final class ResultFiles: Sendable {
  /// What one download gets.
  public enum Behaviour: Sendable {
    case sends
    /// Answered as by S3.
    case hasExpired
    case breaksOff
    /// Status 200 with something else.
    case page, xml, empty
    case cutFile
    case isMissing
    case stalls
    /// Sends the client to another address of this server.
    case redirects
    case fails(Int)
    case asksToWait(String)
  }

  private struct State {
    var script: [Behaviour]
    var signatures: [String: Int] = [:]
    var downloads = 0
    var keysSeen: [String] = []
    var base = ""
  }
  private let state: Mutex<State>
  let mp4: [UInt8]
  let webm: [UInt8]

  /// `webm` has a real alpha channel. `script` is used up one by one; afterwards every download succeeds.
  public init(mp4: [UInt8], webm: [UInt8], script: [Behaviour] = []) {
    (self.mp4, self.webm) = (mp4, webm)
    state = Mutex(State(script: script))
  }

  public var downloads: Int { state.withLock { $0.downloads } }
  /// Headers with keys that downloads brought along: none should.
  public var keysSeen: [String] { state.withLock { $0.keysSeen } }
  public func expect(_ behaviours: Behaviour...) { state.withLock { $0.script += behaviours } }

  /// Where the server is reached; results have whole addresses.
  public func serve(at base: String) { state.withLock { $0.base = base } }

  /// A fresh address; those that were given before expire.
  public func address(of id: String, suffix: String) -> String {
    let (number, base) = state.withLock { state in
      state.signatures[id, default: 0] += 1
      return (state.signatures[id] ?? 0, state.base)
    }
    return "\(base)/files/\(id).\(suffix)?Expires=1&Signature=aB%2F\(number)%3d"
  }

  func answer(_ request: TestRequest) async throws -> Response {
    let name = request.path.split(separator: "/").last.map(String.init) ?? ""
    let id = String(name.prefix { $0 != "." })
    let (behaviour, isFresh) = state.withLock { state in
      state.downloads += 1
      for header in ["authorization", "x-api-key", "xi-api-key"] {
        if let value = request.header(header) { state.keysSeen.append(value) }
      }
      let next = state.script.isEmpty ? .sends : state.script.removeFirst()
      let number = state.signatures[id] ?? 0
      return (next, request.query.hasSuffix("Signature=aB%2F\(number)%3d"))
    }
    let isWebM = name.hasSuffix("webm")
    let bytes = isWebM ? webm : mp4
    let type = isWebM ? "video/webm" : "video/mp4"
    if !isFresh { return denied() }
    switch behaviour {
    case .sends: return VendorReply.bytes(bytes, type: type)
    case .hasExpired: return denied()
    case .breaksOff: return VendorReply.broken(bytes, after: bytes.count / 2, type: type)
    case .page: return VendorReply.page(status: 200)
    case .xml:
      return VendorReply.bytes(
        Array("<?xml version=\"1.0\"?><Error><Code>SlowDown</Code></Error>".utf8), type: type)
    case .empty: return VendorReply.bytes([], type: type)
    case .cutFile: return VendorReply.bytes(Array(bytes.prefix(bytes.count / 2)), type: type)
    case .isMissing: return VendorReply.page(status: 404)
    case .stalls: return VendorReply.stalled(type: type)
    case .redirects:
      return VendorReply.bytes(
        [], type: type, status: 302, headers: ["location": "\(request.path)?\(request.query)"])
    case .fails(let status): return VendorReply.page(status: status)
    case .asksToWait(let time):
      return VendorReply.bytes([], type: "text/plain", status: 429, headers: ["Retry-After": time])
    }
  }

  private func denied() -> Response {
    VendorReply.bytes(
      Array(
        "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
          .utf8), type: "application/xml", status: 403)
  }
}
