public import Storage

/// Serves a node: API, live state, dashboard and the routes that apps of other makers speak to.
public struct NodeServer: Sendable {
  let backend: NodeBackend
  let settings: ServerSettings

  /// The tables, for opening the database.
  public static let migrations = MigrationSet(
    name: "server", files: [("m0001-server", PackageResources.m0001_server_sql)])

  /// Throws `ServerError` for settings that are not safe.
  public init(_ backend: NodeBackend, settings: ServerSettings = ServerSettings()) throws {
    try settings.check()
    (self.backend, self.settings) = (backend, settings)
  }
}
