internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
internal import Jobs
internal import Logging
internal import NIOCore
internal import RemoteFunctions
internal import ServiceLifecycle
public import Storage

/// Serves a node: API, live state, dashboard and the routes that apps of other makers speak to.
///
/// A request passes `Doorkeeper` (who may ask, how often, for which host), then the router. Handlers do not
/// block: records are read on the database's threads.
public struct NodeService: Sendable {
  let backend: NodeBackend
  let settings: ServerSettings
  let live: LiveHub
  let metrics = RequestMetrics()
  let system: SystemReader

  /// The tables, for opening the database.
  public static let migrations = MigrationSet(
    name: "server",
    files: [
      ("m0001-server", PackageResources.m0001_server_sql),
      ("m0002-subjects", PackageResources.m0002_subjects_sql),
    ])

  /// Throws `ServerError` for settings that are not safe.
  public init(_ backend: NodeBackend, settings: ServerSettings = ServerSettings()) throws {
    try settings.check()
    (self.backend, self.settings) = (backend, settings)
    live = LiveHub(settings, clock: backend.clock)
    system = SystemReader(backend: backend, live: live)
    SystemState.startClock()
  }

  /// Serves until the task is cancelled; then lets requests under way end, for `endPatience` at most.
  ///
  /// - Parameter ready: hears the server's address once it answers.
  ///
  /// Throws `ServerError`, or the system's error.
  public func run(ready: @escaping @Sendable (_ address: String) -> Void) async throws {
    let door = Doorkeeper(
      settings, appsSign: backend.remote.settings.signingKeys != nil)
    var logger = Logger(label: "server")
    logger.logLevel = .critical
    let application = Application(
      responder: responder(door),
      server: .onLoop(
        .init(
          additionalChannelHandlers: [ConnectionGuard(settings)],
          // Longer than a body may take, so that its sender is told.
          idleTimeout: .nanoseconds(settings.bodyPatience.inNanoseconds) + .seconds(10),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 200))),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port), backlog: 4_096,
        availableConnectionsDelegate: MaximumAvailableConnections(mostConnections)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? settings.port
        door.listens(at: port)
        ready("http://\(settings.hostInAddress):\(port)")
      }, logger: logger)
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    configuration.maximumGracefulShutdownDuration = settings.endPatience
    let group = ServiceGroup(configuration: configuration)
    // Not cancelled with this task: cancelling cuts requests off, and is for those that do not end in time.
    let serving = Task { try await group.run() }
    let feed = LiveFeed(hub: live, sources: liveSources, changes: backend.queue.changes)
    let feeding = Task { await feed.run() }
    let cutting = Task { [live, settings] in
      await live.cutWhenClosed(after: settings.liveEndPatience)
    }
    defer {
      live.close()
      feeding.cancel()
      cutting.cancel()
    }
    do {
      try await withTaskCancellationHandler {
        try await serving.value
      } onCancel: {
        live.close()
        Task { await group.triggerGracefulShutdown() }
      }
    } catch let error as IOError where !door.isListening {
      throw ServerError(error, settings)
    } catch is SocketAddressError, is SocketAddressError.UnknownHost {
      throw ServerError.cannotListen(
        address: settings.host, reason: "no address of that name is known")
    } catch is CancellationError {
    } catch let error as ServiceGroupError where Task.isCancelled {
      _ = error
    }
  }

  /// A quarter of the files that the process may open is left to its work.
  private var mostConnections: Int {
    min(settings.maximumConnections, ProcessFacts.openFiles.map { max(16, $0 / 4 * 3) } ?? .max)
  }

  /// All of the server's routes.
  func router() -> Router<NodeContext> {
    let router = Router(context: NodeContext.self, options: .autoGenerateHeadEndpoints)
    let routes = Routes(root: router.group(), api: router.group("api/v1"))
    for group in routeGroups { group.add(to: routes) }
    return router
  }

  private var routeGroups: [any RouteGroup] {
    [
      HealthRoutes(server: self), SessionRoutes(settings: settings), LiveRoutes(hub: live),
      RunRoutes(backend: backend), EventRoutes(backend: backend),
      FunctionRoutes(backend: backend), WorkerRoutes(backend: backend),
      SystemRoutes(system: system), ProductRoutes(backend), DashboardRoutes(),
      AppRoutes(remote: backend.remote, backend: backend, eventKeys: settings.eventKeys),
    ]
  }

  /// What live state is made of.
  private var liveSources: [any LiveSource] {
    [
      RunSource(engine: backend.engine, clock: backend.clock),
      EventSource(engine: backend.engine, clock: backend.clock),
      FunctionSource(engine: backend.engine), ProjectSource(pipeline: backend.pipeline),
      JobSource(queue: backend.queue, pipeline: backend.pipeline, clock: backend.clock),
      QueueSource(queue: backend.queue),
      WorkerSource(queue: backend.queue), SystemSource(system: system),
      CostSource(pipeline: backend.pipeline), GoldenSource(folder: backend.goldenReports),
    ]
  }

  private func responder(_ door: Doorkeeper) -> NodeResponder {
    let router = router()
    return NodeResponder(
      door: door, settings: settings, methods: AllowedMethods(router.routes), metrics: metrics,
      idempotency: IdempotencyStore(database: backend.database, clock: backend.clock),
      links: backend.links, clock: backend.clock, routes: router.buildResponder())
  }
}

extension Duration {
  var inNanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }

  var inMilliseconds: Int64 { inNanoseconds / 1_000_000 }
}

extension ServerSettings {
  /// As it stands in an address; those of IPv6 in brackets.
  var hostInAddress: String { host.contains(":") ? "[\(host)]" : host }
}
