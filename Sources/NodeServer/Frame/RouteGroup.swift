internal import Hummingbird

/// Some of the server's routes.
///
/// A handler throws a `Problem`, or an error that `Problem.init(_:)` knows, and never blocks its thread: what reads files
/// or draws goes to `Offload` or to the database.
protocol RouteGroup: Sendable {
  func add(to routes: Routes)
}

/// Where routes are put.
struct Routes {
  /// Below `/`.
  var root: RouterGroup<NodeContext>
  /// Below `/api/v1`.
  var api: RouterGroup<NodeContext>
}
