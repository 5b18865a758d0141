import ArgumentParser
import Foundation

/// Rounds of a six-segment film in the queue, with workers and their children killed while they make it.
struct FilmChaos: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "film", abstract: "kill -9 of workers and render children while they make a film.")

  @Option(help: "Films to make.")
  var rounds = 500
  @Option(help: "The same seed gives the same kills.")
  var seed: UInt64 = 1
  @Option(help: "The program reelnode.")
  var reelnode: String
  @Option(help: "Kills in a round, at most.")
  var kills = 3

  func run() async throws {
    var generator = SeededGenerator(seed: seed)
    let reference = try Round(reelnode: reelnode).reference()
    var total = Findings()
    for number in 1...rounds {
      let findings = try Round(reelnode: reelnode).run(kills: kills, &generator)
      total.add(findings)
      if findings.sha256 != reference { total.otherDigest += 1 }
      for problem in findings.problems { print("round \(number): \(problem)") }
      if number.isMultiple(of: 25) { print("\(number) rounds: \(total.text)") }
    }
    print(
      """
      {"rounds":\(rounds),"kills":\(total.kills),"lost":\(total.lost),"twice":\(total.twice),\
      "redone":\(total.redone),"redone_too_often":\(total.redoneTooOften),\
      "left_behind":\(total.leftBehind),"other_digest":\(total.otherDigest)}
      """)
    let bad =
      total.lost + total.twice + total.redoneTooOften + total.leftBehind + total.otherDigest
    if bad > 0 { throw ExitCode.failure }
  }

  struct Findings {
    var kills = 0
    var lost = 0
    var twice = 0
    var redone = 0
    var redoneTooOften = 0
    var leftBehind = 0
    var otherDigest = 0
    var sha256: String?
    var problems: [String] = []

    mutating func add(_ other: Findings) {
      kills += other.kills
      lost += other.lost
      twice += other.twice
      redone += other.redone
      redoneTooOften += other.redoneTooOften
      leftBehind += other.leftBehind
    }

    var text: String {
      "\(kills) kills, \(redone) jobs begun again, lost \(lost), twice \(twice), redone too often \(redoneTooOften), left behind \(leftBehind), other digests \(otherDigest)"
    }
  }
}

/// One film with a node's folder and a cache of its own.
private final class Round {
  private let reelnode: String
  private let folder: String
  private var workers: [RunningWorker] = []

  init(reelnode: String) throws {
    self.reelnode = reelnode
    folder = NSTemporaryDirectory() + "chaos-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: folder + "/out", withIntermediateDirectories: true)
    let scenes = (0..<6).map {
      ##"{"id": "s\##($0)", "duration": 0.8, "background": "#\##($0)\##($0)4488", "layers": [{"type": "text", "text": "\##($0)", "size": [0.2, 0.4], "enter": {"kind": "fade", "duration": 0.4}}]}"##
    }
    let document =
      #"{"spec": "scene/1", "id": "film", "output": {"size": [320, 180], "fps": 25}, "scenes": ["#
      + scenes.joined(separator: ",\n") + "]}"
    try Data(document.utf8).write(to: URL(fileURLWithPath: folder + "/film.json"))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The film's digest as `reelnode render` makes it.
  func reference() throws -> String {
    try call(["render", folder + "/film.json", "--no-cache", "-o", folder + "/out/film.mp4"])
    return try digest()
  }

  func run(kills: Int, _ generator: inout SeededGenerator) throws -> FilmChaos.Findings {
    var findings = FilmChaos.Findings()
    try call([
      "queue", "add", folder + "/film.json", "-o", folder + "/out/film.mp4", "--node",
      folder + "/node", "--cache", folder + "/cache",
    ])
    let workerCount = Int.random(in: 1...2, using: &generator)
    for _ in 0..<workerCount { try startWorker() }
    let planned = Int.random(in: 1...max(1, kills), using: &generator)
    for _ in 0..<planned {
      Thread.sleep(forTimeInterval: Double.random(in: 0...0.3, using: &generator))
      if workers.allSatisfy({ !$0.isRunning }) { break }
      findings.kills += try killSomebody(&generator)
      while workers.count(where: \.isRunning) < workerCount { try startWorker() }
    }
    for worker in workers { worker.wait() }
    // Those that were started last end when the queue is empty; one more sees to what a killed one left.
    try startWorker()
    workers.last?.wait()
    try judge(&findings)
    return findings
  }

  private func startWorker() throws {
    workers.append(
      try RunningWorker(
        reelnode,
        ["worker", "--jobs", "1", "--until-empty", "--no-nice", "--node", folder + "/node"]))
  }

  /// A worker, its child, or both at once, as when the machine's power goes. Gives how many.
  private func killSomebody(_ generator: inout SeededGenerator) throws -> Int {
    guard let worker = workers.filter(\.isRunning).randomElement(using: &generator) else {
      return 0
    }
    switch Int.random(in: 0..<3, using: &generator) {
    case 0:
      kill(worker.pid, SIGKILL)
      return 1
    case 1:
      let children = worker.children
      for child in children { kill(child, SIGKILL) }
      return children.count
    default:
      let children = worker.children
      for pid in children + [worker.pid] { kill(pid, SIGKILL) }
      return 1
    }
  }

  private func judge(_ findings: inout FilmChaos.Findings) throws {
    let list = try JSONSerialization.jsonObject(
      with: Data(
        call(["queue", "list", "--parts", "--json", "--node", folder + "/node"]).utf8))
    guard let jobs = (list as? [String: Any])?["jobs"] as? [[String: Any]], jobs.count == 8 else {
      findings.lost += 1
      findings.problems.append("the queue has other jobs than it was given")
      return
    }
    for job in jobs {
      let label = job["label"] as? String ?? ""
      let state = job["state"] as? String ?? ""
      if !state.hasPrefix("done") {
        findings.lost += 1
        findings.problems.append("\(label) is \(state): \(job["failures"] ?? "")")
      }
      let told = workers.reduce(0) { $0 + $1.said("done      \(label) ") }
      if told > 1 {
        findings.twice += 1
        findings.problems.append("\(label) was finished \(told) times")
      }
      findings.redone += max(0, (job["attempt"] as? Int ?? 1) - 1)
    }
    if findings.redone > findings.kills {
      findings.redoneTooOften += 1
      findings.problems.append("\(findings.redone) jobs begun again after \(findings.kills) kills")
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder + "/out").sorted()
    if left != ["film.mp4", "film.mp4.result.json"] {
      findings.leftBehind += 1
      findings.problems.append("beside the film: \(left)")
    }
    findings.sha256 = try? digest()
  }

  private func digest() throws -> String {
    String(try Self.output("sha256sum", [folder + "/out/film.mp4"]).prefix(64))
  }

  @discardableResult
  private func call(_ arguments: [String]) throws -> String {
    try Self.output(reelnode, arguments)
  }

  private static func output(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CocoaError(
        .executableLoad, userInfo: [NSLocalizedDescriptionKey: "\(program) \(arguments) failed"])
    }
    return String(decoding: data, as: UTF8.self)
  }
}

/// A worker process and what it says.
private final class RunningWorker {
  private let process = Process()
  private let log: String

  init(_ program: String, _ arguments: [String]) throws {
    log = NSTemporaryDirectory() + "chaos-\(UUID().uuidString).log"
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardError = FileHandle(forWritingAtPath: log)
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  deinit { try? FileManager.default.removeItem(atPath: log) }

  var pid: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }
  func wait() { process.waitUntilExit() }

  var children: [Int32] {
    let tasks = "/proc/\(pid)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
    return threads.flatMap { thread in
      let text = (try? String(contentsOfFile: "\(tasks)/\(thread)/children", encoding: .utf8)) ?? ""
      return text.split(separator: " ").compactMap { Int32($0) }
    }
  }

  /// How many lines begin so.
  func said(_ words: String) -> Int {
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").count { $0.hasPrefix(words) }
  }
}
