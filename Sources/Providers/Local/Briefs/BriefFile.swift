internal import Crypto
internal import Foundation
internal import SceneDocument

/// A brief's file as it was when it was looked at; equal as long as nobody changed it.
struct BriefFile: Equatable {
  let path: String
  /// Bytes.
  let size: Int64
  private let modified: Date?
  private let number: UInt64?

  /// Refuses what is no plain file before anything is opened: a pipe would never end.
  init(_ path: String) throws {
    self.path = path
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw BriefError(
        .unreadable, path.replacing("\0", with: "␀"), "that is no path",
        advice: "give the path of a file")
    }
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let attributes: [FileAttributeKey: Any]
    do {
      attributes = try FileManager.default.attributesOfItem(atPath: real)
    } catch {
      let exists = FileManager.default.fileExists(atPath: path)
      throw BriefError(
        .unreadable, path, exists ? "it cannot be looked at" : "there is no such file",
        advice: "check the path and its permissions")
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw BriefError(
        .unreadable, path, "it is not a plain file", advice: "give a .pdf, .md or .txt file")
    }
    size = (attributes[.size] as? NSNumber)?.int64Value ?? 0
    modified = attributes[.modificationDate] as? Date
    number = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value
  }

  /// At most this many bytes of its beginning.
  func head(_ count: Int) throws -> Data {
    try reading { try $0.read(upToCount: count) ?? Data() }
  }

  func contents() throws -> Data {
    try reading { try $0.read(upToCount: Int(size)) ?? Data() }
  }

  /// Hexadecimal; reads a megabyte at a time.
  func sha256() throws -> String {
    try reading { handle in
      var hash = SHA256()
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
        try Task.checkCancellation()
        hash.update(data: piece)
      }
      return hexadecimal(hash.finalize())
    }
  }

  private func reading<Value>(_ body: (FileHandle) throws -> Value) throws -> Value {
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      return try body(handle)
    } catch let error as CancellationError {
      throw error
    } catch {
      throw BriefError(
        .unreadable, path, "it cannot be opened for reading",
        advice: "let the user that runs this program read the file")
    }
  }
}
