internal import Foundation
internal import NIOCore
internal import NIOFoundationCompat

/// A part of a file as it is sent.
struct FilePieces: AsyncSequence, Sendable {
  let path: String
  let range: Range<Int64>

  init(path: String, range: Range<Int64>) throws {
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw WebFailure(.file, "cannot read '\(path)'")
    }
    (self.path, self.range) = (path, range)
  }

  func makeAsyncIterator() -> Iterator { Iterator(path: path, range: range) }

  struct Iterator: AsyncIteratorProtocol {
    private var file: FileHandle?
    private let path: String
    private var place: Int64
    private let end: Int64

    init(path: String, range: Range<Int64>) {
      self.path = path
      (place, end) = (range.lowerBound, range.upperBound)
    }

    mutating func next() async throws -> ByteBuffer? {
      if place >= end { return nil }
      let piece: Data?
      do {
        let file = try file ?? opened()
        self.file = file
        piece = try file.read(upToCount: Int(Swift.min(end - place, 1 << 18)))
      } catch {
        throw WebFailure(.file, "cannot read '\(path)' (\(error.localizedDescription))")
      }
      guard let piece, !piece.isEmpty else {
        throw WebFailure(.file, "'\(path)' ended before it was sent")
      }
      place += Int64(piece.count)
      return ByteBuffer(data: piece)
    }

    private func opened() throws -> FileHandle {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      try file.seek(toOffset: UInt64(place))
      return file
    }
  }
}
