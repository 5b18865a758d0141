internal import Foundation

/// Where an app is served.
public struct AppURL: Sendable, Hashable {
  /// As the app gave it, which is what is called.
  public let text: String
  /// The same for all ways in which one address is written, which is what is compared.
  public let normalized: String

  /// Nil for what is no http or https URL.
  public init?(_ text: String) {
    guard text.utf8.count <= 4096, var parts = URLComponents(string: text),
      let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
      let host = parts.host?.lowercased(), !host.isEmpty
    else { return nil }
    self.text = text
    parts.scheme = scheme
    parts.host = Self.local.contains(host) ? "localhost" : host
    if parts.port == (scheme == "http" ? 80 : 443) { parts.port = nil }
    if parts.path == "/" { parts.path = "" }
    (parts.fragment, parts.user, parts.password) = (nil, nil, nil)
    let query = (parts.queryItems ?? []).filter { !Self.ownParameters.contains($0.name) }
    parts.queryItems = query.isEmpty ? nil : query
    normalized = parts.string ?? text
  }

  private static let local: Set<String> = ["127.0.0.1", "0.0.0.0", "::1", "[::1]", "localhost"]
  private static let ownParameters: Set<String> = ["fnId", "stepId", "deployId", "probe"]
}
