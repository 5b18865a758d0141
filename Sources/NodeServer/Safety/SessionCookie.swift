internal import Crypto
internal import Foundation

/// A browser's sign-in: a cookie that says until when, signed with a key made from the node's token. Another token ends
/// all sessions; nothing of them is stored.
struct SessionCookie: Sendable {
  static let name = "reelnode_session"
  static let lifetime: Int64 = 30 * 86_400_000

  private let key: SymmetricKey

  init(_ token: String) {
    key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: Data(token.utf8)), info: Data("session".utf8),
      outputByteCount: 32)
  }

  /// The `Set-Cookie` of a new session.
  func field(now: Int64) -> String {
    let until = now + Self.lifetime
    return
      "\(Self.name)=\(until).\(signature(until)); Path=/; Max-Age=\(Self.lifetime / 1000); HttpOnly; SameSite=Strict"
  }

  /// Takes the cookie away.
  static var removal: String { "\(name)=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict" }

  /// Whether a `Cookie` header has a session that is still good.
  func isValid(header: String, now: Int64) -> Bool {
    for pair in header.split(separator: ";") {
      let sides = pair.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, sides[0].trimmingCharacters(in: .whitespaces) == Self.name else {
        continue
      }
      let parts = sides[1].split(separator: ".")
      guard parts.count == 2, let until = Int64(parts[0]) else { continue }
      if SecretText.isSame(String(parts[1]), signature(until)), now < until { return true }
    }
    return false
  }

  private func signature(_ until: Int64) -> String {
    HMAC<SHA256>.authenticationCode(for: Data(String(until).utf8), using: key).map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }.joined()
  }
}
