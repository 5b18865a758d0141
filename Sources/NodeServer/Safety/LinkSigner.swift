internal import Crypto
internal import Foundation
internal import SceneDocument

/// Signs addresses that may be read without a token until a time: `?expires=…&signature=…`.
struct LinkSigner: Sendable {
  private let key: SymmetricKey

  init(key: SymmetricKey) { self.key = key }

  /// Keeps the key in a file that its owner alone can read; makes it where there is none.
  init(keyFile path: String) throws {
    do {
      if let bytes = FileManager.default.contents(atPath: path), bytes.count == 32 {
        key = SymmetricKey(data: bytes)
        return
      }
      var random = SystemRandomNumberGenerator()
      let bytes = Data((0..<32).map { _ in UInt8.random(in: 0...255, using: &random) })
      let file = URL(fileURLWithPath: path + ".new-\(UUID().uuidString)")
      guard
        FileManager.default.createFile(
          atPath: file.path, contents: bytes, attributes: [.posixPermissions: 0o600])
      else { throw CocoaError(.fileWriteUnknown) }
      defer { try? FileManager.default.removeItem(at: file) }
      // Another server on the same folder may have been quicker: its key stays.
      try? FileManager.default.linkItem(at: file, to: URL(fileURLWithPath: path))
      guard let kept = FileManager.default.contents(atPath: path), kept.count == 32 else {
        throw CocoaError(.fileReadUnknown)
      }
      key = SymmetricKey(data: kept)
    } catch {
      throw ServerError.noLinkKey(path: path, reason: error.localizedDescription)
    }
  }

  /// `path` with the query that opens it. `expires` in UTC seconds.
  func link(_ path: String, expires: Int64) -> String {
    "\(path)?expires=\(expires)&signature=\(signature(path, expires))"
  }

  /// Whether a signature opens a path now; takes the same time for every wrong one.
  func opens(_ path: String, expires: Int64, signature: String, now: Int64) -> Bool {
    let isRight = SecretText.isSame(signature, self.signature(path, expires))
    return isRight && now < expires
  }

  private func signature(_ path: String, _ expires: Int64) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Data("\(expires)\n\(path)".utf8), using: key)
    return code.map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
  }
}

/// Compares secrets.
enum SecretText {
  /// Takes the same time wherever two texts differ, and however long the wrong one is.
  static func isSame(_ given: String, _ right: String) -> Bool {
    let one = SHA256.hash(data: Data(given.utf8))
    let other = SHA256.hash(data: Data(right.utf8))
    return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
