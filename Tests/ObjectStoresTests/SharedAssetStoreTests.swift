import Foundation
import Storage
import TestServers
import Testing
import WebClient

@testable import ObjectStores

@Suite struct SharedAssetStoreTests {
  /// A service, and machines with a cache each that use it.
  struct Farm: Sendable {
    let server: SupabaseServer
    let endpoint: String
    let folder: TestFolder
    let clock: VirtualClock

    func machine(
      _ name: String, bytes: Int64 = 1 << 30, kept: Duration = .seconds(60)
    ) throws -> SharedAssetStore {
      try SharedAssetStore(
        SupabaseStoreTests.store(endpoint),
        cache: .init(folder: folder.file(name), bytes: bytes, kept: kept), clock: clock)
    }

    func put(_ number: Int, size: Int, on store: SharedAssetStore) async throws -> String {
      try await store.put(fileAt: folder.write("in", size: size, seed: UInt64(number + 1)))
    }

    var downloads: Int {
      get async {
        await server.requests.filter { $0.hasPrefix("GET") && $0.contains("/authenticated/") }.count
      }
    }

    var uploads: Int {
      get async {
        await server.requests.filter {
          $0.contains("/object/films/assets/") && $0.hasPrefix("POST")
        }.count
      }
    }

    /// What lies in a machine's cache, but for assets.
    func leftovers(_ name: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.file(name) + "/incoming")
    }
  }

  private func farm(_ work: @escaping @Sendable (Farm) async throws -> Void) async throws {
    let server = SupabaseServer()
    await server.makeBucket("films")
    let folder = try TestFolder()
    try await server.serving { endpoint in
      try await work(
        Farm(
          server: server, endpoint: endpoint, folder: folder,
          clock: VirtualClock(now: SystemClock().now + 3_600_000)))
    }
  }

  @Test("what one machine puts another one gets, once, and then from its cache")
  func machines() async throws {
    try await farm { farm in
      let (one, two) = (try farm.machine("one"), try farm.machine("two"))
      let sha256 = try await farm.put(1, size: 10_000, on: one)
      #expect(await farm.server.keys("films") == ["assets/\(sha256.prefix(2))/\(sha256)"])
      for _ in 0..<3 { #expect(try ContentHash.of(await two.file(of: sha256)).sha256 == sha256) }
      _ = try await one.file(of: sha256)
      #expect(await farm.downloads == 1)
      #expect(try await two.list() == [sha256])
      _ = try await two.put(fileAt: one.file(of: sha256))
      #expect(await farm.uploads == 1)
      // Another process of the same machine trusts the file only after it has read it, and does not fetch it.
      _ = try await farm.machine("two").file(of: sha256)
      #expect(await farm.downloads == 1)
      #expect(try farm.leftovers("one").isEmpty && farm.leftovers("two").isEmpty)
    }
  }

  @Test("a cached file that was changed, cut or emptied is fetched again", arguments: [0, 1, 2])
  func damagedCache(way: Int) async throws {
    try await farm { farm in
      let store = try farm.machine("one")
      let sha256 = try await farm.put(1, size: 10_000, on: store)
      let path = try await store.file(of: sha256)
      var data = try Data(contentsOf: URL(fileURLWithPath: path))
      switch way {
      case 0: data[5000] ^= 1
      case 1: data = data.prefix(9_999)
      default: data = Data()
      }
      try data.write(to: URL(fileURLWithPath: path))
      #expect(try ContentHash.of(await store.file(of: sha256)).sha256 == sha256)
      #expect(await farm.downloads == 1)
    }
  }

  @Test(
    "content that is wrong at the service is never given out, and put again when somebody has it")
  func damagedService() async throws {
    try await farm { farm in
      let (one, two) = (try farm.machine("one"), try farm.machine("two"))
      let sha256 = try await farm.put(1, size: 10_000, on: one)
      await farm.server.damage("films", two.key(sha256))
      await #expect { try await two.file(of: sha256) } throws: {
        ($0 as? StorageError)?.kind == .asset && "\($0)".contains("not what its name says")
      }
      #expect(two.cachedBytes == 0)
      #expect(try farm.leftovers("two").isEmpty)
      _ = try await two.put(fileAt: one.file(of: sha256))
      #expect(try ContentHash.of(await farm.machine("three").file(of: sha256)).sha256 == sha256)
    }
  }

  @Test("a download that breaks off for good leaves nothing under the asset's name")
  func brokenDownload() async throws {
    try await farm { farm in
      let sha256 = try await farm.put(1, size: 10_000, on: farm.machine("one"))
      let two = try farm.machine("two")
      for _ in 0..<4 { await farm.server.next("GET", "/authenticated/", .cutDownload(after: 5000)) }
      await #expect { try await two.file(of: sha256) } throws: {
        ($0 as? ObjectStoreError)?.isRetryable == true
      }
      #expect(two.cachedBytes == 0)
      #expect(try farm.leftovers("two").isEmpty)
      #expect(try ContentHash.of(await two.file(of: sha256)).sha256 == sha256)
    }
  }

  @Test("what was used longest ago goes first, and nothing that was used lately")
  func leastRecentlyUsed() async throws {
    try await farm { farm in
      let one = try farm.machine("one")
      var assets: [String] = []
      for number in 0..<4 { assets.append(try await farm.put(number, size: 1000, on: one)) }
      let two = try farm.machine("two", bytes: 3000)
      for asset in assets.prefix(3) {
        _ = try await two.file(of: asset)
        farm.clock.advance(milliseconds: 1000)
      }
      // All three were used within the minute.
      await #expect { try await two.file(of: assets[3]) } throws: {
        ($0 as? StorageError)?.kind == .diskFull && "\($0)".contains("→")
      }
      farm.clock.advance(milliseconds: 58_500)
      _ = try await two.file(of: assets[0])
      farm.clock.advance(milliseconds: 1500)
      let before = await farm.downloads
      _ = try await two.file(of: assets[3])
      #expect(two.cachedBytes == 3000)
      _ = try await two.file(of: assets[0])
      _ = try await two.file(of: assets[2])
      #expect(await farm.downloads == before + 1)
    }
  }

  @Test("a pinned asset stays, for other processes too, until it is let go")
  func pins() async throws {
    try await farm { farm in
      let one = try farm.machine("one")
      let first = try await farm.put(1, size: 1000, on: one)
      let second = try await farm.put(2, size: 1000, on: one)
      let two = try farm.machine("two", bytes: 1500, kept: .zero)
      let other = try farm.machine("two", bytes: 1500, kept: .zero)
      var pinned: SharedAssetStore.Pinned? = try await two.pin(first)
      farm.clock.advance(milliseconds: 10)
      await #expect(throws: StorageError.self) { try await other.file(of: second) }
      #expect(try ContentHash.of(#require(pinned).path).sha256 == first)
      pinned = nil
      _ = try await other.file(of: second)
      #expect(other.cachedBytes == 1000)
    }
  }

  @Test("an asset larger than the cache is told as such, and can be put all the same")
  func tooLarge() async throws {
    try await farm { farm in
      let store = try farm.machine("one", bytes: 999)
      let sha256 = try await farm.put(1, size: 1000, on: store)
      #expect(try await store.size(of: sha256) == 1000)
      #expect(store.cachedBytes == 0)
      #expect(try farm.leftovers("one").isEmpty)
      await #expect { try await store.file(of: sha256) } throws: {
        ($0 as? StorageError)?.kind == .diskFull && "\($0)".contains("larger than the whole cache")
      }
    }
  }

  @Test("the bound holds while many fetch at the same time, in several processes")
  func load() async throws {
    try await farm { farm in
      let one = try farm.machine("one")
      var made: [String] = []
      for number in 0..<20 { made.append(try await farm.put(number, size: 10_000, on: one)) }
      let assets = made
      let processes = try (0..<3).map { _ in try farm.machine("two", bytes: 45_000, kept: .zero) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<60 {
          group.addTask {
            let store = processes[number % 3]
            let sha256 = assets[(number * 7) % 20]
            // Three at once may all be on their way; then one has to wait its turn.
            while true {
              do {
                _ = try await store.file(of: sha256)
                break
              } catch let error as StorageError where error.kind == .diskFull {
                await Task.yield()
              }
            }
            #expect(store.cachedBytes <= 45_000)
          }
        }
        try await group.waitForAll()
      }
      #expect(try farm.leftovers("two").isEmpty)
    }
  }

  @Test("room that a killed process had kept is free again")
  func killedProcess() async throws {
    try await farm { farm in
      let sha256 = try await farm.put(1, size: 1000, on: farm.machine("one"))
      let two = try farm.machine("two", bytes: 1500)
      try LocalFile.reserve(farm.folder.file("two/incoming/dead.room"), size: 1_000_000)
      _ = try await two.file(of: sha256)
      #expect(try farm.leftovers("two").isEmpty)
    }
  }

  @Test(
    "what is no SHA-256 reaches neither a path nor the service",
    arguments: ["", "..", "../../etc/passwd", "ABC", String(repeating: "A", count: 64), "한글"])
  func noHash(text: String) async throws {
    try await farm { farm in
      let store = try farm.machine("one")
      #expect(try await store.size(of: text) == nil)
      await #expect { try await store.file(of: text) } throws: {
        ($0 as? StorageError)?.kind == .asset
      }
      try await store.remove(text)
      #expect(await farm.server.requests.isEmpty)
    }
  }

  @Test("a service can fetch an asset by a signed address, as long as it lasts")
  func signed() async throws {
    try await farm { farm in
      let store = try farm.machine("one")
      let sha256 = try await farm.put(1, size: 1000, on: store)
      let address = try await store.signedURL(of: sha256, expires: .seconds(60), fileName: "a.png")
      let reply = try await WebClient.shared.send(WebRequest(.get, address))
      #expect(ContentHash.sha256(of: reply.body) == sha256)
      await #expect {
        try await store.signedURL(of: AssetStoreContract.abc, expires: .seconds(60))
      } throws: { ($0 as? StorageError)?.kind == .asset }
    }
  }

  @Test("a cancelled wait does not disturb the others")
  func cancelledWait() async throws {
    try await farm { farm in
      let sha256 = try await farm.put(1, size: 1_000_000, on: farm.machine("one"))
      let two = try farm.machine("two")
      let tasks = (0..<5).map { _ in Task { try await two.file(of: sha256) } }
      tasks[0].cancel()
      tasks[2].cancel()
      for number in [1, 3, 4] {
        #expect(try ContentHash.of(await tasks[number].value).sha256 == sha256)
      }
      for number in [0, 2] { _ = await tasks[number].result }
      #expect(try farm.leftovers("two").isEmpty)
    }
  }
}
