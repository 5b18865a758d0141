internal import Foundation
internal import ObjectStores
internal import SceneDocument
internal import Storage
internal import WebClient

/// The store of assets that the settings choose.
struct AssetWiring {
  var settings: NodeSettings
  var node: NodeOptions

  /// A film's own files have to fit.
  private static let leastCache: Int64 = 64 << 20

  /// Makes folders that are missing; sends nothing yet. Throws `Failure` for settings that cannot work.
  func assets() throws -> NodeAssets {
    let name = settings.string(.assetStore) ?? "folder"
    switch name {
    case "folder": return .folder(try node.openAssets())
    case "s3": return try shared(name) { try S3Store(try s3(), web: $0, retry: $1) }
    case "supabase":
      return try shared(name) { try SupabaseStore(try supabase(), web: $0, retry: $1) }
    default:
      throw Failure.usage(
        .word,
        "setting '\(SettingsTable.Key.assetStore.rawValue)' is '\(name)', which is no store of assets\n  → set it to folder, s3 or supabase"
      )
    }
  }

  private func shared(
    _ name: String, _ objects: (WebClient, RetryPolicy) throws -> any ObjectStore
  ) throws -> NodeAssets {
    let web = WebClient()
    let cache = SharedAssetStore.CacheSettings(
      folder: node.assetCacheFolder, bytes: try cacheBytes())
    // A file that was paid for is worth waiting some minutes for a service that is down.
    let patient = RetryPolicy(attempts: 20, longestWaitMS: 30_000)
    do {
      return .shared(
        try SharedAssetStore(try objects(web, patient), cache: cache),
        prompt: try SharedAssetStore(try objects(web, RetryPolicy(attempts: 2)), cache: cache))
    } catch let error as ObjectStoreError {
      throw Failure.usage(
        .range, "the settings of '\(name)' cannot work ('reelnode settings' shows them): \(error)")
    }
  }

  private func s3() throws -> S3Settings {
    var account = S3Settings(
      endpoint: try needed(.s3Endpoint), bucket: try needed(.s3Bucket),
      accessKey: try secret(.s3AccessKey), secretKey: try secret(.s3SecretKey),
      sessionToken: settings.secret(.s3SessionToken))
    if let region = settings.string(.s3Region) { account.region = region }
    return account
  }

  private func supabase() throws -> SupabaseSettings {
    let key = try secret(.supabaseKey)
    var address = try needed(.supabaseURL)
    while address.hasSuffix("/") { address.removeLast() }
    // People copy the project's address; where storage is in it is the same for all.
    if !address.hasSuffix("/storage/v1") { address += "/storage/v1" }
    return SupabaseSettings(
      endpoint: address, bucket: try needed(.supabaseBucket), gatewayKey: key, token: key)
  }

  private func cacheBytes() throws -> Int64 {
    let usual = SharedAssetStore.CacheSettings(folder: "").bytes
    let text = try settings.string(.assetCache) ?? settings.number(.assetCache).map { "\($0)" }
    guard let text else { return usual }
    let key = SettingsTable.Key.assetCache.rawValue
    guard let size = ByteSize(argument: text) else {
      throw Failure.usage(
        .range, "setting '\(key)' is '\(text)', which is no size\n  → set it to one such as 20GiB")
    }
    guard size.bytes >= Self.leastCache else {
      throw Failure.usage(
        .range,
        "setting '\(key)' is \(size), in which a film's files have no room\n  → set it to \(ByteSize(Self.leastCache)) or more"
      )
    }
    return size.bytes
  }

  private func needed(_ key: SettingsTable.Key) throws -> String {
    guard let value = settings.string(key) else { throw missing(key) }
    return value
  }

  private func secret(_ key: SettingsTable.Key) throws -> Secret {
    guard let value = settings.secret(key) else { throw missing(key) }
    return value
  }

  private func missing(_ key: SettingsTable.Key) -> Failure {
    let store = settings.string(.assetStore) ?? ""
    return Failure.usage(
      .missingKey,
      "assets are to be kept in '\(store)', but the setting '\(key.rawValue)' is missing\n  → put it into the settings file, or into the environment as \(key.variable); or set '\(SettingsTable.Key.assetStore.rawValue)' to folder"
    )
  }
}
