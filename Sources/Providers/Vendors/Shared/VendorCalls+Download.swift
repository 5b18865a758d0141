internal import Foundation
internal import WebClient

extension VendorCalls {
  /// Gets what a job has made and looks whether it is what it should be.
  ///
  /// The address is sent as it is and without a key. `refreshed` reads the job again for a new address, once, where the
  /// old one has expired. The file is `<folder>/<name>.<suffix>`, there complete or not at all. Throws `ProviderError`:
  /// of class `.retry` for all that another download may mend, since the job itself is done and paid for.
  func download(
    _ url: String, as kind: CheckedMedia.Kind, to folder: String, name: String,
    limit: Int64 = 2 << 30, timeout: Duration = .seconds(600),
    headers: [(name: String, value: String)] = [],
    refreshed: () async throws -> String?
  ) async throws -> (path: String, media: CheckedMedia) {
    let raw = "\(folder)/\(name).download"
    defer { try? FileManager.default.removeItem(atPath: raw) }
    var url = url
    for isLast in [false, true] {
      switch try await fetch(url, to: raw, limit: limit, timeout: timeout, headers: headers) {
      case .success(let download):
        return try await place(raw, download, as: kind, to: folder, name: name)
      case .failure(let refused):
        let status = refused.reply.status
        if [401, 403, 404, 410].contains(status), !isLast, let next = try await refreshed() {
          url = next
          continue
        }
        throw refusal(refused.reply)
      }
    }
    throw error(.retry, "the address of the file has expired", advice: "it is tried again")
  }

  private func fetch(
    _ url: String, to path: String, limit: Int64, timeout: Duration,
    headers: [(name: String, value: String)]
  ) async throws -> Result<WebClient.Download, DownloadRefused> {
    // Without encryption from this machine alone, where tests and proxies are.
    let host = WebClient.host(of: url).prefix { $0 != ":" }
    let isHere = host == "127.0.0.1" || host == "localhost"
    guard url.hasPrefix("https://") || url.hasPrefix("http://") && isHere else {
      throw error(
        .retry, code: "bad_address",
        "\(name) gave an address of the file that cannot be fetched: \(url.prefix(60))",
        advice: "it is tried again")
    }
    do {
      return try await web.download(url, headers: headers, to: path, limit: limit, timeout: timeout)
    } catch let failure as WebFailure {
      throw error(
        failure.kind == .tooLarge ? .permanent : .retry, code: "download",
        "the file of \(name) could not be downloaded: \(failure.message)",
        advice: failure.kind == .tooLarge
          ? "files are at most \(limit >> 20) MiB" : "only the download is tried again")
    }
  }

  private func refusal(_ reply: WebReply) -> ProviderError {
    error(
      reply.status == 429 ? .slot : .retry, code: String(reply.status),
      "the file of \(name) could not be downloaded: \(excerpt(reply.body))",
      advice: "only the download is tried again",
      waitMS: RetryAfter.milliseconds(reply.headers))
  }

  private func place(
    _ raw: String, _ download: WebClient.Download, as kind: CheckedMedia.Kind, to folder: String,
    name file: String
  ) async throws -> (path: String, media: CheckedMedia) {
    func broken(_ reason: String) -> ProviderError {
      error(
        .retry, code: "broken_file",
        "the \(kind.rawValue) that \(name) sent cannot be used: \(reason)",
        advice: "only the download is tried again")
    }
    if download.bytes == 0 { throw broken("it is empty") }
    let type = download.contentType
    let pages = ["text/", "application/json", "application/xml"]
    if pages.contains(where: type.hasPrefix) {
      let head = (try? FileHandle(forReadingFrom: URL(fileURLWithPath: raw)))
        .flatMap { try? $0.read(upToCount: 2000) }
      throw broken("it is \(type): \(excerpt(Array(head ?? Data())))")
    }
    do {
      let media = try await CheckedMedia.read(raw, as: kind)
      let path = "\(folder)/\(file).\(media.suffix)"
      try? FileManager.default.removeItem(atPath: path)
      try FileManager.default.moveItem(atPath: raw, toPath: path)
      return (path, media)
    } catch let problem as CheckedMedia.Broken {
      throw broken(problem.reason)
    } catch let problem as CocoaError {
      throw error(
        .retry, code: "file", "cannot write into '\(folder)' (\(problem.localizedDescription))",
        advice: "check that the disk has room")
    }
  }
}
