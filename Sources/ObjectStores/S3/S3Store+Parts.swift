internal import Storage
internal import WebClient

extension S3Store {
  /// Uploads a large file in parts. What an earlier try has brought over is not sent again: each part is compared by size
  /// and MD5.
  ///
  /// Another upload of the same key at the same time may end this one's; then the object is theirs or it begins anew.
  func putInParts(
    _ path: String, size: Int64, as key: String, contentType: String
  ) async throws {
    let partSize = partSize(of: size)
    for isLast in [false, false, true] {
      let upload = try await retry.run { _ in
        // Looked for at each try: an upload may have begun though the answer was lost.
        if let found = try await latestUpload(of: key) { return found }
        return try await begin(key, contentType)
      }
      do {
        let parts = try await send(path, size: size, partSize: partSize, key: key, upload: upload)
        return try await complete(parts, key: key, upload: upload, size: size)
      } catch let error as ObjectStoreError
        where !isLast && ["NoSuchUpload", "InvalidPart"].contains(error.code)
      {
        // Somebody else has ended it or put parts of another file into it: away with what is left of it, and anew.
        if error.code == "InvalidPart" { try? await abort(key, upload) }
      } catch let error as ObjectStoreError where !error.isRetryable {
        try? await abort(key, upload)
        throw error
      }
    }
  }

  /// Ends uploads that began more than `age` ago and were never finished; services keep and bill their parts. Gives
  /// their number.
  @discardableResult
  public func removeAbandoned(prefix: String = "", olderThan age: Duration = .seconds(86_400))
    async throws -> Int
  {
    let limit = S3Signer.time(retry.clock.now - age.components.seconds * 1000)
    let old = try await uploads(prefix: prefix).filter {
      $0.began.filter(\.isTimeDigit) < limit.filter(\.isTimeDigit)
    }
    for upload in old { try await abort(upload.key, upload.id) }
    return old.count
  }

  private struct Part {
    var number: Int
    var etag: String
    var md5: String
  }

  struct Upload: Sendable {
    var key: String
    var id: String
    /// As the service writes it; sorts by time.
    var began: String
  }

  /// At most 10 000 parts.
  func partSize(of size: Int64) -> Int64 {
    let least = (size + 9_999) / 10_000
    let mebibyte: Int64 = 1 << 20
    return max(settings.partSize, (least + mebibyte - 1) / mebibyte * mebibyte)
  }

  private func begin(_ key: String, _ contentType: String) async throws -> String {
    var call = call(.post, key, query: [("uploads", "")])
    call.headers = [("Content-Type", contentType)]
    let reply = try await once(call, key: key)
    guard let id = S3Element(reply.body)?["UploadId"], !id.isEmpty else {
      throw ObjectStoreError(
        .retry, store: name, key: key, "the service began an upload without saying which")
    }
    return id
  }

  private func send(
    _ path: String, size: Int64, partSize: Int64, key: String, upload: String
  ) async throws -> [Part] {
    let known = try await parts(of: upload, key)
    var parts: [Part] = []
    var place: Int64 = 0
    while place < size {
      try Task.checkCancellation()
      let range = place..<min(size, place + partSize)
      let number = parts.count + 1
      let hash = try ContentHash.of(path, range: range, store: name, key: key)
      guard hash.bytes == range.upperBound - range.lowerBound else {
        throw ObjectStoreError(
          .file, store: name, key: key, "'\(path)' became shorter while it was sent")
      }
      var etag = known[number].flatMap {
        $0.size == hash.bytes && $0.etag == hash.md5 ? $0.etag : nil
      }
      if etag == nil {
        let reply = try await send(
          call(.put, key, query: [("partNumber", "\(number)"), ("uploadId", upload)]), key: key,
          body: .file(path: path, range: range), payload: hash.sha256, bytes: hash.bytes)
        etag = Self.unquoted(reply.headers["etag"] ?? hash.md5)
      }
      parts.append(Part(number: number, etag: etag ?? hash.md5, md5: hash.md5))
      place = range.upperBound
    }
    return parts
  }

  private func complete(
    _ parts: [Part], key: String, upload: String, size: Int64
  ) async throws {
    let list = parts.map {
      "<Part><PartNumber>\($0.number)</PartNumber><ETag>&quot;\(Self.escaped($0.etag))&quot;</ETag></Part>"
    }
    let body = Array(
      "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(list.joined())</CompleteMultipartUpload>"
        .utf8)
    var call = call(.post, key, query: [("uploadId", upload)])
    call.headers = [("Content-Type", "application/xml")]
    let request = call
    do {
      try await retry.run { _ in
        let reply = try await once(request, key: key, body: body)
        let root = S3Element(reply.body)
        if root?.name == "CompleteMultipartUploadResult" { return }
        // The line of status may say 200 long before it is known how it ends.
        if root?.name == "Error" {
          let fault = S3Fault(reply, secrets: secrets)
          throw fault.error(reply, store: name, key: key)
        }
        throw ObjectStoreError(
          .retry, store: name, key: key,
          "the service did not say whether the parts became an object")
      }
    } catch let error as ObjectStoreError where error.code == "NoSuchUpload" {
      // A try before this one may have done it; or another upload of the same content.
      let etag = ContentHash.etag(ofParts: parts.map(\.md5))
      guard let there = try await facts(of: key), there.size == size, there.etag == etag else {
        throw error
      }
    }
  }

  private func abort(_ key: String, _ upload: String) async throws {
    do {
      _ = try await send(call(.delete, key, query: [("uploadId", upload)]), key: key)
    } catch let error as ObjectStoreError where error.code == "NoSuchUpload" {}
  }

  // MARK: - What is there of it

  private func latestUpload(of key: String) async throws -> String? {
    try await uploads(prefix: key).filter { $0.key == key }.max { $0.began < $1.began }?.id
  }

  /// Uploads that were begun and not finished.
  func uploads(prefix: String) async throws -> [Upload] {
    var uploads: [Upload] = []
    var marker: (key: String, id: String)?
    while true {
      var query = [("uploads", ""), ("prefix", prefix), ("max-uploads", "1000")]
      if let marker { query += [("key-marker", marker.key), ("upload-id-marker", marker.id)] }
      let page = try await page(call(.get, nil, query: query), "ListMultipartUploadsResult")
      uploads += page.all("Upload").compactMap { upload in
        guard let key = upload["Key"], let id = upload["UploadId"] else { return nil }
        return Upload(key: key, id: id, began: upload["Initiated"] ?? "")
      }
      guard page["IsTruncated"] == "true", let key = page["NextKeyMarker"], !key.isEmpty else {
        return uploads
      }
      marker = (key, page["NextUploadIdMarker"] ?? "")
    }
  }

  private func parts(of upload: String, _ key: String) async throws -> [Int: ObjectFacts] {
    var parts: [Int: ObjectFacts] = [:]
    var marker = "0"
    while true {
      let page = try await page(
        call(.get, key, query: [("uploadId", upload), ("part-number-marker", marker)]),
        "ListPartsResult", key: key)
      for part in page.all("Part") {
        guard let number = part["PartNumber"].flatMap({ Int($0) }),
          let size = part["Size"].flatMap({ Int64($0) })
        else { continue }
        parts[number] = ObjectFacts(key: key, size: size, etag: Self.unquoted(part["ETag"] ?? ""))
      }
      guard page["IsTruncated"] == "true", let next = page["NextPartNumberMarker"], next != marker
      else { return parts }
      marker = next
    }
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}

extension Character {
  /// Times are written with and without dashes; to the second, digits alone compare.
  fileprivate var isTimeDigit: Bool { isASCII && isNumber }
}
