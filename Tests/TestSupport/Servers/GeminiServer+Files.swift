internal import Foundation
internal import Hummingbird
internal import Synchronization

/// The store of files: begun, sent piece by piece, asked after, deleted.
extension GeminiServer {
  func begin(_ request: TestRequest) -> Response {
    guard request.header("x-goog-upload-protocol") == "resumable",
      request.header("x-goog-upload-command") == "start",
      let length = request.header("x-goog-upload-header-content-length").flatMap(Int.init),
      request.header("x-goog-upload-header-content-type") == "application/pdf",
      Wire.object(request.body)?["file"] != nil
    else { return WireFault.google(400, "INVALID_ARGUMENT", "bad start of an upload").response }
    let url = state.withLock { state in
      let id = "k3v9s\(state.uploads.count)"
      state.uploads[id] = Upload(length: length)
      return "\(state.address)/send/\(id)"
    }
    return WireFault(200, "", headers: ["x-goog-upload-url": url]).response
  }

  func piece(_ request: TestRequest) -> Response {
    let id = String(request.path.dropFirst("/send/".count))
    if request.header("x-goog-api-key") != nil { blame("the key was sent to an upload address") }
    let command = request.header("x-goog-upload-command") ?? ""
    return state.withLock { state in
      guard var upload = state.uploads[id] else {
        return WireFault.google(404, "NOT_FOUND", "no such upload").response
      }
      if command == "query" {
        guard state.settings.knowsQuery else { return WireFault(400, "").response }
        return WireFault(
          200, "",
          headers: [
            "x-goog-upload-status": "active",
            "x-goog-upload-size-received": "\(upload.bytes.count)",
          ]
        ).response
      }
      guard request.header("x-goog-upload-offset") == "\(upload.bytes.count)", !upload.isFinal
      else {
        return WireFault.google(400, "INVALID_ARGUMENT", "wrong offset").response
      }
      if state.settings.lostPieces > 0 {
        state.settings.lostPieces -= 1
        return WireFault(200, "").response
      }
      upload.bytes += request.body
      let isLast = command == "upload, finalize"
      if isLast, upload.bytes.count != upload.length {
        return WireFault.google(400, "INVALID_ARGUMENT", "size differs from the start").response
      }
      upload.isFinal = isLast
      state.uploads[id] = upload
      guard isLast else {
        return WireFault(200, "", headers: ["x-goog-upload-status": "active"]).response
      }
      return Wire.response(
        ["file": description(id, upload, state.settings)],
        headers: ["x-goog-upload-status": "final"])
    }
  }

  func file(_ request: TestRequest) -> Response {
    let id = String(request.path.dropFirst("/v1beta/files/".count))
    return state.withLock { state in
      guard var upload = state.uploads[id], !state.deleted.contains(id) else {
        return WireFault.google(404, "NOT_FOUND", "files/\(id) is not found").response
      }
      if request.method == "DELETE" {
        state.deleted.append(id)
        return Wire.response([String: String]())
      }
      upload.polls += 1
      state.uploads[id] = upload
      return Wire.response(description(id, upload, state.settings))
    }
  }

  private func description(_ id: String, _ upload: Upload, _ settings: Settings) -> [String: Any] {
    var file: [String: Any] = [
      "name": "files/\(id)", "mimeType": "application/pdf", "sizeBytes": "\(upload.length)",
      "uri": "https://generativelanguage.googleapis.com/v1beta/files/\(id)", "source": "UPLOADED",
      "state": upload.polls < settings.processing ? "PROCESSING" : "ACTIVE",
    ]
    if settings.failsFiles, upload.polls >= settings.processing {
      file["state"] = "FAILED"
      file["error"] = ["code": 3, "message": "The document is encrypted."] as [String: Any]
    }
    return file
  }
}
