import Compositing
import Foundation
import SceneDocument
import TestSupport
import Testing

@Suite struct ProbeServiceTests {
  @Test("several assets of one file share its record, each judged by its own wishes")
  func sharedFile() async throws {
    let folder = try TempFolder()
    try folder.copy(try ClipForge.plain(), to: "clip.mp4")
    let service = ProbeService(root: try AssetRoot(path: folder.path))
    var wrongHash = Asset(id: "hash", path: "clip.mp4")
    wrongHash.sha256 = String(repeating: "0", count: 64)
    var wrongKind = Asset(id: "kind", path: "clip.mp4")
    wrongKind.kind = .image
    let found = await service.probe(all: [
      Asset(id: "a", path: "clip.mp4"), Asset(id: "b", path: "clip.mp4"), wrongHash, wrongKind,
      Asset(id: "gone", path: "gone.mp4"),
    ])
    #expect(found.count == 5)
    #expect(try found["a"]?.get() == found["b"]?.get())
    #expect(code(found["hash"]) == .wrongHash)
    #expect(code(found["kind"]) == .noStream)
    #expect(code(found["gone"]) == .missing)
  }

  @Test("damage beyond what the asset allows is an error, less is not")
  func damage() async throws {
    let whole = try ClipForge.numbered(
      .h264, filter: "noise=alls=30:allf=t", options: ["-movflags", "+faststart"])
    let (root, name) = try split(try ClipForge.truncated(whole, to: 0.8))
    var strict = Asset(id: "strict", path: name)
    strict.damage.maximum = 0.01
    var loose = Asset(id: "loose", path: name)
    loose.damage.maximum = 0.9
    let found = await ProbeService(root: root).probe(all: [strict, loose])
    #expect(code(found["strict"]) == .damaged)
    #expect(try found["loose"]?.get().damage.missingFrames ?? 0 > 0)
  }

  @Test("a second run takes records from the cache as long as the file is the same")
  func cache() async throws {
    let folder = try TempFolder()
    let clip = try folder.copy(try ClipForge.plain(), to: "assets/clip.mp4")
    let root = try AssetRoot(path: folder.file("assets"))
    let service = ProbeService(root: root, cacheFolder: folder.file("cache"))
    let asset = Asset(id: "a", path: "clip.mp4")
    let first = try #require(await service.probe(all: [asset])["a"]).get()
    // What the cache says is believed: a mark put there comes back.
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("cache/probes"))
    let entry = folder.file("cache/probes/\(try #require(files.first))")
    let text = String(decoding: try readBytes(entry), as: UTF8.self)
    try writeBytes(Array(text.replacing("\"h264\"", with: "\"mark\"").utf8), to: entry)
    let second = try #require(await service.probe(all: [asset])["a"]).get()
    #expect(first.record.video?.codec == "h264" && second.record.video?.codec == "mark")
    try first.expectUnchanged(below: root, path: "clip.mp4")
    // Another file under the name: the record is made anew and takes the old one's place.
    try writeBytes(try readBytes(try ClipForge.talking()), to: clip)
    let third = try #require(await service.probe(all: [asset])["a"]).get()
    #expect(third.record.audio != nil && third.identity != first.identity)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.file("cache/probes")) == files)
    let error = try #require(throws: AssetError.self) {
      try first.expectUnchanged(below: root, path: "clip.mp4")
    }
    #expect(error.code == .changed)
  }

  @Test("a cache that cannot be read or written is done without", arguments: ["{", "", "null"])
  func brokenCache(text: String) async throws {
    let folder = try TempFolder()
    try folder.copy(try ClipForge.plain(), to: "clip.mp4")
    let root = try AssetRoot(path: folder.path)
    let asset = Asset(id: "a", path: "clip.mp4")
    let service = ProbeService(root: root, cacheFolder: folder.file("cache"))
    _ = await service.probe(all: [asset])
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.file("cache/probes")) {
      try folder.write(text, to: "cache/probes/\(file)")
    }
    #expect(try await service.probe(all: [asset])["a"]?.get().record.video?.frames == 30)
    // A cache folder that is a file.
    try folder.write("x", to: "file")
    let other = ProbeService(root: root, cacheFolder: folder.file("file"))
    #expect(try await other.probe(all: [asset])["a"]?.get().record.video?.frames == 30)
  }

  @Test("500 known assets are probed without opening one of them with libav")
  func manyAssets() async throws {
    let folder = try TempFolder()
    let bytes = try readBytes(try ClipForge.tone("tone.wav", seconds: 0.05, rate: 8000))
    let assets = try (0..<500).map { index in
      try folder.write(bytes, to: "\(index).wav")
      return Asset(id: "a\(index)", path: "\(index).wav")
    }
    let service = ProbeService(
      root: try AssetRoot(path: folder.path), cacheFolder: folder.file("cache"))
    let first = await service.probe(all: assets)
    let clock = ContinuousClock()
    let start = clock.now
    let second = await service.probe(all: assets)
    let time = clock.now - start
    #expect(first.count == 500 && first.keys.allSatisfy { code(first[$0]) == nil })
    #expect(try first.mapValues { try $0.get() } == second.mapValues { try $0.get() })
    // Generous for a machine with other work: it takes some 30 ms in release.
    #expect(time < .seconds(5))
  }

  @Test("a cancelled task ends with E_CANCELLED for what was not read yet")
  func cancel() async throws {
    let folder = try TempFolder()
    try folder.copy(try ClipForge.plain(), to: "clip.mp4")
    let service = ProbeService(root: try AssetRoot(path: folder.path))
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return await service.probe(all: [Asset(id: "a", path: "clip.mp4")])
    }
    task.cancel()
    #expect(code(await task.value["a"]) == .cancelled)
  }

  private func code(_ outcome: ProbeService.Outcome?) -> AssetError.Code? {
    if case .failure(let error) = outcome { error.code } else { nil }
  }
}
