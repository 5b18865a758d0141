internal import Synchronization

/// The functions of apps as they are registered at present, by their composite ids.
///
/// Runs look here for where to call their app: one that was moved is called at its new address.
final class FunctionCatalog: Sendable {
  struct Entry: Sendable, Equatable {
    var appID: String
    /// Where it is called.
    var url: String
    var isArchived: Bool
  }

  private let entries = Mutex<[String: Entry]>([:])

  subscript(id: String) -> Entry? { entries.withLock { $0[id] } }

  /// Puts an app's functions in the place of those it had.
  func replace(appID: String, with functions: [String: Entry]) {
    entries.withLock { entries in
      entries = entries.filter { $0.value.appID != appID }
      entries.merge(functions) { _, new in new }
    }
  }
}
