internal import ArgumentParser
internal import Foundation
internal import NodeServer
internal import Pipelines
internal import RemoteFunctions
internal import SceneDocument
internal import Workflows

/// The whole node in one process: engine, worker, API and dashboard.
struct ServeCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the whole node: engine, worker, API and dashboard.",
    discussion: """
      Prints the address, serves until it is told to end (Ctrl-C), and then lets what is under way come to rest. Work \
      that has not ended goes on when the node is started again.

      The node answers this machine alone. To be reached from others it needs a token, which clients send as \
      'Authorization: Bearer …' and people type into the dashboard; the token stands in a file or in \
      REELNODE_SERVE_TOKEN, since everybody on the machine can read a command line.

      EXAMPLES
        reelnode serve
        openssl rand -hex 32 > token
        reelnode serve --host 0.0.0.0 --token-file token
        reelnode serve --port 0 --json
        reelnode serve --app http://127.0.0.1:9100/api/inngest

      APPS
      Apps with an SDK of Inngest's send events and register at this address: INNGEST_BASE_URL=http://127.0.0.1:8288; \
      --app names where one is served, so that it is asked for its functions. Pages of other sites may send events with a \
      key of REELNODE_EVENT_KEYS. Keys are read from REELNODE_EVENT_KEYS (separated by commas) and REELNODE_SIGNING_KEY, \
      REELNODE_SIGNING_KEY_FALLBACK; without a signing key the node is in development mode.

      EXIT CODES
        0    ended as it was told to
        1    the database, a folder or the address cannot be used
        2    the command line, a setting or the token is wrong

      With --json a line {"state": "serving", "address": …} says that the node answers, and {"state": "done"} that it has \
      ended.
      """)

  @Option(help: ArgumentHelp("The name or address to listen at.", valueName: "host"))
  var host = "127.0.0.1"

  @Option(name: .shortAndLong, help: ArgumentHelp("0 for any that is free.", valueName: "n"))
  var port = 8288

  @Option(help: ArgumentHelp("A file with the token that clients need.", valueName: "file"))
  var tokenFile: String?

  @Option(
    help: ArgumentHelp(
      "A further name of this node, such as that of a proxy before it; may be repeated.",
      valueName: "name"))
  var hostName: [String] = []

  @Option(
    name: .customLong("public-url"),
    help: ArgumentHelp(
      "Where others reach this node, such as https://films.example; stands in addresses made for them. (default: the name that the node was asked under)",
      valueName: "url"))
  var publicURL: String?

  @Option(
    help: ArgumentHelp(
      "A folder with reports of 'reelnode golden', shown on the dashboard.", valueName: "dir"))
  var goldenReports: String?

  @Option(
    help: ArgumentHelp(
      "The folder that scene documents of clients, and events that ask for films, take files from. (default: they may name none)",
      valueName: "dir"))
  var documents: String?

  @Option(
    help: ArgumentHelp(
      "The folder for films that clients and events name. (default: 'films' in the node's folder)",
      valueName: "dir"))
  var films: String?

  @Option(
    help: ArgumentHelp(
      "Where an app with an SDK of Inngest's is served; may be repeated.", valueName: "url"))
  var app: [String] = []

  @Option(
    help: ArgumentHelp(
      "How long after a failure functions of apps are tried again, doubled with each further one. (default: as the SDK's manual says, 15 s at first)",
      valueName: "duration"))
  var appRetryDelay: String?

  @Option(
    help: ArgumentHelp(
      "Requests a second that one client may make in the long run, and twice as many at once after a pause; 0 for any number.",
      valueName: "n"))
  var rate = Self.usual(\.rate)

  @Option(
    help: ArgumentHelp("The same for events that one client may send.", valueName: "n"))
  var eventRate = Self.usual(\.eventRate)

  @Flag(help: "Let payloads have files fetched from this machine and private networks.")
  var allowPrivateAddresses = false

  @OptionGroup var options: LocalNodeOptions
  @OptionGroup var messages: MessageOptions

  func validate() throws {
    if !(0...65_535).contains(port) {
      throw ValidationError("--port must be a number from 0 to 65535, not \(port)")
    }
    if host.isEmpty { throw ValidationError("--host needs a name or an address") }
    if let name = hostName.first(where: { !Self.isName($0) }) {
      throw ValidationError(
        "--host-name is a name such as studio.local, with or without a port, not '\(name)'")
    }
    for (option, value) in [
      ("--token-file", tokenFile), ("--golden-reports", goldenReports), ("--documents", documents),
      ("--films", films),
    ] where value == "" {
      throw ValidationError("\(option) needs a path")
    }
    if let bad = app.first(where: { AppURL($0) == nil }) {
      throw ValidationError(
        "--app '\(bad)' is no http or https URL\n  → give the URL at which the app is served, such as http://127.0.0.1:9100/api/inngest"
      )
    }
    for (option, value) in [("--rate", rate), ("--event-rate", eventRate)]
    where !(0...Self.highestRate).contains(value) {
      throw ValidationError(
        "\(option) must be a number from 0 to \(Self.highestRate), not \(value)")
    }
    _ = try retryDelay
  }

  private static let highestRate = 1_000_000

  private static func usual(_ rate: KeyPath<ServerSettings, Double?>) -> Int {
    Int(ServerSettings()[keyPath: rate] ?? 0)
  }

  /// As it may stand in a request's `Host`.
  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (33...126).contains($0) } && !text.contains("/")
  }

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let console = reporter.console
    let serverSettings = try serverSettings()
    let remoteSettings = try remoteSettings()
    let settings = try await NodeSettings.read(nodeFolder: options.node.folder)
    let products = try products(settings)
    let local = try options.make(
      settings, console,
      places: FilePlaces(briefs: products.documentRoot, films: products.outputFolder))
    try await local.assets.check()
    let remote = RemoteApps(
      engine: local.engine, database: local.database, settings: remoteSettings)
    var backend = try NodeBackend(
      database: local.database, assets: local.assets.store, engine: local.engine,
      pipeline: local.pipeline, folder: local.folder,
      cacheFolder: local.pipeline.studio.cacheFolder, databasePath: options.node.databasePath,
      version: Version.text,
      goldenReports: try Self.folder(goldenReports, of: "--golden-reports"), remote: remote)
    backend.products = products
    let server = try NodeService(backend, settings: serverSettings)
    let isShared = EnginePresence.others(node: local.folder) > 0
    if isShared {
      console.say(
        "note: another process works on this node already; the two share what is to be done")
    }
    do {
      try await cancelledBySignals {
        do { try await remote.load() } catch { console.say("reelnode: warning: \(error)") }
        try await Self.serve(server, of: local, with: remote, console)
      }
    } catch is CancellationError {
    } catch ServerError.portInUse(let port) where isShared {
      throw Failure(
        Diagnostic(
          .inputOutput,
          "port \(port) is taken, perhaps by the process that works on this node already\n  → open http://127.0.0.1:\(port)/, or name another port with --port"
        ))
    }
    return console.json ? console.printLine(["state": "done"]) : .done
  }

  /// Nothing of the node begins before its address is its own, and apps are asked for their functions once they can answer.
  private static func serve(
    _ server: NodeService, of local: LocalNode, with remote: RemoteApps, _ console: Console
  ) async throws {
    let (addresses, bound) = AsyncStream<String>.makeStream()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { bound.finish() }
        try await server.run { bound.yield($0) }
      }
      group.addTask {
        guard let address = await addresses.first(where: { _ in true }) else { return }
        try await local.run { try await work(at: address, of: local, with: remote, console) }
      }
      try await group.next()
      group.cancelAll()
      try await group.waitForAll()
    }
  }

  private static func work(
    at address: String, of local: LocalNode, with remote: RemoteApps, _ console: Console
  ) async throws {
    tell(address, console)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await remote.run { console.say("reelnode: warning: \($0)") }
      }
      group.addTask { try await local.tellOfFailures(console) }
      try await group.next()
      group.cancelAll()
      try await group.waitForAll()
    }
  }

  private static func tell(_ address: String, _ console: Console) {
    if console.json {
      console.printLine(["state": "serving", "address": .string(address)])
    } else {
      console.say("serving \(address)/")
    }
  }

  // MARK: Settings

  private func products(_ settings: NodeSettings) throws -> ProductSettings {
    var products = ProductSettings()
    products.documentRoot = try Self.folder(documents, of: "--documents")
    products.outputFolder = HostPath.absolute(films ?? options.node.folder + "/films")
    products.filmDefaults = try settings.filmDefaults
    products.allowsPrivateAddresses = allowPrivateAddresses
    return products
  }

  /// Absolute; nil where none is named.
  private static func folder(_ path: String?, of option: String) throws -> String? {
    guard let path else { return nil }
    let folder = HostPath.absolute(path)
    guard HostPath.isFolder(folder) else {
      throw Failure.usage(
        .assetMissing,
        "there is no folder '\(path)', which \(option) names\n  → make it first, or name another one"
      )
    }
    return folder
  }

  private func serverSettings() throws -> ServerSettings {
    let environment = ProcessInfo.processInfo.environment
    var settings = ServerSettings()
    (settings.host, settings.port, settings.hostNames) = (host, port, hostName)
    settings.publicURL = publicURL
    (settings.rate, settings.burst) = (rate == 0 ? nil : Double(rate), 2 * rate)
    settings.eventRate = eventRate == 0 ? nil : Double(eventRate)
    settings.eventBurst = 2 * eventRate
    settings.token = try token(environment)
    settings.eventKeys = Set(
      (environment["REELNODE_EVENT_KEYS"] ?? "").split(separator: ",").map {
        $0.trimmingCharacters(in: .whitespaces)
      }.filter { !$0.isEmpty })
    return settings
  }

  private func token(_ environment: [String: String]) throws -> String? {
    guard let tokenFile else {
      return environment["REELNODE_SERVE_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
    }
    let file = FileHandle(forReadingAtPath: HostPath.absolute(tokenFile))
    guard let bytes = try? file?.read(upToCount: 4_097), bytes.count <= 4_096 else {
      throw Failure.usage(
        .inputOutput,
        "the token cannot be read from '\(tokenFile)'\n  → make the file with 'openssl rand -hex 32 > \(tokenFile)'"
      )
    }
    return String(decoding: bytes, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func remoteSettings() throws -> RemoteSettings {
    var settings = try keyedSettings()
    settings.appURLs = app
    if let delay = try retryDelay {
      settings.backOff = .exponential(first: delay, factor: 2, cap: max(delay, .seconds(7200)))
      settings.jitter = delay / 4
    }
    return settings
  }

  private func keyedSettings() throws -> RemoteSettings {
    let environment = ProcessInfo.processInfo.environment
    guard let key = try Self.key("REELNODE_SIGNING_KEY", environment) else {
      return RemoteSettings()
    }
    let fallback = try Self.key("REELNODE_SIGNING_KEY_FALLBACK", environment)
    return RemoteSettings(
      isDevelopment: false, signingKeys: SigningKeys(key, fallback: fallback))
  }

  private var retryDelay: Duration? {
    get throws {
      guard let appRetryDelay else { return nil }
      do {
        let delay = try DurationText.parse(appRetryDelay)
        if delay >= .milliseconds(10), delay <= .seconds(86_400) { return delay }
        throw ValidationError("--app-retry-delay must be from 10ms to 1d, not \(appRetryDelay)")
      } catch let error as DurationTextError {
        throw ValidationError("--app-retry-delay: \(error)")
      }
    }
  }

  private static func key(_ name: String, _ environment: [String: String]) throws -> SigningKey? {
    guard let text = environment[name], !text.isEmpty else { return nil }
    do {
      return try SigningKey(text)
    } catch {
      throw Failure.usage(.range, "\(name): \(error)")
    }
  }
}
