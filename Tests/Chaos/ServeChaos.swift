import ArgumentParser
import Foundation

/// A node with an app of the official Inngest SDK for Python, both killed again and again while events come.
struct ServeChaos: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "kill -9 of 'reelnode serve', and now and then of an app with the Inngest SDK.")

  @Option(help: "Kills of the node.")
  var kills = 100
  @Option(help: "The same seed gives the same kills and events.")
  var seed: UInt64 = 1
  @Option(help: "The program reelnode.")
  var reelnode: String
  @Option(help: "The Python that has the SDK. (default: installed by Scripts/lib/inngest-sdk.sh)")
  var python: String?
  @Option(help: "Events a second.")
  var rate = 5.0

  func run() async throws {
    let stage = try ServeStage(reelnode: reelnode, python: try python ?? ServeStage.installedSDK())
    defer { stage.remove() }
    var generator = SeededGenerator(seed: seed)
    let load = ServeLoad(seed: seed &+ 1)
    var judge = try await beginning(stage)
    let (address, rate) = (stage.address, self.rate)
    async let sending: Void = load.run(to: address, rate: rate)
    do {
      try await killing(stage, &judge, &generator)
    } catch {
      load.stop()
      throw error
    }
    load.stop()
    await sending
    try await judge.waitForEnd()
    let status = try await stage.end()
    let findings = try await judge.findings(
      sent: load.sent, downtimes: stage.downtimes, kills: stage.nodeKills,
      appKills: stage.appKills, endStatus: status)
    for problem in findings.problems { tell(problem) }
    tell(findings.json)
    if !findings.problems.isEmpty { throw ExitCode.failure }
  }

  /// The node and the app run, and the node has the app's functions.
  private func beginning(_ stage: ServeStage) async throws -> ServeJudge {
    try await stage.startNode()
    try await stage.startApp()
    let judge = try ServeJudge(database: stage.database, log: stage.log)
    try await stage.stopNode(with: SIGTERM)
    // From now on it knows the app by itself as well as from its command.
    try await stage.startNode()
    try await judge.waitForFunctions()
    return judge
  }

  private func killing(
    _ stage: ServeStage, _ judge: inout ServeJudge, _ generator: inout SeededGenerator
  ) async throws {
    for number in 1...kills {
      // Mostly while it works, now and then while it begins.
      let moments = number.isMultiple(of: 8) ? 20...600 : 600...3_000
      let pause = Int.random(in: moments, using: &generator)
      try await Task.sleep(for: .milliseconds(pause))
      try await stage.stopNode(with: SIGKILL)
      if number.isMultiple(of: 3) {
        await stage.waitForIdleApp()
        try await judge.noteFinished()
      }
      if number % 5 == 2 { try stage.killApp() }
      // Its address is the same, and it need not be ready when the next kill comes.
      try await stage.startNode(isAwaited: !number.isMultiple(of: 8))
      if number % 5 == 2 {
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...1_000, using: &generator)))
        try await stage.startApp()
      }
      if number.isMultiple(of: 10) {
        tell("\(number) kills, \(try await judge.standing())")
      }
    }
  }
}
