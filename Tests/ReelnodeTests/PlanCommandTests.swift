import SceneDocument
import TestSupport
import Testing

@Suite struct PlanCommandTests {
  private func scenes(_ outcome: Tool.Outcome) throws -> [JSONValue] {
    let scenes = try outcome.json["scenes"]?.items ?? []
    try #require(scenes.count == 2, "\(outcome.errorText)")
    return scenes
  }

  private func why(_ scene: JSONValue) -> JSONValue? { scene["segments"]?.items.first?["why"] }

  @Test("before the first render everything is new")
  func first() throws {
    let project = try Project()
    let outcome = try project.run("plan", "--json")
    #expect(outcome.status == 0, "\(outcome.errorText)")
    for scene in try scenes(outcome) {
      #expect(scene["reused"] == false)
      #expect(why(scene)?["reason"] == "first")
      #expect(scene["duration_rule"] == "fixed")
    }
    #expect(try outcome.json["expected"]?["frames"] == 30)
    #expect(try outcome.json["expected"]?["seconds"] == .null)
  }

  @Test("after a render everything is kept, and time and size are expected by it")
  func kept() throws {
    let project = try Project()
    let film = try project.render("film.mp4", "--json").json
    let plan = try project.run("plan", "--json").json
    #expect(plan["programme_key"] == film["programme_key"])
    #expect(plan["scenes"]?.items.map { $0["reused"] } == [true, true])
    #expect(plan["scenes"]?.items.map { $0["key"] } == film["scenes"]?.items.map { $0["key"] })
    #expect(plan["audio"]?["reused"] == true)
    #expect(plan["expected"]?["frames"] == 0)
    #expect(plan["expected"]?["seconds"]?.number != nil)
    #expect(plan["expected"]?["bytes"] == film["outputs"]?.items.first?["bytes"])
  }

  @Test("an avatar that was moved is the one field that changed, in its scene alone")
  func movedAvatar() throws {
    let project = try Project()
    _ = try project.render()
    try project.edit("\"x\": 0.5", "\"x\": 0.25")
    let outcome = try project.run("plan", "--json")
    let scenes = try scenes(outcome)
    #expect(scenes.map { $0["reused"] } == [false, true])
    let change = try #require(why(scenes[0])?["changes"]?.items.first)
    #expect(why(scenes[0])?["reason"] == "changed")
    #expect(why(scenes[0])?["changes"]?.items.count == 1)
    #expect(change["path"] == "/layers/1/box/0")
    #expect((change["was"]?.number ?? 0) - (change["now"]?.number ?? 0) == 24)
    let text = try project.run("plan").outputText
    #expect(text.contains("layer 2 'host': box.x "), "\(text)")
    // Asking does not change the answer.
    #expect(try project.run("plan").outputText == text)
  }

  @Test("two plans before any render are compared with one another")
  func twoPlans() throws {
    let project = try Project()
    _ = try project.run("plan")
    try project.edit("#336699", "#336600")
    let scenes = try scenes(try project.run("plan", "--json"))
    #expect(why(scenes[0])?["reason"] == "not_kept")
    #expect(why(scenes[1])?["reason"] == "changed")
    #expect(why(scenes[1])?["changes"]?.items.map { $0["path"] } == ["/backdrop/2"])
  }

  @Test("another quality changes every segment, and the plan says so")
  func otherProfile() throws {
    let project = try Project()
    _ = try project.render()
    let scenes = try scenes(try project.run("plan", "--preset", "master", "--json"))
    #expect(scenes.map { why($0)?["reason"] } == ["profile", "profile"])
    let paths = why(scenes[0])?["changes"]?.items.compactMap { $0["path"]?.string } ?? []
    #expect(paths.contains("/profile/options/crf"))
  }

  @Test("a new title keeps every picture")
  func newTitle() throws {
    let project = try Project()
    _ = try project.render()
    try project.edit("\"id\": \"demo\"", "\"id\": \"demo\", \"title\": \"New\"")
    #expect(try scenes(try project.run("plan", "--json")).map { $0["reused"] } == [true, true])
  }

  @Test("a longer scene and a new one are called so")
  func newScenes() throws {
    let project = try Project()
    _ = try project.render()
    try project.edit("\"duration\": 1,", "\"duration\": 1, \"tail\": 0, ")
    try project.edit("\"id\": \"two\"", "\"id\": \"three\"")
    try project.edit("#336699", "#abcdef")
    let text = try project.run("plan").outputText
    #expect(text.contains("a new scene"))
  }

  @Test("--canonical shows what the keys are hashes of")
  func canonical() throws {
    let project = try Project()
    let plan = try project.run("plan", "--json", "--canonical").json
    let segment = plan["scenes"]?.items.first?["segments"]?.items.first
    #expect(segment?["canonical"]?["v"] == "canonical/1")
    #expect(plan["audio"]?["canonical"]?["v"] == "canonical/1")
  }

  @Test("plan tells the same mistakes as validate")
  func sameDiagnostics() throws {
    let project = try Project()
    try project.edit("clips/host.mp4", "clips/nobody.mp4")
    let plan = try project.run("plan", "--json")
    #expect(plan.status == 2)
    #expect(try plan.json["diagnostics"] == project.run("validate", "--json").json["diagnostics"])
  }
}
