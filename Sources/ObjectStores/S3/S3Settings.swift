internal import Foundation
public import WebClient

/// Where a bucket is, and the keys to it.
public struct S3Settings: Sendable {
  /// `https://host[:port]`, with a path where the service has one, as `https://project.supabase.co/storage/v1/s3`.
  public var endpoint: String
  public var region: String
  public var bucket: String
  public var accessKey: Secret
  public var secretKey: Secret
  /// Of credentials that end after some hours.
  public var sessionToken: Secret?
  /// Bytes of a part of a large file: at least 5 MiB.
  public var partSize: Int64 = 16 << 20
  /// Files larger than this go in parts.
  public var partsAbove: Int64 = 32 << 20

  public init(
    endpoint: String, region: String = "us-east-1", bucket: String, accessKey: Secret,
    secretKey: Secret, sessionToken: Secret? = nil
  ) {
    (self.endpoint, self.region, self.bucket) = (endpoint, region, bucket)
    (self.accessKey, self.secretKey, self.sessionToken) = (accessKey, secretKey, sessionToken)
  }
}

/// An endpoint taken apart.
struct S3Endpoint: Sendable {
  let scheme: String
  /// Host, and the port where it is not the scheme's own: what is signed.
  let host: String
  /// Encoded, without a slash at the end; empty for most services.
  let path: String

  /// Nil for what is no address of a service.
  init?(_ address: String) {
    guard let parts = URLComponents(string: address), let scheme = parts.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let host = parts.percentEncodedHost, !host.isEmpty,
      parts.query == nil, parts.user == nil
    else { return nil }
    let usual = scheme == "https" ? 443 : 80
    self.scheme = scheme
    self.host = host.lowercased() + (parts.port.flatMap { $0 == usual ? nil : ":\($0)" } ?? "")
    path = String(parts.percentEncodedPath.reversed().drop { $0 == "/" }.reversed())
  }
}
