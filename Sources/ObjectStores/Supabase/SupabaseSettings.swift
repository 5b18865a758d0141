public import WebClient

/// Where a bucket of Supabase Storage is, and the keys to it.
public struct SupabaseSettings: Sendable {
  /// With the path: `https://project.supabase.co/storage/v1`.
  public var endpoint: String
  public var bucket: String
  /// For the gateway, as header `apikey`; nil where there is none in front.
  public var gatewayKey: Secret?
  /// For the service itself: a JWT, of the service role or of a user.
  public var token: Secret
  /// Whether `put` may replace an object. Without it a key that is taken by other content is an error; the token then
  /// needs no right to read and change objects.
  public var replaces = true
  /// Files larger than this go resumably, in chunks of 6 MiB.
  public var chunksAbove: Int64 = 6 << 20
  /// Seconds that browsers and proxies may keep an object.
  public var cacheSeconds = 3600

  public init(endpoint: String, bucket: String, gatewayKey: Secret?, token: Secret) {
    (self.endpoint, self.bucket) = (endpoint, bucket)
    (self.gatewayKey, self.token) = (gatewayKey, token)
  }
}
