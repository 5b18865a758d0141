import ArgumentParser
import Foundation
import TestServers

/// Rounds of `reelnode make`, killed at random moments and started again with the same command.
struct MakeChaos: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make",
    abstract: "kill -9 of 'reelnode make' and all its children while it makes a film.")

  @Option(help: "Kills in all.")
  var kills = 200
  @Option(help: "The same seed gives the same kills.")
  var seed: UInt64 = 1
  @Option(help: "The program reelnode.")
  var reelnode: String
  @Option(help: "Kills in a round, at most.")
  var most = 6
  @Flag(help: "Speech and avatars come from test servers, which count what is paid for.")
  var services = false

  func run() async throws {
    var generator = SeededGenerator(seed: seed)
    let bench = try MakeBench(reelnode: reelnode)
    defer { bench.remove() }
    let findings =
      try await services
      ? bench.withServices { [self] in
        try await rounds(bench, &generator)
      } : rounds(bench, &generator)
    tell(findings.json)
    if findings.isBad { throw ExitCode.failure }
  }

  private func rounds(
    _ bench: MakeBench, _ generator: inout SeededGenerator
  ) async throws -> MakeFindings {
    var findings = MakeFindings()
    let reference = try await bench.film(killedAt: [])
    guard reference.status == 0, let digest = reference.sha256 else {
      throw ValidationError("the undisturbed film was not made: \(reference.message)")
    }
    tell("undisturbed: \(Int(reference.seconds)) s, \(digest.prefix(12))…")
    while findings.kills < kills {
      let count = min(kills - findings.kills, Int.random(in: 1...most, using: &generator))
      let moments = (0..<count).map { _ in
        Double.random(in: 0...reference.seconds, using: &generator)
      }
      let film = try await bench.film(killedAt: moments)
      findings.add(film, digest)
      if findings.films.isMultiple(of: 10) { tell(findings.json) }
      if film.seconds > 60 { tell("film \(findings.films) took \(Int(film.seconds)) s") }
    }
    findings.paidTwice = bench.paidTwice
    return findings
  }
}

/// A line at once, also into a file.
func tell(_ line: String) {
  try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
}

/// What has been seen.
struct MakeFindings {
  var films = 0
  var kills = 0
  var notMade = 0
  var otherDigest = 0
  var paidTwice = 0
  var leftBehind = 0

  mutating func add(_ film: MakeBench.Film, _ digest: String) {
    films += 1
    kills += film.kills
    if film.status != 0 {
      notMade += 1
      tell("film \(films) was not made: \(film.message)")
    } else if film.sha256 != digest {
      otherDigest += 1
      tell("film \(films) has other bytes: \(film.sha256 ?? "none")")
    }
    leftBehind += film.leftBehind
  }

  var isBad: Bool { notMade + otherDigest + paidTwice + leftBehind > 0 }

  var json: String {
    """
    {"films":\(films),"kills":\(kills),"not_made":\(notMade),"other_digest":\(otherDigest),\
    "paid_twice":\(paidTwice),"left_behind":\(leftBehind)}
    """
  }
}

/// A folder with a brief, and films made of it in nodes of their own.
final class MakeBench {
  private let reelnode: String
  private let folder: String
  private var environment = ProcessInfo.processInfo.environment
  private var options: [String] = []
  private var voices: ElevenLabsServer?
  private var avatars: DIDServer?
  private var number = 0

  struct Film {
    var status: Int32
    var seconds: Double
    var sha256: String?
    var message: String
    var kills: Int
    var leftBehind: Int
  }

  init(reelnode: String) throws {
    self.reelnode = reelnode
    folder = NSTemporaryDirectory() + "make-chaos-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let brief = """
      # The lighthouse

      A lighthouse shows ships where the land is.

      ## The lamp

      Its lamp turns all night, and the lens throws the light far out.

      ## The keeper

      The keeper winds the clockwork and writes down the weather.
      """
    try brief.write(toFile: folder + "/brief.md", atomically: true, encoding: .utf8)
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// Makes one film in a node of its own, killed so many seconds after each start; then it may end.
  func film(killedAt moments: [Double]) async throws -> Film {
    number += 1
    let place = "\(folder)/\(number)"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: place) }
    let begin = Date()
    var kills = 0
    for moment in moments {
      let process = try start(place)
      let end = Date().addingTimeInterval(moment)
      while process.isRunning, Date() < end { try await Task.sleep(for: .milliseconds(5)) }
      if process.isRunning {
        let children = Self.children(of: process.processIdentifier)
        kill(process.processIdentifier, SIGKILL)
        for child in children { kill(child, SIGKILL) }
        kills += 1
      }
      process.waitUntilExit()
    }
    let process = try start(place)
    process.waitUntilExit()
    return Film(
      status: process.terminationStatus, seconds: Date().timeIntervalSince(begin),
      sha256: Self.sha256(place + "/film.mp4"),
      message: (try? String(contentsOfFile: place + "/log", encoding: .utf8))
        .map { String($0.suffix(400)) } ?? "", kills: kills, leftBehind: Self.leftBehind(place))
  }

  private func start(_ place: String) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: reelnode)
    process.arguments =
      ["make", folder + "/brief.md", "-o", place + "/film.mp4"]
      + ["--node", place + "/node", "--cache", place + "/cache", "--size", "320x180"]
      + ["--rate", "15"] + options
    process.environment = environment
    let log = place + "/log"
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    let handle = FileHandle(forWritingAtPath: log)
    process.standardError = handle
    process.standardOutput = handle
    try process.run()
    return process
  }

  /// Processes that it has started: those that render and those that speak.
  private static func children(of process: Int32) -> [Int32] {
    let threads =
      (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
    return threads.flatMap { thread in
      let path = "/proc/\(process)/task/\(thread)/children"
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      return text.split(separator: " ").compactMap { Int32($0) }
    }
  }

  /// Requests' folders and unfinished files.
  private static func leftBehind(_ place: String) -> Int {
    let calls = (try? FileManager.default.contentsOfDirectory(atPath: place + "/node/calls")) ?? []
    let films = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    return calls.count + films.count { $0.hasPrefix(".") || $0.hasSuffix(".part") }
  }

  private static func sha256(_ path: String) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    process.arguments = [path]
    let pipe = Pipe()
    process.standardOutput = pipe
    guard (try? process.run()) != nil else { return nil }
    let text = String(
      decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return process.terminationStatus == 0 ? text.split(separator: " ").first.map(String.init) : nil
  }

  // MARK: Services

  /// Texts and sounds that were paid for more than once in one node. Each film is another customer: texts are equal in
  /// all of them, so it is counted how often each was made beyond once for each film.
  var paidTwice: Int {
    var twice = 0
    if let voices {
      let made = Dictionary(grouping: voices.history, by: \.text).mapValues(\.count)
      twice += made.values.map { max(0, $0 - number) }.reduce(0, +)
    }
    if let avatars {
      twice += max(0, avatars.jobs.count - 3 * number)
    }
    return twice
  }

  func withServices(
    _ body: @escaping () async throws -> MakeFindings
  ) async throws -> MakeFindings {
    let (mp4, webm) = try Self.clips(folder)
    let voices = ElevenLabsServer(.init(key: "chaos-voice-key"))
    let avatars = DIDServer(
      .init(key: "chaos-avatar-key"), files: ResultFiles(mp4: mp4, webm: webm))
    (self.voices, self.avatars) = (voices, avatars)
    options = ["--voice", "elevenlabs:Vq2nLx81TtZ0kWb4RmaE", "--avatar", "d-id"]
    nonisolated(unsafe) let me = self
    nonisolated(unsafe) let body = body
    return try await voices.run { voiceBase in
      try await avatars.run { avatarBase in
        me.environment["ELEVENLABS_API_KEY"] = "chaos-voice-key"
        me.environment["ELEVENLABS_BASE_URL"] = voiceBase
        me.environment["ELEVENLABS_SETTLE_SECONDS"] = "1"
        me.environment["D_ID_API_KEY"] = "chaos-avatar-key"
        me.environment["D_ID_BASE_URL"] = avatarBase
        me.environment["D_ID_SOURCE_URL"] = "https://pictures.example/face.png"
        me.environment["D_ID_SETTLE_SECONDS"] = "1"
        return try await body()
      }
    }
  }

  private static func clips(_ folder: String) throws -> ([UInt8], [UInt8]) {
    func make(_ name: String, _ codec: [String]) throws -> [UInt8] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/ffmpeg")
      process.arguments =
        ["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=128x128:r=15:d=8"]
        + ["-f", "lavfi", "-i", "sine=d=8"] + codec + [folder + "/" + name]
      try process.run()
      process.waitUntilExit()
      return Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
    }
    return (
      try make("clip.mp4", ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-c:a", "aac"]),
      try make("clip.webm", ["-pix_fmt", "yuva420p", "-c:v", "libvpx-vp9", "-c:a", "libopus"])
    )
  }
}
