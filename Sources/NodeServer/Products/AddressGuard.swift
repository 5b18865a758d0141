internal import Foundation
internal import NIOCore
internal import NIOPosix

/// Keeps clients from using the node to reach what they could not reach themselves: its own machine and networks that are
/// not public.
struct AddressGuard: Sendable {
  var allowsPrivate: Bool

  struct Refused: Error, CustomStringConvertible { let description: String }

  /// The host's address, looked up once: who connects uses it, and no second answer of a name server.
  ///
  /// Throws `Refused`.
  func address(of url: String) async throws -> (host: String, address: String) {
    guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
      scheme == "http" || scheme == "https", var host = parts.host, !host.isEmpty,
      parts.user == nil, parts.password == nil
    else { throw Refused(description: "is no address that begins with http:// or https://") }
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    let port = parts.port ?? (scheme == "https" ? 443 : 80)
    guard (1...65_535).contains(port) else { throw Refused(description: "has no port that can be") }
    let name = host
    let found: String?
    do {
      found = try await NIOThreadPool.singleton.runIfActive {
        try SocketAddress.makeAddressResolvingHost(name, port: port).ipAddress
      }
    } catch {
      throw Refused(description: "names a host that is not known: \(name.prefix(200))")
    }
    guard let found else { throw Refused(description: "names a host without an address") }
    guard allowsPrivate || IPAddress(found)?.isPublic == true else {
      throw Refused(
        description:
          "leads to this machine or to a network that is not public, which is not allowed")
    }
    return (name, found)
  }
}

/// An IP address as its bytes: 4 or 16.
struct IPAddress: Equatable {
  let bytes: [UInt8]

  /// `192.0.2.1`, `2001:db8::1`, `::ffff:192.0.2.1`; nil for anything else.
  init?(_ text: String) {
    let plain = String(text.prefix { $0 != "%" })
    guard let bytes = plain.contains(":") ? Self.version6(plain) : Self.version4(plain) else {
      return nil
    }
    self.bytes = bytes
  }

  private static func version4(_ text: String) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let bytes = parts.compactMap { UInt8($0) }
    return parts.count == 4 && bytes.count == 4 ? bytes : nil
  }

  private static func version6(_ text: String) -> [UInt8]? {
    let halves = text.components(separatedBy: "::")
    guard halves.count <= 2 else { return nil }
    func bytes(_ half: String) -> [UInt8]? {
      if half.isEmpty { return [] }
      var bytes: [UInt8] = []
      for part in half.split(separator: ":", omittingEmptySubsequences: false) {
        if part.contains(".") {
          guard let four = version4(String(part)) else { return nil }
          bytes += four
        } else {
          guard part.count <= 4, let value = UInt16(part, radix: 16) else { return nil }
          bytes += [UInt8(value >> 8), UInt8(value & 255)]
        }
      }
      return bytes
    }
    guard let first = bytes(halves[0]) else { return nil }
    if halves.count == 1 { return first.count == 16 ? first : nil }
    guard let last = bytes(halves[1]), first.count + last.count <= 14 else { return nil }
    return first + Array(repeating: 0, count: 16 - first.count - last.count) + last
  }

  /// None of the blocks that IANA keeps for special purposes, and no address of IPv4 in one that carries it.
  var isPublic: Bool {
    if bytes.count == 4 { return Self.isPublic(bytes) }
    let zeros = bytes.prefix(10).allSatisfy { $0 == 0 }
    if zeros, bytes[10] == 255, bytes[11] == 255 { return Self.isPublic(Array(bytes.suffix(4))) }
    if bytes.prefix(12).allSatisfy({ $0 == 0 }) { return false }
    // NAT64 and 6to4.
    if bytes.starts(with: [0, 0x64, 0xFF, 0x9B]) { return Self.isPublic(Array(bytes.suffix(4))) }
    if bytes.starts(with: [0x20, 0x02]) { return Self.isPublic(Array(bytes[2..<6])) }
    // Teredo, documentation, and other special uses of 2001::/23.
    if bytes.starts(with: [0x20, 0x01]), bytes[2] < 2 { return false }
    if bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8]) { return false }
    // Global unicast is 2000::/3.
    return bytes[0] & 0xE0 == 0x20
  }

  private static func isPublic(_ bytes: [UInt8]) -> Bool {
    let (a, b, c) = (bytes[0], bytes[1], bytes[2])
    switch a {
    case 0, 10, 127: return false
    case 100: return !(64...127).contains(b)
    case 169: return b != 254
    case 172: return !(16...31).contains(b)
    case 192:
      return !(b == 168 || (b == 0 && (c == 0 || c == 2)) || (b == 88 && c == 99))
    case 198: return !(b == 18 || b == 19 || (b == 51 && c == 100))
    case 203: return !(b == 0 && c == 113)
    default: return a < 224
    }
  }
}
