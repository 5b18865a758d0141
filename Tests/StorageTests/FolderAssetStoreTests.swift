import Foundation
import Storage
import Testing

@Suite struct FolderAssetStoreTests {
  @Test("content is kept once under its hash, and is there whole")
  func content() async throws {
    let folder = try TemporaryFolder()
    let store = try FolderAssetStore(folder: folder.path("assets"))
    let data = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    let file = folder.path("in.bin")
    try data.write(to: URL(fileURLWithPath: file))
    let sha256 = try await store.put(fileAt: file)
    #expect(try await store.put(data) == sha256)
    #expect(try await store.size(of: sha256) == 3_000_000)
    let kept = try await store.file(of: sha256)
    #expect(try Data(contentsOf: URL(fileURLWithPath: kept)) == data)
    #expect(try store.list() == [sha256])
    #expect(store.isSound(sha256))
    #expect(try FileManager.default.contentsOfDirectory(atPath: store.folder + "/incoming").isEmpty)
    try await store.remove(sha256)
    try await store.remove(sha256)
    #expect(try await store.size(of: sha256) == nil)
    await #expect(throws: StorageError.self) { try await store.file(of: sha256) }
  }

  @Test("a changed byte is found")
  func damage() async throws {
    let folder = try TemporaryFolder()
    let store = try FolderAssetStore(folder: folder.path("assets"))
    let sha256 = try await store.put(Data("abc".utf8))
    #expect(sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    let kept = try await store.file(of: sha256)
    try Data("abd".utf8).write(to: URL(fileURLWithPath: kept))
    #expect(!store.isSound(sha256))
  }
}
