import Storage
import Testing

@testable import RemoteFunctions
@testable import Workflows

@Suite struct RemoteCrashTests {
  private static let items: [FakeApp.Item] = [
    .run("flaky") { $0 == 0 ? .error("first") : .value(1) },
    .invoke("speak", "studio-speech", ["text": "hi"], nil),
    .sleep("nap", "10s"),
    .parallel([
      [.run("left", 2), .run("left.2", 3)], [.sleep("right", "20s")],
      [.wait("answer", "answer/ready", "30s")],
    ]),
    .fault { $0 == 1 ? nil : nil },
    .run("last", 4),
  ]

  @Test(
    "a crash at any commit loses nothing and repeats no finished step", arguments: [false, true])
  func everywhere(isRace: Bool) async throws {
    let race: FakeApp.Item = .parallel(
      [[.run("a.1", 1), .run("a.2", 2)], [.run("b.1", 3), .sleep("b.2", "5s")]], isRace: true)
    let app = FakeApp([
      "studio-render": isRace ? [race, .run("end", 9)] : Self.items,
      "studio-speech": [.run("say", "hi.wav")],
    ])
    var before = 0
    let steps = isRace ? 4 : 6
    let crashes = try await TestEngine.crashEverywhere(
      [try remote("render", app), try remote("speech", app, event: "never")],
      sending: [OutgoingEvent(named: "scene/ready", data: "{}")]
    ) { node in
      let runs = try await node.runs()
      #expect(runs.count == (isRace ? 1 : 2))
      #expect(runs.allSatisfy { $0.state == .completed })
      let run = try await node.detail(of: "render")
      let memos = try JSONValue(parsing: try #require(run.run.output))
      #expect(memos[FakeApp.id(isRace ? "end" : "last")] == ["data": isRace ? 9 : 4])
      #expect(run.steps.allSatisfy { $0.state == .done })
      // All steps once, the one that was in flight twice at most, and the attempt that fails.
      let executed = app.executed.count - before
      #expect((steps...steps + 2).contains(executed))
      before = app.executed.count
    }
    #expect(crashes > (isRace ? 14 : 30))
  }
}
