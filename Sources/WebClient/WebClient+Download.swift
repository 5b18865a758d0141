internal import Foundation

extension WebClient {
  /// What was downloaded.
  public struct Download: Sendable {
    public var bytes: Int64
    /// The type without its parameters, in lower case; empty where the service sent none.
    public var contentType: String
    public var headers: WebHeaders
  }

  /// Gets a file: follows up to `redirects` redirects, sends `headers` to the first host alone, checks the length that
  /// the service announced and writes to `path`, which is there complete or not at all; a file that was there before
  /// is replaced in one step, and kept when the download fails.
  ///
  /// A status other than 200 is returned as `reply`, its body cut to 64 KiB, and nothing is written. With no redirects
  /// allowed, so is one of those.
  public func download(
    _ url: String, headers: [(name: String, value: String)] = [], to path: String,
    limit: Int64 = 2 << 30, timeout: Duration = .seconds(600), redirects: Int = 5
  ) async throws -> Result<Download, DownloadRefused> {
    var url = url
    var headers = headers
    let first = Self.host(of: url)
    for _ in 0...redirects {
      var request = WebRequest(.get, url, headers: headers, timeout: timeout)
      request.replyLimit = 64 << 10
      let partial = path + ".part"
      defer { try? FileManager.default.removeItem(atPath: partial) }
      switch try await fetch(request, to: partial, limit: limit) {
      case .file(let download):
        try rename(partial, to: path)
        return .success(download)
      case .reply(let reply):
        guard redirects > 0, [301, 302, 303, 307, 308].contains(reply.status),
          let next = reply.headers["location"]
        else { return .failure(DownloadRefused(reply: reply)) }
        guard let target = URL(string: next, relativeTo: URL(string: url))?.absoluteString,
          target.hasPrefix("http://") || target.hasPrefix("https://"),
          !(url.hasPrefix("https://") && target.hasPrefix("http://"))
        else {
          throw WebFailure(.badAddress, "\(first): redirected to an address that is not allowed")
        }
        url = target
        if Self.host(of: url) != first { headers = [] }
      }
    }
    throw WebFailure(.badAddress, "\(first): more than \(redirects) redirects")
  }

  /// Host and port of an address, for messages and for deciding where a key may go.
  public static func host(of url: String) -> String {
    guard let parts = URLComponents(string: url), let host = parts.host else { return "?" }
    return host.lowercased() + (parts.port.map { ":\($0)" } ?? "")
  }
}

/// A download that the service answered with something else than the file.
public struct DownloadRefused: Error, Sendable {
  public let reply: WebReply
}
