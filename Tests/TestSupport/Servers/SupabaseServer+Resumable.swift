internal import Foundation
internal import Hummingbird

extension SupabaseServer {
  /// `upload/resumable…`: TUS 1.0.0, whose errors are plain text with true statuses.
  func resumable(_ request: TestRequest, _ parts: [String]) -> Response {
    let role = SupabaseRole(request)
    guard request.header("tus-resumable") == "1.0.0" else {
      return tus(412, "Tus-Resumable Required")
    }
    if role == .bad { return tus(400, "\"exp\" claim timestamp check failed") }
    if role == .missing { return tus(400, "Missing authorization header") }
    guard let id = parts.first else {
      return request.method == "POST" ? create(request, role) : unknown(request)
    }
    guard let upload = uploads[id] else { return tus(404, "The file for this url was not found") }
    if upload.expires <= now { return tus(410, "The file for this url no longer exists") }
    if role != .service && upload.owner != role.owner {
      return tus(403, "new row violates row-level security policy")
    }
    switch request.method {
    case "HEAD":
      // As some versions do right after the end.
      if upload.isDone { return tus(410, "The file for this url no longer exists") }
      return tus(200, "", progress(upload).merging(["Cache-Control": "no-store"]) { $1 })
    case "PATCH": return patch(request, id, upload)
    case "DELETE":
      if upload.isDone { return tus(400, "Invalid upload") }
      uploads[id] = nil
      return tus(204, "")
    default: return unknown(request)
    }
  }

  private func tus(_ status: Int, _ text: String, _ headers: [String: String] = [:]) -> Response {
    let headers = headers.merging(["Tus-Resumable": "1.0.0"]) { $1 }
    return Self.reply(status, headers, Array(text.utf8), hasBody: status != 204 && !text.isEmpty)
  }

  private func progress(_ upload: Upload) -> [String: String] {
    [
      "Upload-Offset": "\(upload.data.count)", "Upload-Length": "\(upload.length)",
      "Upload-Metadata": upload.metadata,
    ]
  }

  private func create(_ request: TestRequest, _ role: SupabaseRole) -> Response {
    guard let length = request.header("upload-length").flatMap({ Int($0) }), length >= 0 else {
      return tus(400, "Invalid upload-length")
    }
    let header = request.header("upload-metadata") ?? ""
    var metadata: [String: String] = [:]
    for pair in header.split(separator: ",") {
      let words = pair.split(separator: " ")
      guard words.count == 2, let value = Data(base64Encoded: String(words[1])) else {
        return tus(400, "Invalid upload-metadata")
      }
      metadata[String(words[0])] = String(decoding: value, as: UTF8.self)
    }
    guard let bucket = metadata["bucketName"], let key = metadata["objectName"] else {
      return tus(400, "Invalid upload-metadata")
    }
    guard let known = buckets[bucket] else { return tus(404, "Bucket not found") }
    guard Self.isLegal(key) else { return tus(400, "Invalid key: \(key)") }
    if let limit = known.sizeLimit, length > limit { return tus(413, "Maximum size exceeded") }
    let type = metadata["contentType"] ?? "application/octet-stream"
    if checked(bucket, size: length, type: type) != nil {
      return tus(400, "mime type \(type) is not supported")
    }
    if role == .anonymous { return tus(403, "new row violates row-level security policy") }
    let replaces = request.header("x-upsert") == "true"
    if objects["\(bucket)/\(key)"] != nil, !replaces {
      return tus(409, "The resource already exists")
    }
    let cache = metadata["cacheControl"].flatMap { Int($0) }.map { "max-age=\($0)" } ?? "no-cache"
    let id = Data("\(bucket)/\(key)/\(nextNumber())".utf8).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    uploads[id] = Upload(
      bucket: bucket, key: key, length: length, type: type, cacheControl: cache, replaces: replaces,
      owner: role.owner, metadata: header, expires: now + 3600)
    return tus(
      201, "",
      [
        "Location": "\(location)/storage/v1/upload/resumable/\(id)",
        "Upload-Expires": "Thu, 01 Jan 2037 00:00:00 GMT",
      ])
  }

  private func patch(_ request: TestRequest, _ id: String, _ upload: Upload) -> Response {
    var upload = upload
    guard request.header("content-type") == "application/offset+octet-stream" else {
      return tus(403, "Content-Type header required")
    }
    guard let offset = request.header("upload-offset").flatMap({ Int($0) }) else {
      return tus(403, "Upload-Offset header required")
    }
    if offset != upload.data.count { return tus(409, "Upload-Offset conflict") }
    if offset + request.body.count > upload.length { return tus(413, "upload's size exceeded") }
    let isLast = offset + request.body.count == upload.length
    if !isCut, !isLast, request.body.count != 6_291_456 {
      return tus(400, "Invalid chunk: \(request.body.count) bytes")
    }
    upload.data += request.body
    uploads[id] = upload
    guard upload.data.count == upload.length else { return tus(204, "", progress(upload)) }
    // Of two that create one key, the second to finish loses.
    if objects["\(upload.bucket)/\(upload.key)"] != nil, !upload.replaces {
      return tus(409, "The resource already exists")
    }
    keep(
      upload.bucket, upload.key,
      Object(
        data: upload.data, type: upload.type, cacheControl: upload.cacheControl,
        owner: upload.owner,
        version: nextNumber()))
    uploads[id]?.isDone = true
    uploads[id]?.data = []
    return tus(204, "", progress(upload).merging(["Tus-Complete": "1"]) { $1 })
  }
}
