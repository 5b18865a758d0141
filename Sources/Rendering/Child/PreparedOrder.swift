internal import Compositing
internal import Foundation
internal import Media
internal import SceneDocument

/// An order whose document and files have been read again, in the child.
struct PreparedOrder: Sendable {
  let order: RenderOrder
  let limits: ChildLimits
  private let prepared: PreparedDocument

  init(_ order: RenderOrder, documentPath: String, limits: ChildLimits) async throws {
    (self.order, self.limits) = (order, limits)
    guard let text = FileManager.default.contents(atPath: documentPath) else {
      throw ChildFailure(
        code: "E_IO",
        message:
          "'\(order.name)': its document cannot be read from the asset store ('\(documentPath)')\n  → run 'reelnode db check', then queue the film again",
        isRetryable: true)
    }
    var preparer = DocumentPreparer(
      text: [UInt8](text), assetFolder: order.assetFolder, cacheFolder: order.cacheFolder)
    preparer.reading = order.reading
    // Its warnings were told when the film was queued.
    preparer.provesContrast = false
    prepared = try await preparer.prepare()
  }

  /// The films, at their own paths or at `places`. Throws when they are no longer those that were queued.
  func variants(_ places: [String: String] = [:]) throws -> [FilmVariant] {
    guard let variants = order.variants(of: prepared, places: places) else { throw changed() }
    for (variant, film) in zip(variants, order.films)
    where RenderPlan(variant.request).programmeKey != film.programmeKey { throw changed() }
    return variants
  }

  var frames: Int { prepared.timeline.frames }

  /// Throws when a file is not any more what it was when it was read.
  func expectUnchangedFiles() throws {
    for asset in prepared.document.assets {
      guard let probe = prepared.probes[asset.id] else { continue }
      do throws(AssetError) {
        try probe.expectUnchanged(below: prepared.root, path: asset.path)
      } catch {
        throw ChildFailure(
          code: "E_ASSET_CHANGED", message: error.description, isRetryable: false)
      }
    }
  }

  /// What the queue planned does not come out of the document and files that are there now.
  func changed() -> ChildFailure {
    let changed = prepared.document.assets.filter { asset in
      guard let probe = prepared.probes[asset.id], let queued = order.files[asset.path] else {
        return false
      }
      return probe.record.sha256 != queued
    }
    let what =
      changed.isEmpty
      ? "this program, or a font of the machine, is"
      : changed.map { "'\($0.path)'" }.joined(separator: ", ")
        + (changed.count == 1 ? " is" : " are")
    return ChildFailure(
      code: "E_ASSET_CHANGED",
      message:
        "'\(order.name)': \(what) not any more what it was when the film was queued\n  → queue it again",
      isRetryable: false)
  }

  /// Sets the process's limit of processor time for work on so many frames.
  func allowTime(frames: Int) {
    guard limits.processorSeconds > 0 else { return }
    _ = HostProcess.limitProcessorTime(
      limits.processorSeconds + limits.secondsPerFrame * UInt64(max(0, frames)))
  }
}
