internal import Hummingbird
internal import Synchronization

extension HeyGenServer {
  // MARK: Files

  func upload(_ request: TestRequest) async throws -> Response {
    let next = state.withLock { $0.uploadScript.isEmpty ? .begins : $0.uploadScript.removeFirst() }
    if let response = try await special(next) { return response }
    guard let file = MultipartForm(request)?["file"], file.fileName != nil else {
      return failure(400, "invalid_parameter", "no file")
    }
    if file.body.count > 32 << 20 { return failure(400, "invalid_parameter", "too large") }
    let id = keep(file.body, type: file.contentType, key: request.header("idempotency-key"))
    return VendorReply.json(#"{"data":{"asset_id":"\#(id)","url":null}}"#)
  }

  func uploadOld(_ request: TestRequest) async throws -> Response {
    let next = state.withLock { $0.uploadScript.isEmpty ? .begins : $0.uploadScript.removeFirst() }
    if let response = try await special(next) { return response }
    let types = ["audio/mpeg", "audio/wav", "image/jpeg", "image/png"]
    guard let type = request.header("content-type"), types.contains(type) else {
      return refusal(400_599, "content type")
    }
    let id = keep(request.body, type: type, key: nil)
    return VendorReply.json(
      #"{"code":100,"data":{"id":"\#(id)","name":"x","url":"https://files.example/\#(id)"},"msg":null}"#
    )
  }

  private func keep(_ bytes: [UInt8], type: String?, key: String?) -> String {
    state.withLock { state in
      if let key, let known = state.byKey[key] { return known }
      let id = "as_\(state.assets.count)"
      state.assets[id] = bytes
      state.assetTypes.append(type ?? "")
      if let key { state.byKey[key] = id }
      return id
    }
  }

  // MARK: Creating

  private func isKey(_ key: String) -> Bool {
    (1...255).contains(key.count)
      && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_:.-".contains($0)) }
  }

  func create(_ request: TestRequest) async throws -> Response {
    let key = request.header("idempotency-key") ?? ""
    let (next, known, options) = state.withLock { state in
      state.posts += 1
      state.keys.append(key)
      let known = state.byKey[key]
      if known != nil { return (Behaviour.begins, known, state.options) }
      return (state.script.isEmpty ? .begins : state.script.removeFirst(), nil, state.options)
    }
    if !isKey(key) { return failure(400, "invalid_parameter", "Idempotency-Key") }
    if let known {
      return options.holdsKeys
        ? failure(409, "request_in_progress", "The first request is still running.")
        : begun(known)
    }
    if case .answers = next, let response = try await special(next) { return response }
    guard let body = JSONBody(request.body) else {
      return failure(422, "validation_error", "not JSON")
    }
    if let refusal = refusal(of: body, options) { return refusal }
    let id = begin(body, isOld: false, isClear: body["output_format"] == .text("webm"), key: key)
    if let response = try await special(next) { return response }
    if case .sendsNoID = next { return VendorReply.json(#"{"data":{}}"#) }
    return begun(id)
  }

  private func begun(_ id: String) -> Response {
    VendorReply.json(
      #"{"data":{"video_id":"\#(id)","status":"waiting","output_format":"mp4","more":[1,null]}}"#)
  }

  private func begin(_ body: JSONBody, isOld: Bool, isClear: Bool, key: String?) -> String {
    state.withLock { state in
      let id = "\(isOld ? "old" : "v")_\(state.videos.count)"
      state.videos.append(Video(id: id, isOld: isOld, body: body, isClear: isClear))
      if let key { state.byKey[key] = id }
      return id
    }
  }

  private func refusal(of body: JSONBody, _ options: Options) -> Response? {
    let sounds = [body["audio_url"], body["audio_asset_id"]].compactMap { $0 }
    if sounds.count != 1 || body["script"] != nil {
      return failure(400, "validation_error", "either script or one sound")
    }
    if let id = body["audio_asset_id"]?.text, state.withLock({ $0.assets[id] == nil }) {
      return failure(400, "download_failed", "asset \(id)")
    }
    let isWebM = body["output_format"] == .text("webm")
    if isWebM, body["background"] != nil {
      return failure(400, "invalid_parameter", "background with webm")
    }
    switch body["type"]?.text {
    case "avatar":
      guard let canBeClear = options.avatars[body["avatar_id"]?.text ?? ""] else {
        return failure(404, "not_found", "avatar")
      }
      if isWebM, !canBeClear {
        return failure(400, "invalid_parameter", "the avatar has no matting")
      }
    case "image":
      guard let id = body["image", "asset_id"]?.text,
        state.withLock({ $0.assets[id] != nil })
      else { return failure(422, "validation_error", "image") }
    default: return failure(422, "validation_error", "type")
    }
    return nil
  }

  func createOld(_ request: TestRequest, isClear: Bool) async throws -> Response {
    let (next, options) = state.withLock { state in
      state.posts += 1
      return (state.script.isEmpty ? .begins : state.script.removeFirst(), state.options)
    }
    if case .answers = next, let response = try await special(next) { return response }
    guard let body = JSONBody(request.body) else { return refusal(400_105, "not JSON") }
    let avatar: String?
    if isClear {
      avatar = body["avatar_pose_id"]?.text
      guard body["input_audio"]?.text?.hasPrefix("https://") == true else {
        return refusal(400_175, "input_audio")
      }
    } else {
      guard case .list(let scenes)? = body["video_inputs"], (1...50).contains(scenes.count),
        let sound = scenes[0]["voice", "audio_asset_id"]?.text,
        state.withLock({ $0.assets[sound] != nil })
      else { return refusal(40_009, "video_inputs") }
      avatar = scenes[0]["character", "avatar_id"]?.text
    }
    for side in ["width", "height"] {
      guard let size = body["dimension", side]?.number, (128...4096).contains(size),
        size.truncatingRemainder(dividingBy: 2) == 0
      else { return refusal(40_039, "dimension") }
    }
    guard options.avatars[avatar ?? ""] != nil else { return refusal(400_631, "avatar not found") }
    let id = begin(body, isOld: true, isClear: isClear, key: nil)
    if let response = try await special(next) { return response }
    return VendorReply.json(
      options.hasOldBodies
        ? #"{"code":100,"data":{"video_id":"\#(id)"},"message":"Success"}"#
        : #"{"error":null,"data":{"video_id":"\#(id)"}}"#)
  }

  // MARK: Reading

  /// A video is only known to the version that began it.
  func read(_ id: String, isOld: Bool) async throws -> Response {
    let next = state.withLock { $0.askScript.isEmpty ? .begins : $0.askScript.removeFirst() }
    if let response = try await special(next) { return response }
    let found = state.withLock { state -> (Video, Options)? in
      guard let index = state.videos.firstIndex(where: { $0.id == id && $0.isOld == isOld }) else {
        return nil
      }
      state.videos[index].questions += 1
      return (state.videos[index], state.options)
    }
    guard let (video, options) = found else {
      return failure(404, "not_found", "no video \(id)")
    }
    let question = video.questions - 1
    var status = "processing"
    if question < options.pending {
      status = "pending"
    } else if question >= options.pending + options.processing {
      switch options.end {
      case .completed: status = "completed"
      case .failed: status = "failed"
      case .never: break
      }
    }
    let data = text(of: video, status, options)
    return VendorReply.json(
      isOld ? #"{"code":100,"message":"Success","data":\#(data)}"# : #"{"data":\#(data)}"#)
  }

  private func text(of video: Video, _ status: String, _ options: Options) -> String {
    let url =
      status == "completed"
      ? "\"\(files.address(of: video.id, suffix: video.isClear ? "webm" : "mp4"))\"" : "null"
    var members = [
      #""id":"\#(video.id)""#, #""status":"\#(status)""#, #""video_url":\#(url)"#,
      #""thumbnail_url":null"#, #""created_at":1763634000"#,
      #""duration":\#(status == "completed" ? "\(options.duration)" : "null")"#,
    ]
    if status == "failed", case .failed(let code, let message) = options.end {
      if video.isOld {
        members.append(
          #""error":{"code":\#(code ?? "40119"),"message":\#(jsonText(message ?? "")),"detail":null}"#
        )
      } else {
        if let code { members.append(#""failure_code":"\#(code)""#) }
        if let message { members.append(#""failure_message":\#(jsonText(message))"#) }
      }
    } else if video.isOld {
      members.append(#""error":null"#)
    }
    return "{\(members.joined(separator: ","))}"
  }
}
