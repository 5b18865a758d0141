import Foundation
import Media
import SceneDocument
import Synchronization
import TestSupport
import Testing

@testable import Compositing

/// Nothing is lost and nothing is left behind, whatever ends a render.
@Suite struct FilmSafetyTests {
  /// Long enough to be interrupted: eight segments.
  private static func longDocument(_ studio: FilmStudio, color: String = "#102030") -> String {
    studio.document(
      (0..<4).map {
        ##"{"id": "s\##($0)", "duration": 2, "background": {"asset": "noise", "trim": [0.\##($0), 3]}, "layers": [{"type": "color", "fill": "\##(color)", "size": [0.2, 0.2]}]}"##
      }.joined(separator: ","),
      output: #""size": [320, 180], "video": {"effort": "medium", "gop": 1}"#)
  }

  private static func studio() throws -> FilmStudio {
    try FilmStudio([
      "noise": try ClipForge.plain("noise.mp4", size: "320x180", seconds: 3),
      "beach": try ClipForge.plain("beach.mp4"),
    ])
  }

  private static let short =
    #"{"id": "s", "duration": "12f", "background": {"asset": "beach"}}"#

  // MARK: Interruption

  @Test("a cancelled render ends at once, leaves nothing, and goes on where it was")
  func cancelled() async throws {
    let studio = try Self.studio()
    let document = Self.longDocument(studio)
    try studio.folder.write("older", to: "film.mp4")
    let renderer = try studio.renderer(document, jobs: 2)
    let (moments, signal) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      try await renderer.render { if $0.framesDone >= 70 { signal.yield() } }
    }
    for await _ in moments { break }
    task.cancel()
    let outcome = await task.result
    #expect {
      try outcome.get()
    } throws: { error in
      if case .cancelled? = error as? RenderError { true } else { false }
    }
    studio.expectClean()
    #expect(try readBytes(studio.file("film.mp4")) == Array("older".utf8))
    #expect(!studio.names().contains("film.mp4.result.json"))
    let result = try await studio.render(document)
    #expect(result.scenes.map(\.reusedFrames).reduce(0, +) >= 30)
    let fresh = try await studio.render(document, to: "fresh.mp4", cached: false)
    #expect(result.outputs[0].sha256 == fresh.outputs[0].sha256)
    studio.expectClean()
  }

  @Test("what a killed process left is gone after the next render", arguments: [true, false])
  func killed(cached: Bool) throws {
    let studio = try Self.studio()
    let document = try studio.folder.write(Self.longDocument(studio), to: "film.json")
    let cache = cached ? ["--cache", studio.cache] : ["--no-cache"]
    let arguments = ["render", document, "-o", studio.file("film.mp4"), "--jobs", "2"] + cache
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Command.path)
    process.arguments = arguments + ["--progress", "json"]
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    var text = ""
    // Until some frames are done.
    while !text.contains(#/"frames_done": ?[1-9]\d/#) {
      let data = errors.fileHandleForReading.availableData
      guard !data.isEmpty else { break }
      text += String(decoding: data, as: UTF8.self)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal, "\(text)")
    #expect(!studio.names().contains("film.mp4"))
    #expect(studio.names().contains { $0.hasPrefix(".") }, "nothing was under way")
    let outcome = try Command.run(arguments)
    #expect(outcome.status == 0, "\(outcome.errorText)")
    let film = try FilmReading(studio.file("film.mp4"), rate: FrameRate(30), pictures: false)
    #expect(film.places == Array(0..<240))
    studio.expectClean()
  }

  // MARK: Failure

  @Test("a film is only replaced by a verified one")
  func olderFilm() async throws {
    let studio = try Self.studio()
    try studio.folder.write("older", to: "film.mp4")
    let document = studio.document(Self.short)
    let request = try studio.request(document)
    // The file goes away between probing and rendering.
    try FileManager.default.removeItem(atPath: studio.file("beach.mp4"))
    let renderer = FilmRenderer(
      request,
      options: RenderOptions(
        outputPath: studio.file("film.mp4"), cacheFolder: studio.cache, jobs: 2))
    await #expect(throws: MediaError.self) { try await renderer.render { _ in } }
    #expect(try readBytes(studio.file("film.mp4")) == Array("older".utf8))
    studio.expectClean()
  }

  @Test("a missing folder is told before anything is made", arguments: [true, false])
  func missingFolder(cached: Bool) async throws {
    let studio = try Self.studio()
    let renderer = try studio.renderer(
      studio.document(Self.short), to: "nowhere/film.mp4", cached: cached)
    await #expect {
      try await renderer.render { _ in }
    } throws: { ($0 as? HostError)?.number == ENOENT }
    #expect(!studio.names().contains("nowhere"))
    studio.expectClean()
  }

  @Test("a folder that cannot be written is told, and nothing is left", arguments: [true, false])
  func readOnlyFolder(cached: Bool) async throws {
    let studio = try Self.studio()
    let mount = try #require(Mount(at: studio.folder, options: "ro") ?? nil)
    defer { mount.unmount() }
    let renderer = try studio.renderer(
      studio.document(Self.short), to: mount.path + "/film.mp4", cached: cached)
    await #expect {
      try await renderer.render { _ in }
    } throws: { [EROFS, EACCES].contains(($0 as? HostError)?.number) }
    studio.expectClean()
  }

  @Test(
    "a full disk is told as such, and nothing is left on it",
    .enabled(if: Mount.isPossible, "mounting a small tmpfs needs root"),
    arguments: ["film", "cache", "work"])
  func fullDisk(place: String) async throws {
    let studio = try Self.studio()
    let mount = try #require(Mount(at: studio.folder, options: "size=64k"))
    defer { mount.unmount() }
    if place == "film" { try writeBytes(Array("older".utf8), to: mount.path + "/film.mp4") }
    let document = try studio.folder.write(Self.longDocument(studio), to: "film.json")
    let film = place == "cache" ? studio.file("film.mp4") : mount.path + "/film.mp4"
    let cache =
      place == "film"
      ? ["--cache", studio.cache]
      : place == "cache" ? ["--cache", mount.path + "/cache"] : ["--no-cache"]
    let outcome = try Command.run(["render", document, "-o", film, "--json"] + cache)
    #expect(outcome.status == 1)
    #expect(outcome.outputText.contains("E_DISK_FULL"), "\(outcome.outputText)")
    let left = try FileManager.default.contentsOfDirectory(atPath: mount.path).sorted()
    #expect(left == (place == "film" ? ["film.mp4"] : place == "cache" ? ["cache"] : []))
    if place == "film" { #expect(try readBytes(film) == Array("older".utf8)) }
    if place == "cache" {
      #expect(try FileManager.default.contentsOfDirectory(atPath: mount.path + "/cache/work") == [])
    }
    studio.expectClean()
  }

  // MARK: Damage

  private static func damaged(
    _ policy: String
  ) throws -> (studio: FilmStudio, document: String) {
    let clip = try ClipForge.plain("clip.mp4", size: "160x90", seconds: 2)
    let flipped = try ClipForge.flipped(clip, bits: 60, seed: 3, keeping: 6000)
    let studio = try FilmStudio(["clip": flipped])
    let document = studio.document(
      #"{"id": "s", "background": {"asset": "clip"}}"#, assets: ["clip": policy])
    return (studio, document)
  }

  @Test("a damaged clip within its bound is shown with a warning")
  func damageWithinBound() async throws {
    let (studio, document) = try Self.damaged(#""damage": {"policy": "warn", "max": 1}"#)
    let result = try await studio.render(document)
    #expect(result.state == .doneWithWarnings)
    #expect(result.warnings.contains { $0.code == .damagedMedia && $0.pointer == "/assets/clip" })
    #expect(result.assets[0].decodeErrors > 0)
    #expect(result.outputs[0].frames == 60)
    // Also when its pictures come from the cache.
    let again = try await studio.render(document)
    #expect(again.warnings.contains { $0.code == .damagedMedia })
    #expect(again.outputs[0].sha256 == result.outputs[0].sha256)
  }

  @Test(
    "a clip damaged beyond its bound makes no film",
    arguments: [#""damage": {"policy": "fail", "max": 1}"#, #""damage": {"max": 0.01}"#])
  func damageBeyondBound(policy: String) async throws {
    let (studio, document) = try Self.damaged(policy)
    let renderer = try studio.renderer(document)
    await #expect {
      try await renderer.render { _ in }
    } throws: { error in
      guard case .refused(let list)? = error as? RenderError else { return false }
      return list.map(\.code) == [.mediaDamaged] && list[0].pointer == "/assets/clip"
    }
    #expect(!studio.names().contains("film.mp4"))
    studio.expectClean()
  }
}

/// A small file system in memory, mounted in a folder.
struct Mount {
  let path: String

  static let isPossible: Bool = {
    guard geteuid() == 0, let folder = try? TempFolder(),
      let mount = Mount(at: folder, options: "size=64k")
    else { return false }
    mount.unmount()
    return true
  }()

  init?(at folder: TempFolder, options: String) {
    path = folder.file("small-disk")
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let outcome = try? Tool.run("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path])
    guard outcome?.status == 0 else { return nil }
  }

  func unmount() { _ = try? Tool.run("umount", ["-l", path]) }
}
