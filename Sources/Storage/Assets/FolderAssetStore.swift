internal import Crypto
public import Foundation

/// An asset store in a folder of this machine: `objects/3f/3fa9…`.
///
/// A file is written under another name in `incoming`, brought to the disk and renamed, so that several
/// processes can put the same asset at the same time and a killed one leaves nothing under an asset's name.
public struct FolderAssetStore: AssetStore {
  public let folder: String

  /// Makes the folder where it is missing. Throws `StorageError`.
  public init(folder: String) throws {
    self.folder = folder
    for part in ["objects", "incoming"] {
      do {
        try FileManager.default.createDirectory(
          atPath: folder + "/" + part, withIntermediateDirectories: true)
      } catch {
        throw StorageError(
          .cannotOpen, "cannot make the folder of the assets (\(error.localizedDescription))",
          path: folder)
      }
    }
  }

  public func put(fileAt path: String) async throws -> String {
    guard let source = FileHandle(forReadingAtPath: path) else {
      throw StorageError(.asset, "the file to keep cannot be read", path: path)
    }
    defer { try? source.close() }
    return try write { sink in
      while let piece = try source.read(upToCount: 1 << 20), !piece.isEmpty { try sink(piece) }
    }
  }

  public func adopt(fileAt path: String) async throws -> String {
    guard let sha256 = try? FileHash.sha256(of: path) else {
      throw StorageError(.asset, "the file to keep cannot be read", path: path)
    }
    let target = self.path(of: sha256)
    if FileManager.default.fileExists(atPath: target) { return sha256 }
    try? FileManager.default.createDirectory(
      atPath: FileManager.default.parent(of: target), withIntermediateDirectories: true)
    try DurableFile.sync(path)
    // On another disk it has to be copied.
    guard try DurableFile.link(path, to: target) else { return try await put(fileAt: path) }
    return sha256
  }

  public func put(_ data: Data) async throws -> String { try write { try $0(data) } }

  public func size(of sha256: String) async throws -> Int64? {
    let facts = try? FileManager.default.attributesOfItem(atPath: path(of: sha256))
    return facts?[.size] as? Int64 ?? (facts?[.size] as? Int).map(Int64.init)
  }

  public func file(of sha256: String) async throws -> String {
    let path = path(of: sha256)
    guard FileManager.default.fileExists(atPath: path) else {
      throw StorageError(.asset, "the asset \(sha256) is not in the store", path: folder)
    }
    return path
  }

  public func remove(_ sha256: String) async throws {
    try? FileManager.default.removeItem(atPath: path(of: sha256))
  }

  /// Every asset's SHA-256, in order.
  public func list() throws -> [String] {
    let root = folder + "/objects"
    return try FileManager.default.contentsOfDirectory(atPath: root).sorted().flatMap {
      try FileManager.default.contentsOfDirectory(atPath: root + "/" + $0).sorted()
    }
  }

  /// Reads the asset and tells whether it is what its name says.
  public func isSound(_ sha256: String) -> Bool {
    (try? FileHash.sha256(of: path(of: sha256))) == sha256
  }

  /// Deletes what killed processes left behind.
  public func removeAbandoned(olderThan age: Duration) async throws -> Int {
    let root = folder + "/incoming"
    var count = 0
    for name in (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [] {
      let facts = try? FileManager.default.attributesOfItem(atPath: root + "/" + name)
      guard let written = facts?[.modificationDate] as? Date,
        -written.timeIntervalSinceNow > age / .seconds(1),
        (try? FileManager.default.removeItem(atPath: root + "/" + name)) != nil
      else { continue }
      count += 1
    }
    return count
  }

  private func path(of sha256: String) -> String {
    "\(folder)/objects/\(sha256.prefix(2))/\(sha256)"
  }

  private func write(_ fill: ((Data) throws -> Void) throws -> Void) throws -> String {
    let partial = "\(folder)/incoming/\(UUID().uuidString)"
    guard FileManager.default.createFile(atPath: partial, contents: nil),
      let file = FileHandle(forWritingAtPath: partial)
    else { throw StorageError(.inputOutput, "cannot write in the asset store", path: partial) }
    defer { try? FileManager.default.removeItem(atPath: partial) }
    var hash = SHA256()
    do {
      try fill { piece in
        hash.update(data: piece)
        try file.write(contentsOf: piece)
      }
      try file.synchronize()
      try file.close()
    } catch {
      let isFull = (error as? CocoaError)?.code == .fileWriteOutOfSpace
      throw StorageError(
        isFull ? .diskFull : .inputOutput,
        "cannot write in the asset store (\(error.localizedDescription))\n  → make room and try again",
        path: folder)
    }
    let sha256 = hash.finalize().hexadecimal
    let target = path(of: sha256)
    if FileManager.default.fileExists(atPath: target) { return sha256 }
    try? FileManager.default.createDirectory(
      atPath: FileManager.default.parent(of: target), withIntermediateDirectories: true)
    try DurableFile.rename(partial, to: target)
    return sha256
  }
}

extension FileManager {
  fileprivate func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}
