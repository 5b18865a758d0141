internal import Crypto
internal import Foundation
internal import Media
internal import SceneDocument

/// Probed assets of earlier runs, one small file each, in `probes/` below a cache folder.
///
/// A record is believed while path, device, inode, size and time of change are the same. Several processes
/// may share the folder: files are written under another name and renamed, and one that cannot be read or
/// written is as good as none.
struct ProbeCache: Sendable {
  private let folder: URL

  init(cacheFolder: String) {
    folder = URL(fileURLWithPath: cacheFolder, isDirectory: true)
      .appendingPathComponent("probes", isDirectory: true)
  }

  private struct Entry: Codable {
    var version: Int
    var asset: ProbedAsset
  }

  func asset(at location: String, _ kind: Asset.Kind, identity: LocalFile.Identity) -> ProbedAsset?
  {
    guard let data = try? Data(contentsOf: file(location, kind)),
      let entry = try? JSONDecoder().decode(Entry.self, from: data),
      entry.version == Prober.version, entry.asset.location == location,
      entry.asset.identity == identity
    else { return nil }
    return entry.asset
  }

  func store(_ asset: ProbedAsset, _ kind: Asset.Kind) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(Entry(version: Prober.version, asset: asset)) else {
      return
    }
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try? data.write(to: file(asset.location, kind), options: .atomic)
  }

  private func file(_ location: String, _ kind: Asset.Kind) -> URL {
    var hash = SHA256()
    hash.update(data: Array("\(kind.rawValue)\n\(location)".utf8))
    let name = hexadecimal(hash.finalize().prefix(16))
    return folder.appendingPathComponent(name + ".json", isDirectory: false)
  }
}
