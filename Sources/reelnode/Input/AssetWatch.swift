internal import Compositing
internal import SceneDocument
internal import Synchronization

/// Sees to it that a film is not published when one of its files was changed since it was probed.
///
/// When all pictures and sounds have been read, and before the film gets its name, every file is looked at again.
struct AssetWatch: Sendable {
  private let assets: [(id: String, path: String, probe: ProbedAsset)]
  private let root: AssetRoot
  private let source: DocumentSource

  init(_ preparation: Preparation) {
    assets = preparation.document.assets.compactMap { asset in
      preparation.probes[asset.id].map { (asset.id, asset.path, $0) }
    }
    (root, source) = (preparation.root, preparation.source)
  }

  /// Runs `render` and passes its progress on to `printer`; throws `E_ASSET_CHANGED` where that is why there is
  /// no film.
  func watch(
    _ printer: ProgressPrinter,
    _ render:
      @escaping @Sendable (@escaping @Sendable (RenderProgress) -> Void) async throws ->
      RenderResult
  ) async throws -> RenderResult {
    let changes = Mutex<[Diagnostic]>([])
    let task = Mutex<Task<RenderResult, any Error>?>(nil)
    let running = Task { () throws -> RenderResult in
      try await render { progress in
        printer.show(progress)
        guard progress.state == .verifying else { return }
        let found = changed()
        if found.isEmpty { return }
        changes.withLock { $0 = found }
        task.withLock { $0?.cancel() }
      }
    }
    task.withLock { $0 = running }
    if changes.withLock({ !$0.isEmpty }) { running.cancel() }
    do {
      return try await withTaskCancellationHandler {
        try await running.value
      } onCancel: {
        running.cancel()
      }
    } catch {
      let found = changes.withLock { $0 }
      throw found.isEmpty ? error : Failure(.failed, found)
    }
  }

  private func changed() -> [Diagnostic] {
    assets.compactMap { asset in
      do throws(AssetError) {
        try asset.probe.expectUnchanged(below: root, path: asset.path)
        return nil
      } catch {
        return source.diagnostic(
          .assetChanged, at: "/assets/\(asset.id)/path", error.description)
      }
    }
  }
}
