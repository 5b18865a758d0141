internal import Crypto
internal import Foundation
public import Storage
internal import Synchronization
public import Workflows

/// Lets functions of outside apps run on an engine, beside those in Swift.
///
/// Make one for each engine, call `load` before the engine runs, and `run` while it does. Apps are kept in the
/// database: every node that shares it has them, and a node that begins again need not wait for its apps.
public final class RemoteApps: Sendable {
  /// The tables, for opening the database.
  public static let migrations = MigrationSet(
    name: "remote", files: [("m0001-remote", PackageResources.m0001_remote_sql)])

  public let settings: RemoteSettings
  let engine: Engine
  let database: any Database
  let clock: any NodeClock
  let context: RemoteContext
  private let state = Mutex(State())

  private struct State {
    /// The change that the engine has.
    var change: Int64 = -1
    var loaded: [RemoteApp] = []
  }

  var caller: any AppCaller { context.caller }

  public init(
    engine: Engine, database: any Database, settings: RemoteSettings = RemoteSettings(),
    caller: any AppCaller = WebAppCaller(), clock: any NodeClock = SystemClock()
  ) {
    (self.engine, self.database, self.clock) = (engine, database, clock)
    self.settings = settings
    context = RemoteContext(catalog: FunctionCatalog(), settings: settings, caller: caller)
  }

  /// The apps that the engine has at present, without those that are gone.
  public var apps: [RemoteApp] { state.withLock { $0.loaded.filter { !$0.isGone } } }

  /// Gives the engine the functions of all apps that the database has; those it has already are left as they are.
  ///
  /// Called before the engine runs, and again by `run` whenever another node has stored something. An app whose functions the
  /// engine does not take keeps those it had; the error of the last such app is thrown when the others are done.
  public func load() async throws {
    let (apps, change) = try await database.read { db in
      (try RemoteApp.fetchAll(db), try RemoteApp.changeNumber(db))
    }
    let known = state.withLock { $0.loaded }
    var failure: (any Error)?
    for app in apps where known.first(where: { $0.id == app.id })?.functions != app.functions {
      do { try await give(app) } catch { failure = error }
    }
    state.withLock { state in
      if change >= state.change { (state.change, state.loaded) = (change, apps) }
    }
    if let failure { throw failure }
  }

  private func give(_ app: RemoteApp) async throws {
    let functions = app.functions.map { function in
      RemoteFunction(
        configuration: function.configuration, isArchived: function.isArchived, context: context)
    }
    // Runs may begin with the engine's next transaction, and look here.
    context.catalog.replace(appID: app.id, with: app.entries)
    try await engine.replaceFunctions(of: app.id, with: functions)
  }

  /// Follows what other nodes store, and asks apps for their functions: once at first, and in development again and
  /// again. When the task is cancelled, it lets calls of apps end for the settings' `endPatience`, gives up the others and
  /// returns. Throws the database's error.
  ///
  /// `tell` hears why one of the settings' apps is not there, once for each reason.
  public func run(tell: @escaping @Sendable (String) -> Void = { _ in }) async throws {
    context.calls.begin()
    let result: Result<Void, any Error>
    do {
      result = .success(try await follow(tell))
    } catch {
      result = .failure(error)
    }
    await context.calls.end(after: settings.endPatience)
    try result.get()
  }

  private func follow(_ tell: @escaping @Sendable (String) -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.follow() }
      group.addTask {
        var poll = AppPoll(apps: self, tell: tell)
        try await poll.run()
      }
      try await group.next()
      group.cancelAll()
    }
  }

  private func follow() async throws {
    while true {
      do { try await clock.sleep(milliseconds: 500) } catch { return }
      let change = try await database.read { try RemoteApp.changeNumber($0) }
      guard change != state.withLock({ $0.change }) else { continue }
      do { try await load() } catch is InvalidFunction {}
    }
  }

  // MARK: Registering

  /// What an app is told that has registered.
  public struct Registered: Sendable, Equatable {
    public let appID: String
    /// It is other than last time.
    public let isModified: Bool
    /// Of this registration and of the app, as UUIDs that are the same every time.
    public let syncUUID: String
    public let appUUID: String

    /// The body of the answer.
    public var json: String {
      let value: JSONValue = [
        "ok": true, "modified": .bool(isModified), "sync_id": .string(syncUUID),
        "app_id": .string(appUUID),
      ]
      return value.text
    }
  }

  /// Takes an app's functions in the place of those it had: on this node at once, on others within a second. Another app
  /// that was served at the same address is gone from then on.
  ///
  /// Throws `RegistrationError`, or `InvalidFunction` for a function that the engine does not take; then nothing is
  /// changed.
  @discardableResult
  public func register(_ registration: AppRegistration) async throws -> Registered {
    try check(registration)
    let now = clock.now
    let isModified = try await database.write { db in
      try RemoteApp.store(registration, db, now: now)
    }
    if isModified { try await load() }
    return Registered(
      appID: registration.name, isModified: isModified,
      syncUUID: Self.uuid(registration.digest), appUUID: Self.uuid(registration.name))
  }

  /// Takes an app out: its functions start no new runs, and runs that they have go on for as long as the app answers. False
  /// where there is no such app. One that registers again is back.
  public func remove(app id: String) async throws -> Bool {
    let isRemoved = try await database.write { try RemoteApp.remove(id, $0) }
    if isRemoved { try await load() }
    return isRemoved
  }

  /// Refuses what the engine would refuse, before it is stored.
  private func check(_ registration: AppRegistration) throws {
    let functions = registration.functions.map {
      RemoteFunction(configuration: $0, isArchived: false, context: context)
    }
    try engine.checkFunctions(of: registration.name, functions)
  }

  private static func uuid(_ text: String) -> String {
    var bytes = Array(SHA256.hash(data: Array(text.utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x50
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let cuts = [8, 4, 4, 4, 12]
    var rest = Substring(digits)
    return cuts.map { count in
      defer { rest = rest.dropFirst(count) }
      return String(rest.prefix(count))
    }.joined(separator: "-")
  }
}

extension RemoteApp {
  fileprivate var entries: [String: FunctionCatalog.Entry] {
    Dictionary(
      functions.map { function in
        (
          function.configuration.id,
          .init(appID: id, url: function.configuration.url, isArchived: function.isArchived)
        )
      }
    ) { first, _ in first }
  }
}
