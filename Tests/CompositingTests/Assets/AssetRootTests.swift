import Compositing
import Foundation
import SceneDocument
import TestSupport
import Testing

@Suite struct AssetRootTests {
  @Test(
    "paths that are not plainly below the root are refused",
    arguments: [
      "", "/etc/passwd", "../secret.mp4", "clips/../../secret.mp4", "./clip.mp4", "clips//clip.mp4",
      "clips/", "http:x.mp4", "file:clip.mp4", "C:/clip.mp4", "concat:a.mp4|b.mp4", "clip\n.mp4",
      "clip\u{0}.mp4", "clip\u{7F}.mp4", "clips\\clip.mp4", String(repeating: "a", count: 513),
    ])
  func forbidden(path: String) throws {
    let folder = try TempFolder()
    let root = try AssetRoot(path: folder.path)
    let error = try #require(throws: AssetError.self) { _ = try root.open(path) }
    #expect(error.code == .pathForbidden)
    #expect(error.path.utf8.count <= 512 && !error.description.contains("\u{0}"))
  }

  @Test("a file that really is named http:x.mp4 is refused as well")
  func addressName() throws {
    let folder = try TempFolder()
    try folder.copy(try ClipForge.plain(), to: "http:x.mp4")
    let error = try #require(throws: AssetError.self) {
      _ = try Prober(root: try AssetRoot(path: folder.path)).probe("http:x.mp4")
    }
    #expect(error.code == .pathForbidden)
    #expect(error.problem == "the path reads as an address or drive")
  }

  @Test("a colon after the first slash is a plain character")
  func colon() throws {
    let folder = try TempFolder()
    try folder.copy(try ClipForge.plain(), to: "clips/10:30.mp4")
    let asset = try Prober(root: try AssetRoot(path: folder.path)).probe("clips/10:30.mp4")
    #expect(asset.record.video?.frames == 30)
    #expect(asset.location == folder.file("clips/10:30.mp4"))
  }

  @Test("a symbolic link is not followed, neither as the file nor on the way to it")
  func links() throws {
    let folder = try TempFolder()
    try folder.write("x", to: "outside/clip.mp4")
    try folder.write("x", to: "root/clip.mp4")
    let files = FileManager.default
    try files.createSymbolicLink(
      atPath: folder.file("root/link.mp4"), withDestinationPath: "../outside/clip.mp4")
    try files.createSymbolicLink(
      atPath: folder.file("root/inner.mp4"), withDestinationPath: "clip.mp4")
    try files.createSymbolicLink(
      atPath: folder.file("root/folder"), withDestinationPath: "../outside")
    try files.createSymbolicLink(
      atPath: folder.file("root/loop"), withDestinationPath: "loop")
    let root = try AssetRoot(path: folder.file("root"))
    for path in ["link.mp4", "inner.mp4", "folder/clip.mp4", "loop"] {
      let error = try #require(throws: AssetError.self) { _ = try root.open(path) }
      #expect(error.code == .pathForbidden && error.problem.contains("symbolic link"), "\(path)")
    }
    _ = try root.open("clip.mp4")
  }

  @Test("the root itself may be a link")
  func linkedRoot() throws {
    let folder = try TempFolder()
    try folder.write("x", to: "real/clip.mp4")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"), withDestinationPath: "real")
    let root = try AssetRoot(path: folder.file("link"))
    #expect(root.path == folder.file("real"))
    _ = try root.open("clip.mp4")
  }

  @Test("folders and pipes are refused without waiting for a writer")
  func notRegular() throws {
    let folder = try TempFolder()
    try folder.write("x", to: "folder/clip.mp4")
    try Tool.require("mkfifo", [folder.file("pipe.mp4")])
    let root = try AssetRoot(path: folder.path)
    for path in ["folder", "pipe.mp4"] {
      let error = try #require(throws: AssetError.self) { _ = try root.open(path) }
      #expect(error.code == .pathForbidden && error.problem.contains("pipe"), "\(path)")
    }
  }

  @Test("a missing file, and a file taken for a folder, are missing")
  func missing() throws {
    let folder = try TempFolder()
    try folder.write("x", to: "clip.mp4")
    let root = try AssetRoot(path: folder.path)
    for path in ["nothing.mp4", "no/where.mp4", "clip.mp4/inner.mp4"] {
      let error = try #require(throws: AssetError.self) { _ = try root.open(path) }
      #expect(error.code == .missing && error.path == path)
    }
    let error = try #require(throws: AssetError.self) {
      _ = try AssetRoot(path: folder.file("none"))
    }
    #expect(error.code == .missing && error.problem.contains("there is no such folder"))
  }
}
