internal import Foundation
internal import NIOCore

/// Why the server does not start.
public enum ServerError: Error, Sendable, Equatable, CustomStringConvertible {
  case portInUse(Int)
  /// Another reason for which the address cannot be served.
  case cannotListen(address: String, reason: String)
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
    case .cannotListen(let address, let reason):
      "cannot serve at \(address): \(reason)\n  → name an address of this machine with --host, and a port from 1024 on with --port"
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

extension ServerError {
  /// Why a socket could not be bound.
  init(_ error: IOError, _ settings: ServerSettings) {
    let address = "\(settings.hostInAddress):\(settings.port)"
    switch error.errnoCode {
    case EADDRINUSE: self = .portInUse(settings.port)
    case EACCES:
      self = .cannotListen(address: address, reason: "the system does not let this user have it")
    case EADDRNOTAVAIL:
      self = .cannotListen(address: address, reason: "this machine does not have that address")
    default: self = .cannotListen(address: address, reason: "\(error)")
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
