internal import Media
internal import SceneDocument

/// Sources that several films of one document share: what one has decoded, the others need not decode again.
///
/// The films are drawn frame by frame side by side on one thread. A source lives as long as a layer shows it.
/// Not `Sendable`.
final class SourcePool {
  private struct Key: Hashable {
    var asset: AssetPicture
    var timing: SourceTiming
  }

  private struct Entry {
    weak var source: PictureSource?
  }

  private var entries: [Key: Entry] = [:]
  /// How many sources were opened so far.
  private(set) var opened = 0

  /// The open source of this asset and timing, or a new one.
  func source(
    _ asset: AssetPicture, timing: SourceTiming, frameRate: Rational, files: PictureFiles,
    interrupt: Interrupt
  ) throws(MediaError) -> PictureSource {
    let key = Key(asset: asset, timing: timing)
    if let source = entries[key]?.source { return source }
    let source = try PictureSource(
      asset, timing: timing, frameRate: frameRate, files: files, interrupt: interrupt)
    entries = entries.filter { $0.value.source != nil }
    entries[key] = Entry(source: source)
    opened += 1
    return source
  }
}
