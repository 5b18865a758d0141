internal import Foundation
internal import ObjectStores
internal import SceneDocument
internal import Storage
internal import WebClient

/// Where a node keeps its assets: in its folder, or in a bucket that other machines share.
enum NodeAssets: Sendable {
  case folder(FolderAssetStore)
  /// `prompt` is the same store, for those who wait for an answer: it gives up after seconds and not minutes.
  case shared(SharedAssetStore, prompt: SharedAssetStore)

  var store: any AssetStore {
    switch self {
    case .folder(let store): store
    case .shared(let store, _): store
    }
  }

  /// Throws `Failure` where a shared store cannot keep, find and remove files now.
  func check() async throws {
    guard case .shared(_, let prompt) = self else { return }
    do { try await prompt.check() } catch let error as ObjectStoreError {
      throw Failure(error.isRetryable ? .failed : .wrongInput, [Diagnostic(error)])
    }
  }

  /// Every asset's SHA-256, in order.
  func list() async throws -> [String] {
    switch self {
    case .folder(let store): try store.list()
    case .shared(_, let prompt): try await prompt.list()
    }
  }

  /// Reads the asset and tells whether it is what its name says.
  func isSound(_ sha256: String) async throws -> Bool {
    switch self {
    case .folder(let store): store.isSound(sha256)
    case .shared(_, let prompt): try await prompt.isSound(sha256)
    }
  }
}

extension Diagnostic {
  init(_ error: ObjectStoreError) {
    let code: DiagnosticCode =
      switch error.kind {
      case .missing: .assetMissing
      case .damaged: .assetHash
      case .retry, .exists, .denied, .tooLarge, .file, .permanent: .inputOutput
      }
    self.init(code, error.description)
  }
}
