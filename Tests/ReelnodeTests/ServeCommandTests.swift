import Foundation
import SceneDocument
import Storage
import TestSupport
import Testing
import WebClient

@testable import reelnode

/// `reelnode serve` as those start it who run a node.
@Suite(.serialized, .timeLimit(.minutes(20)))
struct ServeCommandTests {
  private let folder: TempFolder

  init() throws { folder = try TempFolder() }

  // MARK: Starting and ending

  @Test(
    "it says where it serves, answers, and ends as it is told to with nothing left behind",
    arguments: [SIGINT, SIGTERM])
  func ends(signal: Int32) async throws {
    let node = try serve("--port", "0")
    defer { node.send(SIGKILL) }
    let place = try #require(address(of: node), "\(node.errorText)")
    let health = try await get(place + "/health")
    #expect(health.status == 200)
    #expect(health.json["message"] == "OK")
    let ready = try await get(place + "/ready").json["checks"]?.items ?? []
    let names = Set(ready.compactMap { $0["name"]?.string })
    #expect(names.isSuperset(of: ["database", "workers"]))
    #expect(ready.first { $0["name"] == "database" }?["ok"] == true)
    node.send(signal)
    #expect(node.status() == 0, "\(node.errorText)")
    #expect(!node.errorText.contains("error"), "\(node.errorText)")
    #expect(try engines.isEmpty)
    let check = try ReelnodeProgram.run(["db", "check", "--node", folder.file("node")])
    #expect(check.status == 0, "\(check.errorText)")
  }

  @Test("for programs it writes a line when it serves and one when it has ended")
  func lines() throws {
    let output = folder.file("lines")
    let node = try serve("--port", "0", "--json", output: output)
    defer { node.send(SIGKILL) }
    #expect(node.hasSaid("at a time"))
    // The worker begins before the address answers.
    var told: [String] = []
    while told.isEmpty, node.isRunning {
      told = try lines(of: output)
      usleep(1000)
    }
    node.send(SIGTERM)
    #expect(node.status() == 0, "\(node.errorText)")
    let values = try lines(of: output).map {
      try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8))
    }
    #expect(values.map { $0["state"] } == ["serving", "done"])
    #expect(values.first?["address"]?.string?.hasPrefix("http://127.0.0.1:") == true)
  }

  @Test(
    "an app that is named is asked once the node serves, and told plainly of where it is not there")
  func asksApps() throws {
    let node = try serve("--port", "0", "--app", "http://127.0.0.1:1/api/inngest")
    defer { node.send(SIGKILL) }
    #expect(node.hasSaid("start the app"), "\(node.errorText)")
    let text = node.errorText
    let (serving, warning) = (text.firstRange(of: "serving http"), text.firstRange(of: "warning"))
    #expect(try #require(serving).lowerBound < #require(warning).lowerBound, "\(text)")
    #expect(text.contains("127.0.0.1:1 cannot be reached: connection refused\n"), "\(text)")
    node.send(SIGTERM)
    #expect(node.status() == 0, "\(node.errorText)")
  }

  @Test(
    "who asks more often than --rate allows is told to wait")
  func rates() async throws {
    let node = try serve("--port", "0", "--rate", "1", "--event-rate", "1")
    defer { node.send(SIGKILL) }
    let place = try #require(address(of: node), "\(node.errorText)")
    // On a slow machine the bucket fills meanwhile.
    var statuses: Set<Int> = []
    for _ in 0..<1_000 where !statuses.contains(429) {
      statuses.insert(try await get(place + "/health").status)
    }
    #expect(statuses == [200, 429])
    node.send(SIGTERM)
    #expect(node.status() == 0, "\(node.errorText)")
  }

  @Test(
    "options that cannot be are refused before anything begins",
    arguments: [
      (["--rate=-1"], "--rate must be"), (["--event-rate", "1000001"], "--event-rate must be"),
      (["--stock", "/nowhere"], "--stock names"),
    ])
  func refused(_ options: [String], _ words: String) throws {
    let refused = try ReelnodeProgram.run(
      ["serve", "--port", "0", "--node", folder.file("node")] + options)
    #expect(refused.status == 2, "\(refused.errorText)")
    #expect(refused.errorText.contains(words), "\(refused.errorText)")
  }

  @Test("a node that was killed is begun again, and nobody is said to be there")
  func killed() throws {
    let first = try serve("--port", "0")
    #expect(address(of: first) != nil, "\(first.errorText)")
    first.send(SIGKILL)
    _ = first.status()
    #expect(try !engines.isEmpty)
    let second = try serve("--port", "0")
    defer { second.send(SIGKILL) }
    #expect(address(of: second) != nil, "\(second.errorText)")
    second.send(SIGTERM)
    #expect(second.status() == 0, "\(second.errorText)")
    #expect(!second.errorText.contains("another process"), "\(second.errorText)")
    #expect(try engines.isEmpty)
  }

  @Test("a second one on the same folder says so, and one on the same port what to do")
  func second() throws {
    let first = try serve("--port", "0")
    defer {
      first.send(SIGTERM)
      _ = first.status()
    }
    let place = try #require(address(of: first), "\(first.errorText)")
    let port = String(place.split(separator: ":").last ?? "")
    let second = try serve("--port", "0")
    #expect(address(of: second) != nil, "\(second.errorText)")
    second.send(SIGTERM)
    #expect(second.status() == 0)
    #expect(second.errorText.contains("another process works on this node"))
    let third = try run("--port", port)
    #expect(third.status == 1)
    #expect(!third.errorText.contains("at a time"), "\(third.errorText)")
    #expect(third.errorText.contains("perhaps by the process that works on this node"))
    #expect(third.errorText.contains("→ open http://127.0.0.1:\(port)/"))
    let stranger = try run("--port", port, "--json", node: "other")
    #expect(stranger.status == 1)
    #expect(stranger.errorText.contains("port \(port) is taken by another program"))
    #expect(stranger.errorText.contains("→ name another one with --port"))
    #expect(try stranger.codes == ["E_IO"])
  }

  // MARK: Who may come in

  @Test("a token opens the node, whether of a file or the environment, and is never written")
  func token() async throws {
    let token = "0123456789abcdef0123456789abcdef"
    let path = try folder.write(token + "\n", to: "token")
    for (options, environment) in [
      (["--token-file", path], [:]), ([], ["REELNODE_SERVE_TOKEN": token]),
    ] as [([String], [String: String])] {
      let output = folder.file("lines")
      let node = try RunningProgram(
        command(["--port", "0", "--host", "0.0.0.0", "--verbose"] + options), output: output,
        environment: environment)
      defer { node.send(SIGKILL) }
      #expect(node.hasSaid("serving http://0.0.0.0:"), "\(node.errorText)")
      let port = node.errorText.firstMatch(of: /0\.0\.0\.0:([0-9]+)/)?.1 ?? ""
      let place = "http://127.0.0.1:\(port)/api/v1/system"
      #expect(try await get(place).status == 401)
      #expect(try await get(place, token: "x" + token.dropFirst()).status == 401)
      #expect(try await get(place, token: token).status == 200)
      node.send(SIGTERM)
      #expect(node.status() == 0)
      #expect(!node.errorText.contains(token))
      #expect(try !String(decoding: readBytes(output), as: UTF8.self).contains(token))
    }
  }

  @Test(
    "an address that others reach, and what can be no token, are refused with what to do",
    arguments: [
      (["--host", "0.0.0.0"], [:], "--token-file"), (["--host", "::"], [:], "--token-file"),
      (["--token-file", "/nowhere/token"], [:], "openssl rand"),
      (["--token-file", "/"], [:], "openssl rand"),
      (["--token-file", "/dev/zero"], [:], "openssl rand"),
      ([], ["REELNODE_SERVE_TOKEN": "short"], "too short"),
      ([], ["REELNODE_SERVE_TOKEN": "a token with spaces in it"], "spaces"),
      ([], ["REELNODE_SIGNING_KEY": "no key"], "REELNODE_SIGNING_KEY"),
      (
        [], ["REELNODE_SIGNING_KEY": "abcd", "REELNODE_SIGNING_KEY_FALLBACK": "signkey-test-xy"],
        "REELNODE_SIGNING_KEY_FALLBACK"
      ),
    ] as [([String], [String: String], String)])
  func refusedTokens(
    _ options: [String], _ environment: [String: String], _ words: String
  ) throws {
    let refused = try run(options + ["--port", "0"], environment: environment)
    #expect(refused.status == 2, "\(refused.errorText)")
    #expect(refused.errorText.contains(words), "\(refused.errorText)")
    #expect(refused.errorText.contains("→"), "\(refused.errorText)")
    #expect(!refused.errorText.contains("not expected"), "\(refused.errorText)")
    for secret in environment.values { #expect(!refused.errorText.contains("'\(secret)'")) }
  }

  // MARK: What cannot be

  @Test(
    "a wrong option or setting ends with 2 and says which",
    arguments: [
      (["--port", "70000"], [:], "--port"), (["--port", "http"], [:], "--port"),
      (["--host", ""], [:], "--host"), (["--host-name", "http://studio/"], [:], "--host-name"),
      (["--host-name", ""], [:], "--host-name"), (["--jobs", "0"], [:], "--jobs"),
      (["--cache", ""], [:], "--cache"), (["--stock", ""], [:], "--stock"),
      (["--node", ""], [:], "--node"), (["--documents", ""], [:], "--documents"),
      (["--documents", "/nowhere"], [:], "--documents"),
      (["--golden-reports", "/nowhere"], [:], "--golden-reports"),
      (["--bogus"], [:], "--bogus"),
      (["more"], [:], "more"), ([], ["ASSETS_STORE": "cellar"], "assets.store"),
      ([], ["ASSETS_STORE": "s3"], "s3.endpoint"),
      ([], ["GEMINI_BASE_URL": "nonsense"], "gemini.base-url"),
      ([], ["SCENES_AT_A_TIME": "many"], "scenes.at-a-time"),
      ([], ["REELNODE_CONFIG": "/nowhere/config.json"], "REELNODE_CONFIG"),
    ] as [([String], [String: String], String)])
  func mistakes(_ options: [String], _ environment: [String: String], _ words: String) throws {
    let refused = try run(["--port", "0"] + options, environment: environment)
    #expect(refused.status == 2, "\(refused.errorText)")
    #expect(refused.errorText.contains(words), "\(refused.errorText)")
    #expect(!refused.errorText.contains("not expected"), "\(refused.errorText)")
  }

  @Test(
    "an address that this machine does not have is told",
    arguments: [("192.0.2.7", "does not have that address"), ("no-such-host.invalid", "is known")])
  func addresses(_ host: String, _ words: String) throws {
    let refused = try run(
      ["--host", host, "--port", "0"],
      environment: ["REELNODE_SERVE_TOKEN": "0123456789abcdef0123456789abcdef"])
    #expect(refused.status == 1, "\(refused.errorText)")
    #expect(refused.errorText.contains(words), "\(refused.errorText)")
    #expect(refused.errorText.contains("→ name an address of this machine"))
    #expect(try engines.isEmpty)
  }

  @Test("a folder that cannot be made or written is told")
  func unwritable() throws {
    try folder.write("a file", to: "file")
    for place in ["file/node", "file"] {
      let refused = try run(["--port", "0"], node: place)
      #expect(refused.status == 1, "\(refused.errorText)")
      #expect(refused.errorText.contains("→"), "\(refused.errorText)")
      #expect(!refused.errorText.contains("not expected"), "\(refused.errorText)")
    }
    let system = try ReelnodeProgram.run(["serve", "--port", "0", "--node", "/proc/node"])
    #expect(system.status == 1)
    #expect(system.errorText.contains("--node"), "\(system.errorText)")
  }

  @Test("a database of a newer version, and a file that is none, stay as they are")
  func newerDatabase() async throws {
    let path = folder.file("node/reelnode.db")
    try folder.write("", to: "node/none")
    let database = try SQLiteDatabase(path: path, migrations: Schema.sets)
    _ = try await database.write {
      try $0.execute(
        """
        INSERT INTO schema_migration (module, number, name, sha256, applied_ms)
        VALUES ('server', 99, 'm0099-of-tomorrow', 'x', 0)
        """)
    }
    let newer = try run("--port", "0", "--json")
    #expect(newer.status == 1, "\(newer.errorText)")
    #expect(newer.errorText.contains("m0099-of-tomorrow"))
    #expect(newer.errorText.contains("→ use that version"))
    #expect(try newer.json["state"] == "failed")
    let text = "This is no database, and somebody may want it. "
    try folder.write(String(repeating: text, count: 200), to: "other/reelnode.db")
    let none = try run(["--port", "0"], node: "other")
    #expect(none.status != 0 && none.errorText.contains("→"), "\(none.errorText)")
    #expect(
      String(decoding: try readBytes(folder.file("other/reelnode.db")), as: UTF8.self)
        .hasPrefix(text))
  }

  // MARK: Helpers

  private func command(_ options: [String], node: String = "node") -> [String] {
    let place = options.contains("--node") ? [] : ["--node", folder.file(node)]
    let cache = options.contains("--cache") ? [] : ["--cache", folder.file("cache")]
    return ["serve"] + place + cache + options
  }

  private func serve(_ options: String..., output: String? = nil) throws -> RunningProgram {
    try RunningProgram(command(options), output: output)
  }

  private func run(_ options: String..., node: String = "node") throws -> Tool.Outcome {
    try run(options, node: node)
  }

  /// To its end, which comes soon where something is wrong.
  private func run(
    _ options: [String], node: String = "node", environment: [String: String] = [:]
  ) throws -> Tool.Outcome {
    // One that serves after all is ended, with a status that no command has.
    try Tool.run(
      "timeout", ["600", ReelnodeProgram.path] + command(options, node: node),
      environment: environment)
  }

  private func address(of node: RunningProgram) -> String? {
    guard node.hasSaid("serving http://"), node.hasSaid("/\n") else { return nil }
    return node.errorText.firstMatch(of: /http:\/\/127\.0\.0\.1:[0-9]+/).map { String($0.0) }
  }

  private func lines(of path: String) throws -> [String] {
    String(decoding: try readBytes(path), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The marks of the processes that work on the node.
  private var engines: [String] {
    get throws {
      let place = folder.file("node/engines")
      return FileManager.default.fileExists(atPath: place)
        ? try FileManager.default.contentsOfDirectory(atPath: place) : []
    }
  }

  private struct Answer {
    var status: Int
    var json: JSONValue
  }

  private func get(_ url: String, token: String? = nil) async throws -> Answer {
    let headers = token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
    let reply = try await WebClient().send(
      WebRequest(.get, url, headers: headers, timeout: .seconds(600)))
    return Answer(
      status: reply.status,
      json: (try? JSONDecoder().decode(JSONValue.self, from: Data(reply.body))) ?? .null)
  }
}
