/// Why the server does not start.
public enum ServerError: Error, Sendable, Equatable, CustomStringConvertible {
  case portInUse(Int)
  /// An address that others reach, without a token.
  case tokenNeeded(host: String)
  case badToken
  case badPublicURL(String)
  /// The key for links cannot be kept.
  case noLinkKey(path: String, reason: String)

  public var description: String {
    switch self {
    case .portInUse(let port):
      "port \(port) is taken by another program\n  → name another one with --port, or 0 for any that is free"
    case .tokenNeeded(let host):
      "others could reach the node at \(host) and do everything\n  → give a token with --token-file, or serve 127.0.0.1"
    case .badToken:
      "the token is too short, or has spaces or characters beyond ASCII\n  → make one with 'openssl rand -hex 32'"
    case .badPublicURL(let text):
      "'\(text)' is no address under which others reach the node\n  → give one such as https://films.example, without '?' and '#'"
    case .noLinkKey(let path, let reason):
      "cannot keep the key for links in \(path): \(reason)\n  → check that the node's folder can be written"
    }
  }
}

extension ServerSettings {
  static let loopback: Set<String> = ["127.0.0.1", "::1", "localhost"]

  var isLoopback: Bool { Self.loopback.contains(host) || host.hasPrefix("127.") }

  func check() throws(ServerError) {
    if let publicURL, PublicAddress(publicURL) == nil { throw .badPublicURL(publicURL) }
    if let token {
      guard (16...512).contains(token.utf8.count),
        token.utf8.allSatisfy({ (33...126).contains($0) })
      else { throw .badToken }
    } else if !isLoopback {
      throw .tokenNeeded(host: host)
    }
  }
}
