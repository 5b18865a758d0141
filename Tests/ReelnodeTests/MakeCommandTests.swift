import Foundation
import SceneDocument
import TestSupport
import Testing

/// `reelnode make`, as a new user would use it.
@Suite(.serialized) struct MakeCommandTests {
  private let folder: TempFolder

  init() throws { folder = try TempFolder() }

  @Test("a brief becomes a film with its poster, and the same command finds it there")
  func film() throws {
    let brief = try folder.write(Self.brief, to: "brief.md")
    let made = try make(brief, "--json")
    #expect(made.status == 0, "\(made.errorText)")
    let film = try made.json
    #expect(film["state"] == "done")
    #expect(film["scenes"]?.items.isEmpty == false)
    for part in ["speech", "avatar", "background", "captions", "render"] {
      #expect(film["scenes"]?.items.allSatisfy { $0[part] == "done" } == true)
    }
    #expect(FileManager.default.fileExists(atPath: folder.file("film.mp4")))
    #expect(FileManager.default.fileExists(atPath: folder.file("film.poster.jpg")))
    let before = try readBytes(folder.file("film.mp4"))
    let again = try make(brief)
    #expect(again.status == 0)
    #expect(again.errorText.contains("which was there"))
    // A film that was deleted is made of what is kept.
    try FileManager.default.removeItem(atPath: folder.file("film.mp4"))
    #expect(try make(brief).status == 0)
    #expect(try readBytes(folder.file("film.mp4")) == before)
    // Its document is one that people can look at.
    let projects = try FileManager.default.contentsOfDirectory(atPath: folder.file("node/projects"))
    let document = folder.file("node/projects/\(try #require(projects.first))/film.json")
    #expect(try ReelnodeProgram.run(["validate", document]).status == 0)
  }

  @Test("Korean and English, a tall picture, no speaker, another voice")
  func variations() throws {
    let korean = try folder.write("# 등대\n\n등대는 밤마다 배에게 길을 알려 줍니다.\n", to: "ko.md")
    let first = try make(korean, "--size", "180x320", "--avatar", "none", "--json")
    #expect(first.status == 0, "\(first.errorText)")
    #expect(try first.json["scenes"]?.items.first?["avatar"] == "skipped")
    let english = try folder.write("A lighthouse shows ships the way.", to: "en.txt")
    let second = try make(english, "--voice", "flite", "--background", "color", "--no-captions")
    #expect(second.status == 0, "\(second.errorText)")
  }

  @Test(
    "mistakes are told before anything is begun",
    arguments: [
      (["--voice", "nonsense"], "nonsense"), (["--avatar", "nonsense"], "mina"),
      (["--background", "nonsense"], "drawn"), (["--voice", "elevenlabs"], "ELEVENLABS_API_KEY"),
      (["--avatar", "d-id"], "D_ID_API_KEY"), (["--script", "gemini"], "GEMINI_API_KEY"),
      (["--size", "5x5"], "even numbers"), (["-o", "/nowhere/film.mp4"], "nowhere"),
      (["--stock", "", "--background", "stock"], "--stock"),
      (["--background", "stock", "--stock", "/nowhere/clips"], "stock.folder"),
      (["--background", "stock", "--stock", "/proc/self/fdinfo"], "stock.folder"),
      (["--language", "zh"], "rules do not translate"),
      (["--language", "zh", "--dry-run"], "rules do not translate"),
    ])
  func mistakes(_ options: [String], _ words: String) throws {
    let brief = try folder.write(Self.brief, to: "brief.md")
    let refused = try make(brief, options)
    #expect(refused.status == 2, "\(refused.errorText)")
    #expect(refused.errorText.contains(words), "\(refused.errorText)")
    #expect(!refused.errorText.contains("not expected"))
  }

  @Test(
    "settings of a service that cannot be right are told before anything is begun",
    arguments: [
      (["ELEVENLABS_API_KEY": "sk-secret"], "elevenlabs:abc", "elevenlabs.voice"),
      (
        ["ELEVENLABS_API_KEY": "sk-secret", "ELEVENLABS_BASE_URL": "nonsense"],
        "elevenlabs:\(voiceID)", "elevenlabs.base-url"
      ),
      (["ELEVENLABS_API_KEY": "sk-\u{1}secret"], "elevenlabs:\(voiceID)", "elevenlabs.api-key"),
    ])
  func wrongService(_ environment: [String: String], _ voice: String, _ words: String) throws {
    let brief = try folder.write(Self.brief, to: "brief.md")
    let refused = try ReelnodeProgram.run(
      ["make", brief, "--dry-run", "--node", folder.file("node"), "--voice", voice]
        + ["-o", folder.file("film.mp4")], environment: environment)
    #expect(refused.status == 2, "\(refused.errorText)")
    #expect(refused.errorText.contains(words), "\(refused.errorText)")
    #expect(!refused.errorText.contains("secret"))
  }

  @Test("a film is made within a limit of files that is lower than a child's own")
  func fileLimit() throws {
    let brief = try folder.write("A lighthouse shows ships the way.", to: "brief.txt")
    let made = try Tool.run(
      "/bin/bash",
      [
        "-c", "ulimit -f 262144 && exec \"$0\" \"$@\"", ReelnodeProgram.path, "make", brief,
        "--node",
        folder.file("node"), "--cache", folder.file("cache"), "--size", "256x144", "--rate", "10",
        "-o", folder.file("film.mp4"),
      ], input: [], environment: [:])
    #expect(made.status == 0, "\(String(decoding: made.output, as: UTF8.self))\(made.errorText)")
  }

  @Test("for programs, a pause is one JSON value")
  func pauses() throws {
    let brief = try folder.write("A lighthouse shows ships the way.", to: "brief.txt")
    let options = ["make", brief, "--node", folder.file("node"), "-o", folder.file("film.mp4")]
    let paused = try ReelnodeProgram.run(
      options + ["--json", "--budget", "0", "--voice", "elevenlabs:\(Self.voiceID)"],
      environment: ["ELEVENLABS_API_KEY": "sk-secret", "ELEVENLABS_BASE_URL": "http://127.0.0.1:1"])
    #expect(paused.status == 1)
    #expect(try paused.json["state"] == "paused")
    #expect(try paused.json["message"]?.string?.contains("elevenlabs.dollars-per-credit") == true)
  }

  @Test(
    "an interruption ends with a last JSON value and its own status, and the same command goes on",
    arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) throws {
    let brief = try folder.write(Self.brief, to: "brief.md")
    let output = folder.file("told")
    let options = [
      "make", brief, "--node", folder.file("node"), "--cache", folder.file("cache"), "-o",
      folder.file("film.mp4"), "--size", "256x144", "--rate", "10", "--json",
    ]
    let program = try RunningProgram(options, output: output)
    defer { program.send(SIGKILL) }
    // The engine's mark is there when signals are heard.
    let marks = folder.file("node/engines")
    while program.isRunning,
      (try? FileManager.default.contentsOfDirectory(atPath: marks))?.isEmpty ?? true
    {
      usleep(1000)
    }
    program.send(signal)
    #expect(program.status() == 130, "\(program.errorText)")
    #expect(program.errorText.contains("interrupted; what is finished is kept"))
    let told = try JSONDecoder().decode(JSONValue.self, from: Data(readBytes(output)))
    #expect(told["state"] == "interrupted")
    #expect(told["id"]?.string?.isEmpty == false)
    #expect(!FileManager.default.fileExists(atPath: folder.file("film.mp4")))
    let again = try ReelnodeProgram.run(options)
    #expect(again.status == 0, "\(again.errorText)")
    #expect(try again.json["id"] == told["id"])
    #expect(try again.json["state"] == "done")
  }

  @Test(
    "a brief that cannot be used as one says which it is",
    arguments: [("", "is a folder"), ("none.md", "there is no brief")])
  func briefPath(_ name: String, _ words: String) throws {
    let refused = try make(folder.path + "/" + name)
    #expect(refused.status == 2)
    #expect(refused.errorText.contains(words), "\(refused.errorText)")
  }

  @Test(
    "a request for a film that cannot be made is refused at once, and the node says so",
    arguments: [
      (#""size": "1x1""#, "size: it is not known"), (#""width": "wide""#, "width"),
      (#""height": 90"#, "there is no brief"),
    ])
  func refusedRequests(_ property: String, _ words: String) throws {
    let node = try RunningProgram([
      "node", "--node", folder.file("node"), "--cache", folder.file("cache"),
    ])
    defer { node.send(SIGKILL) }
    #expect(node.hasSaid("at a time"))
    let sent = try ReelnodeProgram.run([
      "events", "send", "film/make.requested", "--data",
      #"{"brief": "/nowhere/brief.md", \#(property)}"#, "--node", folder.file("node"),
    ])
    #expect(sent.status == 0, "\(sent.errorText)")
    #expect(node.hasSaid(words))
    node.send(SIGTERM)
    #expect(node.status() == 0)
  }

  @Test(
    "briefs that give no film say why",
    arguments: [
      ("", "empty"), ("%PDF-1.7 and nothing else", "PDF"), ("\u{1F600} \u{1F600}", "no words"),
    ])
  func badBriefs(_ text: String, _ words: String) throws {
    let brief = try folder.write(text, to: "brief.md")
    let refused = try make(brief)
    #expect(refused.status != 0)
    #expect(refused.errorText.contains("→"), "\(refused.errorText)")
    #expect(refused.errorText.contains(words), "\(refused.errorText)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("film.mp4")))
  }

  @Test("a dry run shows the script and the costs and makes nothing")
  func dryRun() throws {
    let brief = try folder.write(Self.brief, to: "brief.md")
    let shown = try ReelnodeProgram.run(
      [
        "make", brief, "--dry-run", "--voice", "elevenlabs:\(Self.voiceID)", "--node",
        folder.file("node"),
        "--json",
      ],
      environment: [
        "ELEVENLABS_API_KEY": "sk-secret", "ELEVENLABS_DOLLARS_PER_CREDIT": "0.001",
        "ELEVENLABS_BASE_URL": "http://127.0.0.1:1",
      ])
    #expect(shown.status == 0, "\(shown.errorText)")
    #expect(try shown.json["scenes"]?.items.isEmpty == false)
    #expect((try shown.json["microdollars"]?.number ?? 0) > 10_000)
    #expect(!shown.outputText.contains("sk-secret") && !shown.errorText.contains("sk-secret"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("node/projects")))
  }

  @Test("a dry run with a budget says which price is missing, and when the budget does not suffice")
  func dryRunBudget() throws {
    let brief = try folder.write(Self.brief, to: "brief.md")
    func shown(_ budget: String, _ prices: [String: String]) throws -> String {
      let options = ["--dry-run", "--voice", "elevenlabs:\(Self.voiceID)", "--budget", budget]
      let run = try ReelnodeProgram.run(
        ["make", brief, "--node", folder.file("node"), "-o", folder.file("film.mp4")] + options,
        environment: ["ELEVENLABS_API_KEY": "sk-secret"].merging(prices) { $1 })
      #expect(run.status == 0, "\(run.errorText)")
      return run.outputText
    }
    #expect(try shown("5", [:]).contains("set 'elevenlabs.dollars-per-credit'"))
    let price = ["ELEVENLABS_DOLLARS_PER_CREDIT": "0.01"]
    #expect(try shown("0", price).contains("does not suffice"))
    #expect(try !shown("500", price).contains("budget"))
  }

  private static let voiceID = "21m00Tcm4TlvDq8ikWAM"

  @Test("a voice in a process of its own says the same in each", arguments: ["espeak", "flite"])
  func voices(provider: String) throws {
    let request = try folder.write(
      #"{"text": "Whispering rivers run.", "language": "en"}"#, to: "request.json")
    let sounds = try (1...2).map { number -> [UInt8] in
      let place = folder.file("\(number)")
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      let spoken = try ReelnodeProgram.run(["speak-child", provider, request, place])
      #expect(spoken.status == 0, "\(spoken.errorText)")
      return try readBytes(place + "/speech.wav")
    }
    #expect(sounds[0] == sounds[1] && sounds[0].count > 10_000)
  }

  @Test("settings are shown without keys, and a misspelt one is told")
  func settings() throws {
    try folder.write(
      #"{"elevenlabs": {"api-key": "sk-secret", "voice": "v1"}}"#, to: "node/config.json")
    let shown = try ReelnodeProgram.run(["settings", "--node", folder.file("node")])
    #expect(shown.status == 0, "\(shown.errorText)")
    #expect(shown.outputText.contains("•••") && shown.outputText.contains("v1"))
    #expect(!shown.outputText.contains("sk-secret"))
    try folder.write(#"{"elevenlabs": {"api_key": "sk-secret"}}"#, to: "node/config.json")
    let refused = try ReelnodeProgram.run(["settings", "--node", folder.file("node")])
    #expect(refused.status == 2)
    #expect(refused.errorText.contains("elevenlabs.api-key"))
    #expect(!refused.errorText.contains("sk-secret"))
    #expect(refused.outputText.contains("ELEVENLABS_MODEL"))
  }

  @Test("a running node makes a film when an event asks for it")
  func events() throws {
    let brief = try folder.write("A lighthouse shows ships the way.", to: "brief.txt")
    let node = try RunningProgram([
      "node", "--node", folder.file("node"), "--cache", folder.file("cache"),
    ])
    defer { node.send(SIGKILL) }
    #expect(node.hasSaid("at a time"))
    let data =
      #"{"brief": "\#(brief)", "output": "\#(folder.file("film.mp4"))", "width": 160, "height": 90, "rate": 10}"#
    let sent = try ReelnodeProgram.run([
      "events", "send", "film/make.requested", "--data", data, "--node", folder.file("node"),
    ])
    #expect(sent.status == 0, "\(sent.errorText)")
    #expect(node.hasSaid("done "))
    while !FileManager.default.fileExists(atPath: folder.file("film.poster.jpg")) {
      Thread.sleep(forTimeInterval: 0.05)
    }
    #expect(FileManager.default.fileExists(atPath: folder.file("film.mp4")))
    node.send(SIGTERM)
    #expect(node.status() == 0)
  }

  private static let brief = """
    # The lighthouse

    A lighthouse shows ships where the land is.

    ## The lamp

    Its lamp turns all night, and the lens throws the light far out.
    """

  private func make(_ brief: String, _ options: String...) throws -> Tool.Outcome {
    try make(brief, options)
  }

  private func make(_ brief: String, _ options: [String]) throws -> Tool.Outcome {
    let size = options.contains("--size") ? [] : ["--size", "256x144"]
    let output = options.contains("-o") ? [] : ["-o", folder.file("film.mp4")]
    return try ReelnodeProgram.run(
      ["make", brief, "--node", folder.file("node"), "--cache", folder.file("cache")]
        + ["--rate", "10"] + size + output + options)
  }
}
