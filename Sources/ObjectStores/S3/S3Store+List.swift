internal import WebClient

extension S3Store {
  public func list(
    prefix: String, after token: String?, limit: Int
  ) async throws -> ObjectPage {
    var query = [
      ("list-type", "2"), ("prefix", prefix), ("max-keys", "\(max(1, min(limit, 1000)))"),
      ("encoding-type", "url"),
    ]
    if let token { query.append(("continuation-token", token)) }
    let page = try await page(call(.get, nil, query: query), "ListBucketResult")
    let isEncoded = page["EncodingType"] == "url"
    let objects = try page.all("Contents").map { entry in
      guard let told = entry["Key"],
        let key = isEncoded ? ObjectKey.decoded(told, plusIsSpace: true) : told,
        let size = entry["Size"].flatMap({ Int64($0) })
      else {
        throw ObjectStoreError(
          .retry, store: name, key: nil, "the service's list of objects cannot be read")
      }
      return ObjectFacts(key: key, size: size, etag: Self.unquoted(entry["ETag"] ?? ""))
    }
    let next = page["IsTruncated"] == "true" ? page["NextContinuationToken"] : nil
    return ObjectPage(objects: objects, next: next)
  }

  /// A list's page, as XML of that name.
  func page(
    _ call: S3Signer.Call, _ root: String, key: String? = nil
  ) async throws -> S3Element {
    try await retry.run { _ in
      let reply = try await once(call, key: key)
      guard let page = S3Element(reply.body), page.name == root else {
        throw ObjectStoreError(
          .retry, store: name, key: key,
          "the service's answer is no list: \(reply.excerpt(secrets))")
      }
      return page
    }
  }
}

extension S3Store {
  /// One try, for callers that do more between tries.
  func once(
    _ call: S3Signer.Call, key: String?, body: [UInt8]? = nil
  ) async throws -> WebReply {
    try await answer(
      call, key: key, body: body.map { .bytes($0) } ?? .none,
      payload: body.map { ContentHash.sha256(of: $0) } ?? ContentHash.empty, bytes: 0,
      limit: 16 << 20)
  }
}
