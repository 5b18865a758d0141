internal import Foundation
internal import Storage
internal import Synchronization
public import WebClient

/// A bucket of a service that speaks S3: AWS, Ceph, Swift, MinIO, Supabase, R2 and others. Path style, signatures of
/// version 4, the content's SHA-256 signed with every upload.
public final class S3Store: ObjectStore {
  public let name: String
  let settings: S3Settings
  let endpoint: S3Endpoint
  let web: WebClient
  let retry: RetryPolicy
  private let learned: Mutex<Learned>

  /// What services told about how to talk to them.
  private struct Learned {
    var region: String
    /// How far the service's clock is ahead of ours.
    var skewMS: Int64 = 0
    var bucketIsThere = false
  }

  /// Throws `ObjectStoreError` for settings that cannot work. Nothing is sent yet.
  public init(
    _ settings: S3Settings, web: WebClient, retry: RetryPolicy = RetryPolicy()
  ) throws {
    let name = "S3 bucket '\(ObjectStoreError.printable(settings.bucket))' at "
    guard let endpoint = S3Endpoint(settings.endpoint) else {
      throw ObjectStoreError(
        .permanent, store: name + "an unknown host", key: nil, "the endpoint is no address",
        advice: "set it to something like https://host:port")
    }
    self.name = name + endpoint.host
    guard !settings.bucket.isEmpty, !settings.bucket.contains("/"),
      settings.bucket != ".", settings.bucket != ".."
    else {
      throw ObjectStoreError(
        .permanent, store: self.name, key: nil, "that is no name of a bucket",
        advice: "set the bucket's name, without slashes")
    }
    guard settings.partSize >= 5 << 20, settings.partsAbove <= 5 << 30 else {
      throw ObjectStoreError(
        .permanent, store: self.name, key: nil, "the size of parts is not one that services take",
        advice: "set at least 5 MiB for parts, and parts for all that is larger than 5 GiB")
    }
    (self.settings, self.endpoint, self.web, self.retry) = (settings, endpoint, web, retry)
    learned = Mutex(Learned(region: settings.region))
  }

  // MARK: - Objects

  public func put(
    fileAt path: String, as key: String, contentType: String, sha256: String?
  ) async throws {
    try ObjectKey.check(key, store: name)
    let size = try LocalFile.size(path, store: name, key: key)
    // What is to be learned of region, clock and bucket is learned without a body: some services answer before they
    // have read it, and take it for the next request.
    try await checkBucket()
    if size > settings.partsAbove {
      return try await putInParts(path, size: size, as: key, contentType: contentType)
    }
    let hash = try sha256 ?? ContentHash.of(path, store: name, key: key).sha256
    var call = call(.put, key)
    call.headers = [("Content-Type", contentType)]
    let file = WebRequest.Body.file(path: path, range: 0..<size)
    _ = try await send(
      call, key: key, body: size == 0 ? .bytes([]) : file, payload: hash, bytes: size)
  }

  public func get(_ key: String, to path: String, sha256: String?) async throws -> ObjectFacts {
    try ObjectKey.check(key, store: name)
    return try await retry.fetching(key, of: name, to: path, sha256: sha256) {
      try await fetch(key, to: $0)
    }
  }

  public func read(_ key: String, bytes range: Range<Int64>) async throws -> [UInt8] {
    try ObjectKey.check(key, store: name)
    if range.isEmpty { return [] }
    var call = call(.get, key)
    call.headers = [("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")]
    do {
      let reply = try await send(call, key: key, limit: range.count)
      // A service may give the whole object instead.
      if reply.status == 206 { return reply.body }
      return Array(reply.body.dropFirst(Int(range.lowerBound)).prefix(range.count))
    } catch let error as ObjectStoreError where error.code == "InvalidRange" {
      return []
    }
  }

  public func facts(of key: String) async throws -> ObjectFacts? {
    try ObjectKey.check(key, store: name)
    do {
      return facts(try await send(call(.head, key), key: key), key)
    } catch let error as ObjectStoreError where error.kind == .missing {
      try await checkBucket()
      return nil
    }
  }

  public func delete(_ key: String) async throws {
    try ObjectKey.check(key, store: name)
    do {
      _ = try await send(call(.delete, key), key: key)
    } catch let error as ObjectStoreError where error.code == "NoSuchKey" {}
  }

  public func signedURL(
    of key: String, expires: Duration, fileName: String?
  ) async throws -> String {
    try ObjectKey.check(key, store: name)
    let seconds = expires.components.seconds
    guard (1...604_800).contains(seconds) else {
      throw ObjectStoreError(
        .permanent, store: name, key: key, "an address cannot be signed for \(seconds) s",
        advice: "ask for 1 second to 7 days")
    }
    var call = call(.get, key)
    if let fileName {
      let value = "attachment; filename*=UTF-8''" + ObjectKey.encoded(fileName)
      call.query.append(("response-content-disposition", value))
    }
    return signer.presigned(call, seconds: Int(seconds), at: now)
  }

  /// Makes the bucket; one that these keys own already is no error.
  public func makeBucket() async throws {
    let call = call(.put, nil)
    var body: [UInt8] = []
    if signer.region != "us-east-1" {
      body = Array(
        "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>\(signer.region)</LocationConstraint></CreateBucketConfiguration>"
          .utf8)
    }
    do {
      _ = try await send(
        call, key: nil, body: .bytes(body), payload: ContentHash.sha256(of: body))
    } catch let error as ObjectStoreError where error.code == "BucketAlreadyOwnedByYou" {}
    learned.withLock { $0.bucketIsThere = true }
  }

  // MARK: - Requests

  func call(
    _ method: WebRequest.Method, _ key: String?, query: [(name: String, value: String)] = []
  ) -> S3Signer.Call {
    let path = "\(endpoint.path)/\(ObjectKey.encoded(settings.bucket))"
    return S3Signer.Call(
      method: method, endpoint: endpoint, path: key.map { path + "/" + ObjectKey.path($0) } ?? path,
      query: query)
  }

  /// Sends a request that may be repeated, until there is an answer to count on.
  func send(
    _ call: S3Signer.Call, key: String?, body: WebRequest.Body = .none,
    payload: String = ContentHash.empty, bytes: Int64 = 0, limit: Int = 16 << 20
  ) async throws -> WebReply {
    try await retry.run { _ in
      try await answer(call, key: key, body: body, payload: payload, bytes: bytes, limit: limit)
    }
  }

  /// One try, and a second one where the service told what was wrong with the first.
  func answer(
    _ call: S3Signer.Call, key: String?, body: WebRequest.Body, payload: String, bytes: Int64,
    limit: Int
  ) async throws -> WebReply {
    var lessons: Set<Lesson> = []
    while true {
      var request = WebRequest(
        call.method, call.url, headers: signer.headers(of: call, payload: payload, at: now),
        body: body, timeout: .seconds(60 + bytes / (128 << 10)))
      request.replyLimit = max(limit, 64 << 10)
      // Some servers refuse an upload before they have read it and take the rest for the next request, or answer HEAD
      // with a body. Those that speak TLS stand behind proxies that do not let that through.
      if endpoint.scheme == "http", bytes > 0 || call.method == .head {
        request.headers.append(("Connection", "close"))
      }
      let reply: WebReply
      do { reply = try await web.send(request) } catch let failure as WebFailure {
        throw ObjectStoreError(failure, store: name, key: key)
      }
      if reply.isSuccess { return reply }
      let fault = S3Fault(reply, secrets: secrets)
      guard let lesson = try await learn(reply, fault), lessons.insert(lesson).inserted else {
        throw fault.error(reply, store: name, key: key)
      }
    }
  }

  private func fetch(_ key: String, to path: String) async throws -> ObjectFacts {
    let call = call(.get, key)
    var lessons: Set<Lesson> = []
    while true {
      let headers = signer.headers(of: call, payload: ContentHash.empty, at: now)
      let result: Result<WebClient.Download, DownloadRefused>
      do {
        result = try await web.download(
          call.url, headers: headers, to: path, limit: .max, timeout: .seconds(6 * 3600),
          redirects: 0)
      } catch let failure as WebFailure {
        throw ObjectStoreError(failure, store: name, key: key)
      }
      switch result {
      case .success(let download): return facts(download, key)
      case .failure(let refused):
        let fault = S3Fault(refused.reply, secrets: secrets)
        if let lesson = try await learn(refused.reply, fault), lessons.insert(lesson).inserted {
          continue
        }
        if let download = try await elsewhere(refused.reply, key, to: path) {
          return facts(download, key)
        }
        throw fault.error(refused.reply, store: name, key: key)
      }
    }
  }

  /// Follows a redirect without signature: where it leads, that would not be right, and does not belong.
  private func elsewhere(
    _ reply: WebReply, _ key: String, to path: String
  ) async throws -> WebClient.Download? {
    guard [302, 303, 307, 308].contains(reply.status), let next = reply.headers["location"],
      let target = URL(string: next, relativeTo: URL(string: call(.get, key).url))?.absoluteString,
      target.hasPrefix("https://") || (endpoint.scheme == "http" && target.hasPrefix("http://"))
    else { return nil }
    do {
      return try await web.download(
        target, to: path, limit: .max, timeout: .seconds(6 * 3600)
      ).get()
    } catch let failure as WebFailure {
      throw ObjectStoreError(failure, store: name, key: key)
    } catch let refused as DownloadRefused {
      throw S3Fault(refused.reply, secrets: secrets).error(refused.reply, store: name, key: key)
    }
  }

  private func facts(_ download: WebClient.Download, _ key: String) -> ObjectFacts {
    ObjectFacts(
      key: key, size: download.bytes, etag: Self.unquoted(download.headers["etag"] ?? ""),
      contentType: download.headers["content-type"] ?? "")
  }

  private func facts(_ reply: WebReply, _ key: String) -> ObjectFacts {
    ObjectFacts(
      key: key, size: reply.headers["content-length"].flatMap(Int64.init) ?? 0,
      etag: Self.unquoted(reply.headers["etag"] ?? ""),
      contentType: reply.headers["content-type"] ?? "")
  }

  static func unquoted(_ etag: String) -> String { etag.filter { $0 != "\"" } }

  // MARK: - What the service teaches

  private enum Lesson: Hashable { case clock, region, probe }

  /// Corrects clock or region by what the service says; nil where the answer has nothing to learn from.
  private func learn(_ reply: WebReply, _ fault: S3Fault) async throws -> Lesson? {
    if reply.status == 403, let theirs = reply.headers["date"].flatMap(Self.date) {
      let skew = theirs - retry.clock.now
      let known = learned.withLock { $0.skewMS }
      // A HEAD has no body to say so; services allow 15 minutes.
      if fault.code == "RequestTimeTooSkewed" || (fault.code.isEmpty && abs(skew - known) > 600_000)
      {
        learned.withLock { $0.skewMS = skew }
        return .clock
      }
    }
    if let region = fault.region, !region.isEmpty, region != signer.region {
      learned.withLock { $0.region = region }
      return .region
    }
    if reply.status == 400, fault.code.isEmpty, reply.body.isEmpty {
      // Perhaps the region is wrong, which the answer to HEAD cannot say.
      let before = signer.region
      do {
        _ = try await answer(
          call(.get, nil, query: [("list-type", "2"), ("max-keys", "1")]), key: nil, body: .none,
          payload: ContentHash.empty, bytes: 0, limit: 1 << 20)
      } catch let error as ObjectStoreError where !error.isRetryable {}
      return signer.region == before ? nil : .probe
    }
    return nil
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`, in milliseconds since 1970.
  static func date(_ text: String) -> Int64? {
    let form = DateFormatter()
    form.locale = Locale(identifier: "en_US_POSIX")
    form.timeZone = TimeZone(secondsFromGMT: 0)
    form.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return form.date(from: text).map { Int64($0.timeIntervalSince1970 * 1000) }
  }

  /// Asks once whether there is a bucket: that there is no object means little without one.
  private func checkBucket() async throws {
    if learned.withLock({ $0.bucketIsThere }) { return }
    do {
      _ = try await send(call(.head, nil), key: nil)
    } catch let error as ObjectStoreError where error.kind == .missing {
      throw ObjectStoreError(
        .permanent, store: name, key: nil, code: "NoSuchBucket", "there is no such bucket",
        advice: "make the bucket, or correct its name in the settings")
    } catch let error as ObjectStoreError where error.isRetryable {
      throw error
    } catch is ObjectStoreError {
      // These keys may not ask, but perhaps they may do what matters; that has words for what is wrong.
    }
    learned.withLock { $0.bucketIsThere = true }
  }

  var signer: S3Signer {
    S3Signer(
      region: learned.withLock { $0.region }, accessKey: settings.accessKey,
      secretKey: settings.secretKey, sessionToken: settings.sessionToken)
  }

  private var now: Int64 { retry.clock.now + learned.withLock { $0.skewMS } }

  var secrets: [Secret] {
    [settings.secretKey, settings.accessKey] + (settings.sessionToken.map { [$0] } ?? [])
  }
}
