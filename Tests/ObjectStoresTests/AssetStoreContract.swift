import Foundation
import Storage
import TestServers
import Testing

@testable import ObjectStores

/// What every asset store does, over each of them.
@Suite struct AssetStoreContract {
  enum Kind: String, CaseIterable, Sendable {
    case folder, s3, supabase
  }

  /// Those that can be on this machine.
  static let kinds = Kind.allCases.filter { $0 != .s3 || S3Server.isThere }

  /// Gives `work` an empty store, and a folder of its own.
  static func with(
    _ kind: Kind, cacheBytes: Int64 = 1 << 30,
    _ work: @escaping @Sendable (any AssetStore, TestFolder) async throws -> Void
  ) async throws {
    let folder = try TestFolder()
    let cache = SharedAssetStore.CacheSettings(folder: folder.file("cache"), bytes: cacheBytes)
    switch kind {
    case .folder: try await work(FolderAssetStore(folder: folder.file("assets")), folder)
    case .s3:
      let objects = try await S3Server.running().store("assets")
      try await work(SharedAssetStore(objects, cache: cache), folder)
    case .supabase:
      let server = SupabaseServer()
      await server.makeBucket("films")
      try await server.serving { endpoint in
        try await work(
          SharedAssetStore(SupabaseStoreTests.store(endpoint), cache: cache), folder)
      }
    }
  }

  static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  @Test("content is kept under its SHA-256, once, whichever way it comes", arguments: kinds)
  func content(kind: Kind) async throws {
    try await Self.with(kind) { store, folder in
      let path = try folder.write("in", "abc")
      #expect(try await store.put(fileAt: path) == Self.abc)
      #expect(try await store.put(Data("abc".utf8)) == Self.abc)
      #expect(try await store.adopt(fileAt: path) == Self.abc)
      #expect(try await store.size(of: Self.abc) == 3)
      #expect(try bytes(await store.file(of: Self.abc)) == Array("abc".utf8))
      #expect(try bytes(path) == Array("abc".utf8))
    }
  }

  @Test("what was adopted is there, and stays when its first name goes", arguments: kinds)
  func adopt(kind: Kind) async throws {
    try await Self.with(kind) { store, folder in
      let path = try folder.write("in", size: 100_000)
      let sha256 = try await store.adopt(fileAt: path)
      #expect(try ContentHash.of(path).sha256 == sha256)
      try FileManager.default.removeItem(atPath: path)
      #expect(try ContentHash.of(await store.file(of: sha256)).sha256 == sha256)
    }
  }

  @Test("a file that is changed after it was put does not change the asset", arguments: kinds)
  func independence(kind: Kind) async throws {
    try await Self.with(kind) { store, folder in
      let path = try folder.write("in", "abc")
      let sha256 = try await store.put(fileAt: path)
      try Data("xyz".utf8).write(to: URL(fileURLWithPath: path))
      #expect(try bytes(await store.file(of: sha256)) == Array("abc".utf8))
    }
  }

  @Test(
    "what is not there is nil or an error of kind .asset, and removing it is none",
    arguments: kinds)
  func missing(kind: Kind) async throws {
    try await Self.with(kind) { store, folder in
      #expect(try await store.size(of: Self.abc) == nil)
      await #expect { try await store.file(of: Self.abc) } throws: {
        ($0 as? StorageError)?.kind == .asset
      }
      try await store.remove(Self.abc)
      await #expect { try await store.put(fileAt: folder.file("none")) } throws: {
        ($0 as? StorageError)?.kind == .asset
      }
      await #expect { try await store.adopt(fileAt: folder.file("none")) } throws: {
        ($0 as? StorageError)?.kind == .asset
      }
      _ = try await store.put(Data("abc".utf8))
      try await store.remove(Self.abc)
      #expect(try await store.size(of: Self.abc) == nil)
      await #expect(throws: StorageError.self) { try await store.file(of: Self.abc) }
    }
  }

  @Test(
    "an empty file and one of many pieces come back whole", arguments: kinds,
    [0, 1, 3_000_001, 14_000_000])
  func sizes(kind: Kind, size: Int) async throws {
    try await Self.with(kind) { store, folder in
      let path = try folder.write("in", size: size)
      let sha256 = try await store.put(fileAt: path)
      #expect(try await store.size(of: sha256) == Int64(size))
      #expect(try ContentHash.of(await store.file(of: sha256)).sha256 == sha256)
    }
  }

  @Test("many who put and want the same asset at the same time all get it", arguments: kinds)
  func together(kind: Kind) async throws {
    try await Self.with(kind) { store, folder in
      let path = try folder.write("in", size: 500_000)
      try await withThrowingTaskGroup(of: String.self) { group in
        for number in 0..<6 {
          group.addTask {
            let sha256 =
              try await number % 2 == 0 ? store.put(fileAt: path) : store.adopt(fileAt: path)
            return try ContentHash.of(await store.file(of: sha256)).sha256
          }
        }
        let expected = try ContentHash.of(path).sha256
        for try await sha256 in group { #expect(sha256 == expected) }
      }
    }
  }
}
