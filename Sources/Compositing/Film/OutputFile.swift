internal import Crypto
internal import Foundation
internal import Media
internal import SceneDocument

/// The film's place on disk: written under another name beside it, renamed when it is verified.
final class OutputFile: Sendable {
  let path: String
  let partialPath: String
  /// For a render without a cache: a folder on the same disk, so that the film's parts need no room elsewhere.
  let workPath: String
  private let resultPath: String
  private let lockPath: String
  private let lock: FileLock

  /// Checks the folder and removes what killed renders left there.
  init(path: String) throws {
    self.path = path
    let resultPath = path + ".result.json"
    self.resultPath = resultPath
    let place = FilePath.folder(of: path)
    let name = FilePath.name(of: path)
    func isFolder(_ path: String) -> Bool? {
      let kind = (try? FileManager.default.attributesOfItem(atPath: path))?[.type]
      return (kind as? FileAttributeType).map { $0 == .typeDirectory }
    }
    // A link to a folder is one: attributes are those of the link itself.
    guard isFolder((place as NSString).resolvingSymlinksInPath) == true else {
      throw HostError(number: ENOENT, path: place, action: "write the film into")
    }
    guard isFolder(path) != true else {
      throw HostError(number: EISDIR, path: path, action: "write the film to")
    }
    guard isFolder(resultPath) != true else {
      throw HostError(number: EISDIR, path: resultPath, action: "write the result document to")
    }
    // The longest name that is made of the film's is that of the result document.
    guard FilePath.name(of: resultPath).utf8.count <= Int(NAME_MAX) else {
      throw HostError(number: ENAMETOOLONG, path: path, action: "write the film to")
    }
    let mark = String(name.prefix(40))
    Self.removeAbandoned(in: place, name: mark)
    let stem = "\(place)/.\(mark).\(UUID().uuidString)"
    partialPath = stem + ".partial"
    workPath = stem + ".work"
    lockPath = stem + ".lock"
    guard let lock = FileLock(trying: lockPath) else {
      throw HostError(number: errno, path: place, action: "write the film into")
    }
    self.lock = lock
  }

  /// Throws when a file beside the film cannot be written, or would take the place of one that no render made.
  func expectRoom(for request: RenderRequest) throws {
    if SoftSubtitles(request) != nil {
      let captions = companion("vtt")
      try expectNoFolder(captions)
      if !SoftSubtitles.isReplaceable(captions) {
        throw RenderError.refused([
          Diagnostic(
            .inputOutput, at: "",
            "cannot write the captions to '\(captions)': a file of that name is there that no render made\n  → name the film otherwise, or move that file"
          )
        ])
      }
    }
    if let poster = request.document.output.poster {
      try expectNoFolder(companion(poster.format == .png ? "poster.png" : "poster.jpg"))
    }
  }

  private func expectNoFolder(_ path: String) throws {
    let kind = (try? FileManager.default.attributesOfItem(atPath: path))?[.type]
    if kind as? FileAttributeType == .typeDirectory {
      throw HostError(number: EISDIR, path: path, action: "write beside the film")
    }
  }

  /// Removes everything unfinished; at the end of a render, however it went.
  func close() {
    _ = HostFile.remove(partialPath)
    try? FileManager.default.removeItem(atPath: workPath)
    _ = HostFile.remove(lockPath)
  }

  /// A name beside the film: `film.poster.jpg` for `film.mp4`.
  func companion(_ suffix: String) -> String {
    (path as NSString).deletingPathExtension + "." + suffix
  }

  /// Makes the verified file durable and gives it its name, in one step.
  func publish() throws -> (sha256: String, bytes: Int64) {
    guard let file = FileHandle(forReadingAtPath: partialPath) else {
      throw HostError.reading(partialPath)
    }
    var hash = SHA256()
    var bytes: Int64 = 0
    do {
      while let block = try file.read(upToCount: 1 << 20), !block.isEmpty {
        hash.update(data: block)
        bytes += Int64(block.count)
      }
    } catch { throw HostError.reading(partialPath, error) }
    try? file.close()
    for number in [HostFile.sync(partialPath), HostFile.rename(partialPath, to: path)]
    where number != 0 {
      throw HostError(number: number, path: path, action: "write")
    }
    return (hexadecimal(hash.finalize()), bytes)
  }

  func writeResult(_ json: JSONValue) throws {
    do {
      try Data(json.prettyText.utf8).write(to: URL(fileURLWithPath: resultPath), options: .atomic)
    } catch { throw HostError.writing(resultPath, error) }
  }

  private static func removeAbandoned(in folder: String, name: String) {
    for entry in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where entry.hasPrefix(".\(name).") && entry.hasSuffix(".lock") {
      guard let lock = FileLock(trying: folder + "/" + entry) else { continue }
      let stem = folder + "/" + entry.dropLast(5)
      _ = HostFile.remove(stem + ".partial")
      try? FileManager.default.removeItem(atPath: stem + ".work")
      _ = HostFile.remove(stem + ".lock")
      lock.unlock()
    }
  }
}
