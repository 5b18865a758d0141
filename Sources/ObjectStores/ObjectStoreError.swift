public import Storage
internal import WebClient

/// What an object store could not do, and whether trying again may help.
public struct ObjectStoreError: Error, Sendable, Equatable {
  public enum Kind: String, Sendable {
    /// The service is down, slow or overloaded, or the connection broke. The same call may succeed later.
    case retry
    /// No such object, or one that these keys may not see.
    case missing
    /// The key is taken, by other content.
    case exists
    /// The service does not accept the keys, or they may not do this.
    case denied
    /// The object is larger than the service or the bucket allows.
    case tooLarge
    /// What came is not what was sent or asked for.
    case damaged
    /// A file of this machine cannot be read or written.
    case file
    /// Settings or key that can never work.
    case permanent
  }

  public let kind: Kind
  /// Kind, bucket and host.
  public let store: String
  /// Nil where the call was about the bucket.
  public let key: String?
  /// The service's own word for it, or the HTTP status; empty where there was no answer.
  public let code: String
  /// One sentence, without keys.
  public let reason: String
  /// What a person can do.
  public let advice: String
  /// The service asked not to be called for so long.
  public let waitMS: Int64?

  public init(
    _ kind: Kind, store: String, key: String?, code: String = "", _ reason: String,
    advice: String? = nil, waitMS: Int64? = nil
  ) {
    (self.kind, self.store, self.key, self.code) = (kind, store, key, code)
    (self.reason, self.waitMS) = (reason, waitMS)
    self.advice = advice ?? Self.advice(for: kind)
  }

  public var isRetryable: Bool { kind == .retry }

  private static func advice(for kind: Kind) -> String {
    switch kind {
    case .retry: "try again later; if it stays so, look at the service's state page"
    case .missing: "check the key and the bucket of the settings"
    case .exists: "choose another key, or allow that objects are replaced"
    case .denied: "check the keys of the store's settings and what they may do"
    case .tooLarge: "raise the limit of the bucket, or keep smaller files"
    case .damaged:
      "keep the file again; if it stays so, check what lies between here and the service"
    case .file: "check the folder, its rights and the room on its disk"
    case .permanent: "check the settings of the store"
    }
  }

  /// Of a request that brought no reply.
  init(_ failure: WebFailure, store: String, key: String?) {
    let kind: Kind =
      switch failure.kind {
      case .notSent, .timedOut, .broken: .retry
      case .tooLarge: .tooLarge
      case .badAddress: .permanent
      case .file: .file
      }
    self.init(
      kind, store: store, key: key, failure.message,
      advice: failure.kind == .notSent
        ? "check the address of the store and the network, and try again" : nil)
  }
}

extension ObjectStoreError: AssetServiceError {
  public var description: String {
    let subject = key.map { ", '\(Self.printable($0))'" } ?? ""
    return "\(store)\(subject): \(reason)\(code.isEmpty ? "" : " [\(code)]")\n  → \(advice)"
  }

  /// A key on one line, cut where it is long.
  static func printable(_ text: String) -> String {
    let line = String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix(200).map {
          $0.properties.generalCategory == .control ? "\u{FFFD}" : $0
        }))
    return text.unicodeScalars.count > 200 ? line + "…" : line
  }
}
