/// A picture file in memory.
public struct Picture: Sendable, Hashable {
  public enum Format: String, Sendable, CaseIterable {
    case jpeg, png
    /// Luma, Cb and Cr as they go into an encoder: 4:2:0, no header.
    case yuv

    /// Its media type.
    public var type: String {
      switch self {
      case .jpeg: "image/jpeg"
      case .png: "image/png"
      case .yuv: "application/octet-stream"
      }
    }
  }

  public var bytes: [UInt8]
  public var format: Format
}

/// Pictures by what decides them, up to a number of bytes; those used least recently go first.
struct PictureCache<Key: Hashable & Sendable>: Sendable {
  private let limit: Int
  private var entries: [Key: (picture: Picture, use: Int)] = [:]
  private var uses = 0
  private(set) var bytes = 0

  init(limit: Int) { self.limit = limit }

  var count: Int { entries.count }

  mutating func picture(for key: Key) -> Picture? {
    guard let entry = entries[key] else { return nil }
    uses += 1
    entries[key]?.use = uses
    return entry.picture
  }

  /// A picture that is larger than all the cache may hold is not kept.
  mutating func keep(_ picture: Picture, for key: Key) {
    remove(key)
    guard picture.bytes.count <= limit else { return }
    uses += 1
    entries[key] = (picture, uses)
    bytes += picture.bytes.count
    while bytes > limit, let oldest = entries.min(by: { $0.value.use < $1.value.use }) {
      remove(oldest.key)
    }
  }

  private mutating func remove(_ key: Key) {
    if let old = entries.removeValue(forKey: key) { bytes -= old.picture.bytes.count }
  }
}
