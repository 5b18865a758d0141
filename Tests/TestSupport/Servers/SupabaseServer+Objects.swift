internal import Foundation
internal import HTTPTypes
internal import Hummingbird

extension SupabaseServer {
  /// `object/…`; `parts` are what follows, decoded.
  func object(_ request: TestRequest, _ parts: [String]) -> Response {
    let role = SupabaseRole(request)
    let key = { (from: Int) in parts.dropFirst(from).joined(separator: "/") }
    if role == .bad {
      return fault(
        400, "403", "Unauthorized", "\"exp\" claim timestamp check failed", "AccessDenied")
    }
    switch (request.method, parts[0]) {
    case ("POST", "list") where parts.count == 2: return list(request, parts[1], role)
    case ("POST", "sign") where parts.count > 2: return sign(request, parts[1], key(2), role)
    case ("GET", "sign") where parts.count > 2: return signed(request, parts[1], key(2))
    case ("POST", "upload") where parts.count > 3 && parts[1] == "sign":
      return signUpload(request, parts[2], key(3), role)
    case ("PUT", "upload") where parts.count > 3 && parts[1] == "sign":
      return signedUpload(request, parts[2], key(3))
    case ("GET", "info") where parts.count > 2:
      let isNamed = ["authenticated", "public"].contains(parts[1])
      return info(request, parts[isNamed ? 2 : 1], key(isNamed ? 3 : 2), role)
    case ("GET", "authenticated"), ("HEAD", "authenticated"):
      if role == .missing { return refusedWithoutToken() }
      return download(request, parts[1], key(2), role)
    case ("GET", "public"), ("HEAD", "public"):
      return buckets[parts[1]]?.isPublic == true
        ? download(request, parts[1], key(2), .service) : noSuchBucket()
    case ("GET", _), ("HEAD", _): return download(request, parts[0], key(1), role)
    case ("DELETE", _) where parts.count == 1: return deleteMany(request, parts[0], role)
    case ("DELETE", _): return delete(parts[0], key(1), role)
    case ("POST", _), ("PUT", _): return upload(request, parts[0], key(1), role)
    default: return unknown(request)
    }
  }

  func refusedWithoutToken() -> Response {
    fault(
      400, "400", "Error", "headers must have required property 'authorization'", "InvalidRequest")
  }

  /// What the caller may see: others' objects are not there for them.
  private func visible(_ bucket: String, _ key: String, _ role: SupabaseRole) -> Object? {
    guard let object = objects["\(bucket)/\(key)"] else { return nil }
    switch role {
    case .service: return object
    case .user(let token): return object.owner == token ? object : nil
    default: return buckets[bucket]?.isPublic == true ? object : nil
    }
  }

  // MARK: - Upload

  private func upload(
    _ request: TestRequest, _ bucket: String, _ key: String, _ role: SupabaseRole
  ) -> Response {
    if role == .missing { return refusedWithoutToken() }
    guard Self.isLegal(key) else {
      return fault(400, "400", "InvalidKey", "Invalid key: \(key)", "InvalidKey")
    }
    guard buckets[bucket] != nil else { return noSuchBucket() }
    if role == .anonymous { return refusedByRule() }
    let replaces = request.method == "PUT" || request.header("x-upsert") == "true"
    if let there = objects["\(bucket)/\(key)"] {
      if !replaces { return duplicate() }
      if role != .service && there.owner != role.owner { return refusedByRule() }
    }
    return store(request, bucket, key, role.owner) {
      "{\"Id\":\"\($0)\",\"Key\":\(Self.quoted("\(bucket)/\(key)"))}"
    }
  }

  private func store(
    _ request: TestRequest, _ bucket: String, _ key: String, _ owner: String,
    _ answer: (String) -> String
  ) -> Response {
    let type = request.header("content-type") ?? "application/octet-stream"
    let form = SupabaseForm(request)
    if type.hasPrefix("multipart/form-data"), form == nil {
      return fault(
        400, "415", "invalid_mime_type", "Invalid Content-Type header", "InvalidMimeType")
    }
    let body = form?.file ?? request.body
    let mime = form.map { $0.fields["contentType"] ?? $0.fileType } ?? type
    let cache =
      form.map { $0.fields["cacheControl"].map { "max-age=\($0)" } ?? "no-cache" }
      ?? request.header("cache-control") ?? "no-cache"
    if let refused = checked(bucket, size: body.count, type: mime) { return refused }
    // A body that did not arrive whole is thrown away.
    if isCut { return fault(400, "499", "aborted", "aborted", nil) }
    keep(
      bucket, key,
      Object(data: body, type: mime, cacheControl: cache, owner: owner, version: nextNumber()))
    return Self.json(200, answer(UUID().uuidString.lowercased()))
  }

  func keep(_ bucket: String, _ key: String, _ object: Object) {
    objects["\(bucket)/\(key)"] = object
  }

  /// The bucket's limits.
  func checked(_ bucket: String, size: Int, type: String) -> Response? {
    if let limit = buckets[bucket]?.sizeLimit, size > limit {
      return fault(
        400, "413", "Payload too large", "The object exceeded the maximum allowed size",
        "EntityTooLarge")
    }
    let plain = type.prefix { $0 != ";" }
    guard plain.split(separator: "/").count == 2 else {
      return fault(
        400, "415", "invalid_mime_type", "Invalid Content-Type header", "InvalidMimeType")
    }
    if let types = buckets[bucket]?.types,
      !types.contains(where: {
        $0 == plain || ($0.hasSuffix("/*") && plain.hasPrefix($0.dropLast()))
      })
    {
      return fault(
        400, "415", "invalid_mime_type", "mime type \(plain) is not supported", "InvalidMimeType")
    }
    return nil
  }

  func duplicate() -> Response {
    fault(400, "409", "Duplicate", "The resource already exists", "KeyAlreadyExists")
  }

  func refusedByRule() -> Response {
    fault(400, "403", "Unauthorized", "new row violates row-level security policy", "AccessDenied")
  }

  static func isLegal(_ key: String) -> Bool {
    !key.isEmpty && key.wholeMatch(of: #/[A-Za-z0-9_\/!.*'() &$=@;:+,?\-]+/#) != nil
  }

  // MARK: - Download

  private func download(
    _ request: TestRequest, _ bucket: String, _ key: String, _ role: SupabaseRole
  ) -> Response {
    // HEAD has no body, and so only a status that says nothing.
    let isHead = request.method == "HEAD"
    let missing = { (response: Response) in
      isHead ? Self.reply(400, [:], [], hasBody: false) : response
    }
    guard let known = buckets[bucket], known.isPublic || (role != .missing && role != .anonymous)
    else {
      return missing(noSuchBucket())
    }
    guard let object = visible(bucket, key, role) else { return missing(noSuchKey()) }
    return served(request, object, ["Cache-Control": object.cacheControl])
  }

  private func served(
    _ request: TestRequest, _ object: Object, _ caching: [String: String]
  ) -> Response {
    var headers = caching.merging([
      "Content-Type": object.type.contains("text/html") ? "text/plain" : object.type,
      "ETag": object.etag, "Accept-Ranges": "bytes", "X-Robots-Tag": "none",
    ]) { $1 }
    for item in request.query.split(separator: "&") where item.hasPrefix("download") {
      let name = item.split(separator: "=").dropFirst().first.map(String.init) ?? ""
      headers["Content-Disposition"] =
        name.isEmpty ? "attachment;" : "attachment; filename=\(name); filename*=UTF-8''\(name);"
    }
    if request.header("if-none-match") == object.etag {
      return Self.reply(304, headers, [], hasBody: false)
    }
    if request.method == "HEAD" {
      headers["Content-Length"] = "\(object.data.count)"
      return Self.reply(200, headers, [], hasBody: false)
    }
    if let range = request.header("range")?.wholeMatch(of: #/bytes=(\d+)-(\d*)/#)?.output,
      let first = Int(range.1)
    {
      let last = min(Int(range.2) ?? Int.max, object.data.count - 1)
      guard first <= last else {
        return fault(
          400, "416", "InvalidRange", "The requested range is not satisfiable", "InvalidRange")
      }
      headers["Content-Range"] = "bytes \(first)-\(last)/\(object.data.count)"
      return Self.reply(206, headers, Array(object.data[first...last]))
    }
    return Self.reply(200, headers, object.data)
  }

  private func info(
    _ request: TestRequest, _ bucket: String, _ key: String, _ role: SupabaseRole
  ) -> Response {
    guard let known = buckets[bucket], known.isPublic || role != .missing else {
      return noSuchBucket()
    }
    guard !infoIsHidden, let object = visible(bucket, key, role) else { return noSuchKey() }
    return Self.json(
      200,
      """
      {"id":"\(object.version)","name":\(Self.quoted(key)),"version":"\(object.version)",\
      "bucket_id":\(Self.quoted(bucket)),"size":\(object.data.count),\
      "content_type":\(Self.quoted(object.type)),"cache_control":\(Self.quoted(object.cacheControl)),\
      "etag":\(Self.quoted(object.etag)),"metadata":{},"last_modified":"2026-01-01T00:00:00Z",\
      "created_at":"2026-01-01T00:00:00Z"}
      """)
  }

  // MARK: - List and delete

  private struct ListBody: Decodable {
    var prefix: String
    var limit: Int?
    var offset: Int?
    var search: String?
  }

  private func list(_ request: TestRequest, _ bucket: String, _ role: SupabaseRole) -> Response {
    if role == .missing { return refusedWithoutToken() }
    guard let body = try? JSONDecoder().decode(ListBody.self, from: Data(request.body)),
      (1...1500).contains(body.limit ?? 100)
    else {
      return fault(
        400, "400", "invalid_request", "body must have required property 'prefix'", "InvalidRequest"
      )
    }
    let folder = body.prefix.isEmpty || body.prefix.hasSuffix("/") ? body.prefix : body.prefix + "/"
    var entries: [String: String] = [:]
    for key in keys(bucket) where key.hasPrefix(folder) {
      guard let object = visible(bucket, key, role) else { continue }
      let rest = key.dropFirst(folder.count)
      let name = String(rest.prefix { $0 != "/" })
      if let search = body.search, !search.isEmpty, !name.hasPrefix(search) { continue }
      entries[name + (rest.contains("/") ? "/" : "")] =
        rest.contains("/")
        ? "{\"name\":\(Self.quoted(name)),\"id\":null,\"updated_at\":null,\"created_at\":null,\"last_accessed_at\":null,\"metadata\":null}"
        : """
        {"name":\(Self.quoted(name)),"id":"\(object.version)","updated_at":"2026-01-01T00:00:00Z",\
        "created_at":"2026-01-01T00:00:00Z","last_accessed_at":"2026-01-01T00:00:00Z",\
        "metadata":{"eTag":\(Self.quoted(object.etag)),"size":\(object.data.count),\
        "mimetype":\(Self.quoted(object.type)),"cacheControl":\(Self.quoted(object.cacheControl)),\
        "contentLength":\(object.data.count),"httpStatusCode":200}}
        """
    }
    let page = entries.sorted { $0.key < $1.key }.dropFirst(body.offset ?? 0).prefix(
      body.limit ?? 100)
    return Self.json(200, "[" + page.map(\.value).joined(separator: ",") + "]")
  }

  private func delete(_ bucket: String, _ key: String, _ role: SupabaseRole) -> Response {
    if role == .missing { return refusedWithoutToken() }
    guard buckets[bucket] != nil else { return noSuchBucket() }
    guard visible(bucket, key, role) != nil, role != .anonymous else { return noSuchKey() }
    objects["\(bucket)/\(key)"] = nil
    return Self.json(200, "{\"message\":\"Successfully deleted\"}")
  }

  private func deleteMany(_ request: TestRequest, _ bucket: String, _ role: SupabaseRole)
    -> Response
  {
    struct Body: Decodable { var prefixes: [String] }
    guard let body = try? JSONDecoder().decode(Body.self, from: Data(request.body)) else {
      return fault(
        400, "400", "invalid_request", "body must have required property 'prefixes'",
        "InvalidRequest")
    }
    let deleted = body.prefixes.filter { visible(bucket, $0, role) != nil && role != .anonymous }
    for key in deleted { objects["\(bucket)/\(key)"] = nil }
    return Self.json(
      200, "[" + deleted.map { "{\"name\":\(Self.quoted($0))}" }.joined(separator: ",") + "]")
  }

  // MARK: - Signed addresses

  private func sign(
    _ request: TestRequest, _ bucket: String, _ key: String, _ role: SupabaseRole
  ) -> Response {
    if role == .missing { return refusedWithoutToken() }
    struct Body: Decodable { var expiresIn: Int }
    guard let body = try? JSONDecoder().decode(Body.self, from: Data(request.body)),
      body.expiresIn >= 1
    else {
      return fault(400, "400", "invalid_request", "body/expiresIn must be >= 1", "InvalidRequest")
    }
    guard visible(bucket, key, role) != nil else { return noSuchKey() }
    let token = "ticket-\(nextNumber()).\(UUID().uuidString.lowercased())"
    tickets[token] = Ticket(
      path: "\(bucket)/\(key)", scope: "download", expires: now + Double(body.expiresIn))
    let path =
      "\(bucket)/\(key)".addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? ""
    return Self.json(200, "{\"signedURL\":\(Self.quoted("/object/sign/\(path)?token=\(token)"))}")
  }

  private func signUpload(
    _ request: TestRequest, _ bucket: String, _ key: String, _ role: SupabaseRole
  ) -> Response {
    guard role == .service else { return refusedByRule() }
    let token = "ticket-\(nextNumber()).\(UUID().uuidString.lowercased())"
    tickets[token] = Ticket(
      path: "\(bucket)/\(key)", scope: "upload", expires: now + 60,
      replaces: request.header("x-upsert") == "true")
    return Self.json(
      200,
      "{\"url\":\(Self.quoted("/object/upload/sign/\(bucket)/\(key)?token=\(token)")),\"token\":\"\(token)\"}"
    )
  }

  /// The ticket in the query, when it is for this.
  private func ticket(
    _ request: TestRequest, _ path: String, _ scope: String
  ) -> Result<Ticket, RefusedTicket> {
    let token =
      request.query.split(separator: "&").first { $0.hasPrefix("token=") }
      .map { String($0.dropFirst(6)) } ?? ""
    guard let ticket = tickets[token] else {
      return .failure(
        .init(
          response: fault(400, "400", "InvalidJWT", "signature verification failed", "InvalidJWT")))
    }
    if ticket.expires <= now {
      return .failure(
        .init(
          response: fault(
            400, "400", "InvalidJWT", "\"exp\" claim timestamp check failed", "InvalidJWT")))
    }
    if ticket.scope != scope {
      return .failure(
        .init(
          response: fault(
            400, "400", "InvalidSignature", "Token is not scoped for \(scope)", "InvalidSignature"))
      )
    }
    if ticket.path != path {
      return .failure(
        .init(
          response: fault(400, "400", "InvalidSignature", "Invalid signature", "InvalidSignature")))
    }
    return .success(ticket)
  }

  private struct RefusedTicket: Error { var response: Response }

  private func signed(_ request: TestRequest, _ bucket: String, _ key: String) -> Response {
    switch ticket(request, "\(bucket)/\(key)", "download") {
    case .failure(let refused): return refused.response
    case .success:
      guard let object = objects["\(bucket)/\(key)"] else { return noSuchKey() }
      return served(request, object, ["Expires": "Thu, 01 Jan 2037 00:00:00 GMT"])
    }
  }

  private func signedUpload(_ request: TestRequest, _ bucket: String, _ key: String) -> Response {
    switch ticket(request, "\(bucket)/\(key)", "upload") {
    case .failure(let refused): return refused.response
    case .success(let ticket):
      if objects[ticket.path] != nil, !ticket.replaces { return duplicate() }
      return store(request, bucket, key, "service") { _ in "{\"Key\":\(Self.quoted(ticket.path))}" }
    }
  }
}
