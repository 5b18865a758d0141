internal import WebClient

/// What an S3 service says went wrong.
struct S3Fault {
  var status: Int
  /// Empty where the reply had no XML: to HEAD, and from gateways.
  var code: String
  var message: String
  /// The region that the bucket is in, where the service says so.
  var region: String?

  init(_ reply: WebReply, secrets: [Secret]) {
    status = reply.status
    let root = S3Element(reply.body)
    let error = root?.name == "Error" ? root : nil
    code = error?["Code"] ?? ""
    message = (error?["Message"] ?? (error == nil ? reply.excerpt(secrets) : "")).redacted(secrets)
    region = error?["Region"] ?? reply.headers["x-amz-bucket-region"]
  }

  var kind: ObjectStoreError.Kind {
    switch code {
    case "RequestTimeout", "InternalError", "ServiceUnavailable", "SlowDown", "OperationAborted",
      "Busy":
      return .retry
    case "BadDigest", "XAmzContentSHA256Mismatch": return .damaged
    case "NoSuchKey", "NoSuchUpload": return .missing
    case "NoSuchBucket": return .permanent
    case "AccessDenied", "SignatureDoesNotMatch", "InvalidAccessKeyId", "RequestTimeTooSkewed",
      "ExpiredToken", "AuthorizationHeaderMalformed", "AuthorizationQueryParametersError":
      return .denied
    case "EntityTooLarge": return .tooLarge
    case "PreconditionFailed": return .exists
    case "": break
    default: return Self.isTransient(status) ? .retry : .permanent
    }
    switch status {
    case 401, 403: return .denied
    case 404: return .missing
    case 408, 425: return .retry
    case 412: return .permanent
    case 413: return .tooLarge
    default: return Self.isTransient(status) ? .retry : .permanent
    }
  }

  private static func isTransient(_ status: Int) -> Bool {
    status == 429 || (status >= 500 && status != 501)
  }

  private var advice: String? {
    switch code {
    case "NoSuchBucket": "make the bucket, or correct its name in the settings"
    case "RequestTimeTooSkewed": "set this machine's clock"
    case "SignatureDoesNotMatch": "check the secret key of the settings"
    case "InvalidAccessKeyId": "check the access key of the settings"
    case "ExpiredToken": "the credentials have ended: get new ones"
    case "AuthorizationHeaderMalformed": "set the region of the bucket in the settings"
    case "PermanentRedirect", "TemporaryRedirect":
      "set the endpoint of the settings to that of the bucket"
    case "NotImplemented": "this service lacks what was asked for; use another one"
    default: nil
    }
  }

  func error(_ reply: WebReply, store: String, key: String?) -> ObjectStoreError {
    let reason =
      message.isEmpty
      ? "the service answered \(status)" : ObjectStoreError.printable(message)
    return ObjectStoreError(
      kind, store: store, key: key, code: code.isEmpty ? "HTTP \(status)" : code, reason,
      advice: advice, waitMS: reply.retryAfterMS)
  }
}
