internal import Foundation
internal import Hummingbird
internal import Synchronization

extension DIDServer {
  // MARK: Uploads

  func upload(_ request: TestRequest, _ part: String) async throws -> Response {
    let next = state.withLock { $0.uploadScript.isEmpty ? .begins : $0.uploadScript.removeFirst() }
    if let response = try await special(next) { return response }
    guard let form = MultipartForm(request), let file = form[part], let name = file.fileName else {
      return failure(400, "BadRequestError", "no part '\(part)'")
    }
    let allowed = name.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0))
    }
    guard allowed, (1...50).contains(name.count) else {
      return failure(400, "BadRequestError", "filename '\(name)' is not allowed")
    }
    let type = file.contentType ?? ""
    let types = part == "audio" ? ["audio/", "video/"] : ["image/jpeg", "image/png"]
    guard types.contains(where: type.hasPrefix) else {
      return failure(415, "UnsupportedMimeTypeError", "received \(type)")
    }
    if file.body.count > (part == "audio" ? 6 << 20 : 10 << 20) {
      return failure(400, "InvalidFileSizeError", "the file is too large")
    }
    if part == "audio", file.body.prefix(512).isEmpty {
      return failure(400, "InvalidAudioDurationError", "the audio is empty")
    }
    let stem = name.split(separator: ".").first.map(String.init) ?? "file"
    let suffix = part == "audio" ? "wav" : name.hasSuffix("png") ? "png" : "jpg"
    let (url, faces) = state.withLock { state in
      let url =
        "s3://d-id-\(part)s-prod/auth0|64aa10/\(state.lastUploads.count)/\(stem).\(suffix)"
      state.uploads[url] = file
      state.lastUploads.append(file)
      return (url, state.options.faces)
    }
    let found = (0..<faces).map { #"{"face_id":"\#($0)","size":212,"overlap":"NO"}"# }
    let more =
      part == "audio" ? #","duration":7.42"# : #","faces":[\#(found.joined(separator: ","))]"#
    return VendorReply.json(#"{"url":"\#(url)","id":"up_1"\#(more)}"#, status: 201)
  }

  /// Retention is over.
  public func forgetUploads() { state.withLock { $0.uploads = [:] } }

  // MARK: Creating

  func create(_ request: TestRequest, isClip: Bool) async throws -> Response {
    let (next, options) = state.withLock { state in
      state.posts += 1
      return (state.script.isEmpty ? .begins : state.script.removeFirst(), state.options)
    }
    if case .answers = next, let response = try await special(next) { return response }
    guard let body = JSONBody(request.body) else {
      return failure(400, "BadRequestError", "not JSON")
    }
    if let refusal = refusal(body, isClip: isClip, options) { return refusal }
    let isClear =
      body["config", "result_format"] == .text("webm")
      && body["background", "color"] == .flag(false)
      && options.presenters[body["presenter_id"]?.text ?? ""] == true
    let id = state.withLock { state in
      let id = "\(isClip ? "clp" : "tlk")_\(state.jobs.count)"
      state.options.credits -= (state.options.duration / 15).rounded(.up)
      state.jobs.append(
        Job(id: id, isClip: isClip, body: body, created: Date(), isClear: isClear))
      return id
    }
    if let response = try await special(next) { return response }
    if case .sendsNoID = next { return VendorReply.json(#"{"object":"talk"}"#, status: 201) }
    return VendorReply.json(
      #"{"id":"\#(id)","object":"\#(isClip ? "clip" : "talk")","created_at":"\#(Self.time(Date()))","created_by":"auth0|64aa10","status":"created"}"#,
      status: 201)
  }

  private func refusal(_ body: JSONBody, isClip: Bool, _ options: Options) -> Response? {
    if options.credits <= 0 {
      return failure(402, "InsufficientCreditsError", "not enough credits")
    }
    if let url = body["source_url"]?.text,
      url.firstMatch(of: #/^(https|s3):[^?]*\.(jpg|jpeg|png|JPG|JPEG|PNG)$/#) == nil
    {
      return failure(400, "BadRequestError", "source_url '\(url)' is not allowed")
    }
    guard let url = body["script", "audio_url"]?.text, body["script", "type"] == .text("audio"),
      url.firstMatch(of: #/^(https|s3)://.*\.(m4a|flac|mp3|mp4|wav)(\?.*)?$/#) != nil
    else { return failure(400, "BadRequestError", "Failed to validate script") }
    let known = state.withLock { $0.uploads }
    for used in [url, body["source_url"]?.text].compactMap({ $0 })
    where used.hasPrefix("s3:") && known[used] == nil {
      return failure(400, "BadRequestError", "cannot validate \(used)")
    }
    if body["config", "stitch"] == .flag(true), !options.hasStitch {
      return failure(403, "PermissionError", "stitch is not part of your plan")
    }
    if isClip, options.presenters[body["presenter_id"]?.text ?? ""] == nil {
      return failure(400, "DriverNotValidError", "presenter or driver")
    }
    if case .text(let colour)? = body["background", "color"],
      colour.firstMatch(of: #/^#[0-9a-f]{6}$/#) == nil
    {
      return failure(400, "BadRequestError", "background.color")
    }
    return nil
  }

  // MARK: Reading

  func read(_ request: TestRequest, _ id: String) async throws -> Response {
    let next = state.withLock { $0.pollScript.isEmpty ? .begins : $0.pollScript.removeFirst() }
    if let response = try await special(next) { return response }
    let isClip = request.path.hasPrefix("/clips")
    let found = state.withLock { state -> (Job, Options)? in
      guard let index = state.jobs.firstIndex(where: { $0.id == id && $0.isClip == isClip }) else {
        return nil
      }
      state.jobs[index].questions += 1
      return (state.jobs[index], state.options)
    }
    guard let (job, options) = found else {
      return failure(404, "NotFoundError", "no \(isClip ? "clip" : "talk") \(id)")
    }
    return VendorReply.json(text(of: job, options, status(of: job, options)))
  }

  private func status(of job: Job, _ options: Options) -> String {
    let question = job.questions - 1
    if question < options.created { return "created" }
    if question < options.created + options.started { return "started" }
    if question < options.created + options.started + options.strangeWords { return "finalizing" }
    return switch options.end {
    case .done: "done"
    case .error: "error"
    case .rejected: "rejected"
    case .never: "started"
    }
  }

  private func text(of job: Job, _ options: Options, _ status: String) -> String {
    // The public pages show the half of the types that they show.
    let duration = options.duration == options.duration.rounded() ? "14" : "\(options.duration)"
    var members = [
      #""id":"\#(job.id)""#, #""status":"\#(status)""#, #""duration":\#(duration)"#,
      #""created_at":"\#(Self.time(job.created))""#, #""started_at":"2023-04-10T08:09:10.622""#,
      #""user":{"id":"auth0|64aa10","plan":"deid-trial","features":[null,"x"]}"#,
      #""config":{"result_format":".mp4","motion_factor":1}"#,
      #""\#(job.isClip ? "owner_id" : "user_id")":"auth0|64aa10""#,
    ]
    if options.showsMarks { members += marks(of: job) }
    switch (status, options.end) {
    case ("done", _):
      let url = files.address(of: job.id, suffix: job.isClear ? "webm" : "mp4")
      members.append(#""result_url":"\#(url)""#)
    case ("error", .error(let kind?)), ("rejected", .rejected(let kind?)):
      members.append(
        #""error":{"kind":"\#(kind)","description":"it was \#(kind) for \#(options.key)"}"#)
    case ("error", _), ("rejected", _): break
    default: members.append(#""pending_url":"s3://d-id-talks-prod/x/\#(job.id).mp4""#)
    }
    return "{\(members.joined(separator: ","))}"
  }

  private func marks(of job: Job) -> [String] {
    ["user_data", "name"].compactMap { key in
      job.body[key]?.text.map { #""\#(key)":\#(jsonText($0))"# }
    } + (job.body["script", "audio_url"]?.text.map { [#""audio_url":\#(jsonText($0))"#] } ?? [])
  }

  func list(_ request: TestRequest, isClip: Bool) -> Response {
    let (jobs, options) = state.withLock { state in
      (state.jobs.filter { $0.isClip == isClip }, state.options)
    }
    // Newest first, two for each page.
    let token = request.query.split(separator: "&").first { $0.hasPrefix("token=") }
    let start = token.flatMap { Int($0.dropFirst(6)) } ?? 0
    let newest = Array(jobs.reversed())
    let page = newest.dropFirst(start).prefix(2)
    let items = page.map { job -> String in
      var members = [#""id":"\#(job.id)""#, #""created_at":"\#(Self.time(job.created))""#]
      if options.listsMarks { members += marks(of: job).filter { !$0.hasPrefix("\"audio_url") } }
      if options.listsSounds { members += marks(of: job).filter { $0.hasPrefix("\"audio_url") } }
      return "{\(members.joined(separator: ","))}"
    }
    let more = start + page.count < newest.count ? #","token":"\#(start + page.count)""# : ""
    return VendorReply.json(
      #"{"\#(isClip ? "clips" : "talks")":[null,\#(items.joined(separator: ","))]\#(more)}"#
        .replacing("[null,]", with: "[null]"))
  }

  static func time(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }
}
