internal import Crypto

/// The secret that a server and its apps share: `signkey-<env>-<hex digits>`.
///
/// It is in no text that is made of this value.
public struct SigningKey: Sendable, Equatable, CustomStringConvertible {
  /// Without the prefix, as it was written.
  private let digits: String
  private let prefix: String

  /// Throws `SigningKeyError` where it is no such key. The prefix may be left out.
  public init(_ text: String) throws(SigningKeyError) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let isPrefixed = parts.count == 3 && parts[0] == "signkey" && !parts[1].isEmpty
    guard isPrefixed || parts.count == 1, let digits = parts.last else { throw SigningKeyError() }
    guard Hexadecimal.decode(digits)?.isEmpty == false else { throw SigningKeyError() }
    self.digits = String(digits)
    prefix = isPrefixed ? "signkey-\(parts[1])-" : ""
  }

  public var description: String { "\(prefix)…" }

  // MARK: Signatures

  /// The value of `X-Inngest-Signature` for a body: `t=<seconds>&s=<hex>`. A body that this server sends must
  /// be canonical JSON. `now` is in UTC milliseconds.
  public func signature(of body: some Sequence<UInt8>, now: Int64) -> String {
    let seconds = String(now / 1000)
    return "t=\(seconds)&s=\(Hexadecimal.encode(code(body, seconds)))"
  }

  private func code(_ body: some Sequence<UInt8>, _ seconds: String) -> HMAC<SHA256>.MAC {
    HMAC<SHA256>.authenticationCode(
      for: Array(body) + Array(seconds.utf8), using: SymmetricKey(data: Array(digits.utf8)))
  }

  fileprivate func signs(_ body: some Sequence<UInt8>, _ seconds: String, _ code: [UInt8]) -> Bool {
    HMAC<SHA256>.isValidAuthenticationCode(
      code, authenticating: Array(body) + Array(seconds.utf8),
      using: SymmetricKey(data: Array(digits.utf8)))
  }

  // MARK: Bearer

  /// What an app shows in `Authorization: Bearer`: SHA-256 of the decoded digits.
  public var hash: String {
    Hexadecimal.encode(SHA256.hash(data: Hexadecimal.decode(digits) ?? []))
  }

  fileprivate var hashAndPlain: [String] { [hash, digits.lowercased()] }
}

/// A text that is no signing key. It does not hold the text.
public struct SigningKeyError: Error, Sendable, Equatable, CustomStringConvertible {
  public var description: String {
    "the signing key is not 'signkey-<env>-<hex digits>' with an even number of digits\n  → make one with: openssl rand -hex 32"
  }
}

/// The key in use and the one that is given up or taken up, either of which is accepted.
public struct SigningKeys: Sendable, Equatable {
  public var current: SigningKey
  public var fallback: SigningKey?

  /// How old, or how far in the future, a signature may be.
  public static let tolerance: Duration = .seconds(300)

  public init(_ current: SigningKey, fallback: SigningKey? = nil) {
    (self.current, self.fallback) = (current, fallback)
  }

  private var all: [SigningKey] { [current] + (fallback.map { [$0] } ?? []) }

  /// Whether `header` is a signature of these bytes with one of the keys, at most five minutes old. `now` is in UTC
  /// milliseconds. Takes the same time wherever a wrong signature differs.
  public func accepts(signature header: String, of body: some Sequence<UInt8>, now: Int64) -> Bool {
    var values: [Substring: Substring] = [:]
    for part in header.split(separator: "&") {
      let halves = part.split(separator: "=", maxSplits: 1)
      if halves.count == 2 { values[halves[0]] = halves[1] }
    }
    guard let time = values["t"], let seconds = Int64(time), let text = values["s"],
      let code = Hexadecimal.decode(text), abs(seconds.clampedForAge - now / 1000) <= 300
    else { return false }
    let body = Array(body)
    return all.map { $0.signs(body, String(time), code) }.contains(true)
  }

  /// Whether an `Authorization` header shows one of the keys, hashed or plain, with or without its prefix.
  public func accepts(authorization header: String) -> Bool {
    let words = header.split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "bearer" else { return false }
    return accepts(bearer: String(words[1]))
  }

  /// The same without the word `Bearer`.
  public func accepts(bearer token: String) -> Bool {
    let shown = token.hasPrefix("signkey-") ? token.split(separator: "-").last ?? "" : token[...]
    let digest = SHA256.hash(data: Array(shown.lowercased().utf8))
    // Digests are compared in constant time.
    return all.flatMap(\.hashAndPlain).map { SHA256.hash(data: Array($0.utf8)) == digest }
      .contains(true)
  }
}

extension Int64 {
  fileprivate var clampedForAge: Int64 { Swift.max(-1 << 60, Swift.min(1 << 60, self)) }
}

/// Hexadecimal digits.
enum Hexadecimal {
  private static let digits = Array("0123456789abcdef".utf8)

  static func encode(_ bytes: some Sequence<UInt8>) -> String {
    String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// Nil where it is no even number of digits.
  static func decode(_ text: some StringProtocol) -> [UInt8]? {
    let values = text.utf8.map { byte -> UInt8? in
      switch byte {
      case 0x30...0x39: byte - 0x30
      case 0x61...0x66: byte - 0x61 + 10
      case 0x41...0x46: byte - 0x41 + 10
      default: nil
      }
    }
    guard values.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: values.count, by: 2) {
      guard let high = values[place], let low = values[place + 1] else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}

/// SHA-256 of a text, in hexadecimal.
enum KeyHash {
  static func text(_ text: String) -> String {
    Hexadecimal.encode(SHA256.hash(data: Array(text.utf8)))
  }
}
