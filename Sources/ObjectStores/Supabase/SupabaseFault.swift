internal import Foundation
internal import WebClient

/// What Supabase Storage says went wrong. The HTTP status is 400 for nearly everything: the body's `code` counts first,
/// then its `statusCode`, then the status.
struct SupabaseFault {
  /// Of the body where it has one, else HTTP's.
  var status: Int
  var httpStatus: Int
  /// Empty for old servers, for gateways and for resumable uploads.
  var code: String
  var message: String

  private struct Body: Decodable {
    var statusCode: NumberOrText?
    var error: String?
    var message: String?
    var code: String?
  }

  private struct NumberOrText: Decodable {
    var text: String

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      text = try (try? value.decode(String.self)) ?? String(value.decode(Int.self))
    }
  }

  init(_ reply: WebReply, secrets: [Secret]) {
    httpStatus = reply.status
    guard let body = try? JSONDecoder().decode(Body.self, from: Data(reply.body)) else {
      (status, code) = (reply.status, "")
      message = reply.excerpt(secrets)
      return
    }
    let told = body.statusCode?.text ?? ""
    // Old servers have put the database's own code there, `42501` for a rule that refuses.
    status = Int(told).flatMap { (100...599).contains($0) ? $0 : nil } ?? reply.status
    code = body.code ?? (told == "42501" ? "AccessDenied" : "")
    message = (body.message ?? body.error ?? "").redacted(secrets)
    if code.isEmpty, status == 404, message.contains("ucket") { code = "NoSuchBucket" }
  }

  var kind: ObjectStoreError.Kind {
    switch code {
    case "SlowDown", "DatabaseTimeout", "LockTimeout", "ResourceLocked", "S3Error",
      "InternalError":
      return .retry
    case "NoSuchKey": return .missing
    case "NoSuchBucket", "InvalidKey", "InvalidMimeType": return .permanent
    case "KeyAlreadyExists": return .exists
    case "AccessDenied", "InvalidJWT", "InvalidSignature": return .denied
    case "EntityTooLarge": return .tooLarge
    default: break
    }
    switch status {
    case 401, 403: return .denied
    case 404, 410: return .missing
    case 408, 423, 425, 429: return .retry
    case 409: return .exists
    case 413: return .tooLarge
    default: return status >= 500 && status != 501 ? .retry : .permanent
    }
  }

  private var advice: String? {
    switch code {
    case "NoSuchBucket":
      "make the bucket, correct its name in the settings, or give keys that may see it"
    case "InvalidMimeType": "allow this type in the settings of the bucket"
    case "InvalidKey": "use letters, digits and simple signs of ASCII alone"
    case "InvalidJWT": "give a token that has not expired"
    case "AccessDenied":
      "check the token of the settings, and the rules of the bucket (replacing needs the right to read and change)"
    default: nil
    }
  }

  func error(_ reply: WebReply, store: String, key: String?) -> ObjectStoreError {
    let reason =
      message.isEmpty
      ? "the service answered \(httpStatus)" : ObjectStoreError.printable(message)
    return ObjectStoreError(
      kind, store: store, key: key, code: code.isEmpty ? "HTTP \(status)" : code, reason,
      advice: advice, waitMS: reply.retryAfterMS)
  }
}
