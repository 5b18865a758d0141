internal import Compositing
internal import Foundation
internal import Media
internal import SceneDocument

/// The text of a document with where it came from.
struct DocumentInput {
  /// As the command line has it; `-` is standard input.
  let path: String
  let text: [UInt8]

  var isStandardInput: Bool { path == "-" }

  /// What stands before line and column in messages.
  var label: String { isStandardInput ? "<stdin>" : path }

  /// The folder that asset paths are resolved below, unless another one is named.
  var folder: String {
    if isStandardInput { return "." }
    return FilePath.folder(of: path)
  }

  /// `film` for `clips/film.json`.
  func stem(of document: SceneDocument) -> String {
    if isStandardInput { return document.id }
    return FilePath.stem(of: path)
  }

  /// Reads all of the file, or of standard input.
  ///
  /// - Parameters:
  ///   - what: what the file is called in messages.
  ///   - limit: bytes that are accepted; one more is read, so that a longer text is told as such.
  init(
    reading path: String, as what: String = "document", atMost limit: Int = Self.maximumBytes
  ) throws(Failure) {
    self.path = path
    do {
      let file =
        path == "-"
        ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      text = Array(try file.read(upToCount: limit + 1) ?? Data())
    } catch {
      throw Failure.usage(.inputOutput, Self.explanation(path, what))
    }
  }

  static let maximumBytes = 8 << 20

  private init(path: String, text: [UInt8]) { (self.path, self.text) = (path, text) }

  /// The same document with another text.
  func repaired(_ text: [UInt8]) -> DocumentInput { DocumentInput(path: path, text: text) }

  /// Writes `bytes` into the file in one step; a link stays a link, permissions stay as they are.
  func replace(with bytes: [UInt8]) throws {
    let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let mode = try? FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
    do {
      try HostFile.replace(file, with: bytes)
    } catch {
      throw Failure(Diagnostic(error))
    }
    if let mode {
      try? FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }
  }

  private static func explanation(_ path: String, _ what: String) -> String {
    let exists = FileManager.default.fileExists(atPath: path)
    let (reason, remedy) =
      switch (exists, HostPath.isFolder(path)) {
      case (true, true): ("it is a folder", "name the \(what) in it")
      case (true, false): ("it may not be read", "change its permissions")
      default:
        ("there is no such file", "correct the path, or give the \(what) on standard input as '-'")
      }
    return "cannot read \(what) '\(path)': \(reason)\n  → \(remedy)"
  }
}
