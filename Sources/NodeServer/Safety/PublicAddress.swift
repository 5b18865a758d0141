internal import Foundation

/// Where others reach the node.
struct PublicAddress: Equatable, Sendable {
  /// Without a slash at its end.
  let text: String
  /// Host and port as a browser sends them.
  let authority: String

  /// `https://films.example/node`; nil for anything that no path can be put behind.
  init?(_ text: String) {
    guard text.utf8.allSatisfy({ (33...126).contains($0) }),
      let parts = URLComponents(string: text),
      let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
      let host = parts.host, !host.isEmpty, parts.user == nil, parts.password == nil,
      parts.query == nil, parts.fragment == nil, (1...65_535).contains(parts.port ?? 1)
    else { return nil }
    let usual = scheme == "https" ? 443 : 80
    authority = host.lowercased() + (parts.port.map { $0 == usual ? "" : ":\($0)" } ?? "")
    var text = text
    while text.hasSuffix("/") { text.removeLast() }
    self.text = text
  }

  /// The public one, or the name under which this request reached the node, which `Doorkeeper` has checked.
  static func of(_ settings: ServerSettings, askedAs authority: String?) -> String {
    settings.publicURL.flatMap { PublicAddress($0)?.text }
      ?? "http://" + (authority ?? settings.hostInAddress)
  }
}
