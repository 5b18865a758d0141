internal import Foundation

extension RetryPolicy {
  /// Puts an object in place at `path` once it is there whole and, where that is known, with the SHA-256 that it should
  /// have. `fetch` writes into the file that it is given, which is gone afterwards whatever happens.
  func fetching(
    _ key: String, of store: String, to path: String, sha256: String?,
    _ fetch: (_ path: String) async throws -> ObjectFacts
  ) async throws -> ObjectFacts {
    let fetched = path + ".fetched"
    defer { try? FileManager.default.removeItem(atPath: fetched) }
    let facts = try await run { _ in
      let facts = try await fetch(fetched)
      guard let sha256, try ContentHash.of(fetched, store: store, key: key).sha256 != sha256 else {
        return facts
      }
      throw ObjectStoreError(
        .damaged, store: store, key: key,
        "the content that came has another SHA-256 than it should")
    }
    try LocalFile.rename(fetched, to: path)
    return facts
  }
}
