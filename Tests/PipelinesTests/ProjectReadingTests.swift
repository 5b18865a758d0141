import Foundation
import Jobs
import Providers
import Storage
import TestSupport
import Testing

@testable import Pipelines
@testable import Workflows

/// What people see of projects and do with them.
@Suite struct ProjectReadingTests {
  @Test("a project's overview grows with its work, and counts its costs")
  func overview() async throws {
    var voice = FakeVoice()
    voice.price = 0.001
    let bench = try await PipelineBench(voice: voice)
    let (id, _) = try await bench.begin()
    let begun = try #require(try await bench.pipeline.overview(of: id))
    #expect(begun.fraction == 0)
    #expect(begun.film == nil)
    try await bench.work(id)
    let ended = try #require(try await bench.pipeline.overview(of: id))
    #expect(ended.fraction == 1)
    #expect(ended.scenes == (3, 3))
    #expect(ended.film?.sha256 == "abc")
    #expect(ended.poster != nil)
    #expect(ended.language == "en")
    #expect(ended.spent > 0)
    let costs = try await bench.pipeline.costs(project: id)
    #expect(costs.count == 10)
    let title = try await bench.project(id).title
    #expect(!title.isEmpty && costs.allSatisfy { $0.projectTitle == title })
    #expect(costs.map(\.attempt) == costs.map(\.attempt).sorted(by: >))
    let first = try await bench.pipeline.costs(limit: 4)
    let rest = try await bench.pipeline.costs(before: first.last?.attempt, limit: 100)
    #expect((first + rest).map(\.attempt) == costs.map(\.attempt))
    #expect(try await bench.pipeline.costs(provider: "fake-voice").count == 3)
    let totals = try await bench.pipeline.costTotals()
    #expect(totals.microdollars == ended.spent)
    #expect(totals.days.map(\.microdollars).reduce(0, +) == ended.spent)
    #expect(totals.providers.first?.provider == "fake-voice")
    #expect(try await bench.pipeline.overview(of: "none") == nil)
  }

  @Test("jobs of the queue are told by project and scene, and others by none")
  func origins() async throws {
    let bench = try await PipelineBench()
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    let pipeline = bench.pipeline
    let other = try await pipeline.studio.queue.add(
      NewFilm(
        label: "other: scene 's01', frames 0-9", payload: "{}", priority: 0, frames: 0, weight: 0,
        assets: [], parts: []))
    func origins() async throws -> [(RenderJob, JobOrigin?)] {
      let jobs = try await pipeline.studio.queue.page(limit: 200)
      let found = try await bench.database.read { try pipeline.origins(of: jobs, in: $0) }
      return jobs.map { ($0, found[$0.id]) }
    }
    let scenes = try await bench.scenes(id).map(\.id)
    var seen: Set<String> = []
    for (job, origin) in try await origins() {
      if job.id == other.id {
        #expect(origin == nil)
        continue
      }
      #expect(origin?.projectID == id, "\(job.label)")
      if job.kind == .segment {
        let position = try #require(VideoPipeline.position(ofSegment: job.label))
        #expect(origin?.sceneID == scenes[position], "\(job.label)")
        seen.insert(scenes[position])
      } else {
        #expect(origin?.sceneID == nil, "\(job.label)")
      }
    }
    #expect(seen == Set(scenes))
    // A film that was begun again has another job; those of before are still its own.
    try await bench.database.write { db in
      try db.execute("UPDATE project SET film_job_id = NULL WHERE id = :id", ["id": id])
    }
    #expect(try await origins().allSatisfy { $0.0.id == other.id || $0.1?.projectID == id })
    try await bench.pipeline.delete(id, engine: bench.node.engine)
    #expect(try await origins().allSatisfy { $0.1 == nil })
  }

  @Test("a cancelled project is at rest, and goes on when it is begun again")
  func cancelling() async throws {
    let avatar = PipelineBench.avatar
    let bench = try await PipelineBench(avatar: avatar)
    let (id, _) = try await bench.begin()
    try await bench.node.settle()
    try await bench.pipeline.cancel(id, engine: bench.node.engine)
    try await bench.node.settle()
    try await bench.node.advance(by: .seconds(60))
    #expect(try await bench.project(id).state == .cancelled)
    try await expectCancelled(id, bench)
    let live = try await bench.node.runs().filter { $0.endedAt == nil }
    #expect(live.isEmpty, "\(live.map(\.functionID))")
    #expect(try await bench.pipeline.studio.queue.liveCount() == 0)
    await #expect(throws: SteeringError.self) {
      try await bench.pipeline.cancel(id, engine: bench.node.engine)
    }
    try await bench.pipeline.retry(id, engine: bench.node.engine)
    try await bench.work(id)
    let project = try await bench.project(id)
    #expect(project.state == .done, "\(project.message ?? "")")
    #expect(!avatar.ledger.isPaidTwice)
    await #expect(throws: SteeringError.self) {
      try await bench.pipeline.retry(id, engine: bench.node.engine)
    }
  }

  private func parts(_ scene: SceneRecord) -> [SceneRecord.Status] {
    [scene.speech, scene.avatar, scene.background, scene.captions, scene.render]
  }

  /// What was not made is told as cancelled, and what is stored is what making it again begins with.
  private func expectCancelled(_ id: String, _ bench: PipelineBench) async throws {
    let told = try #require(try await bench.pipeline.standing(of: id)).scenes
    #expect(!told.isEmpty && told.allSatisfy { parts($0).contains(.cancelled) })
    let ends: Set<SceneRecord.Status> = [.done, .skipped, .cancelled]
    #expect(told.allSatisfy { ends.isSuperset(of: parts($0)) }, "\(told.map(parts))")
    #expect(told.allSatisfy { $0.message == nil })
    let stored = try await bench.scenes(id)
    #expect(!stored.flatMap(parts).contains { $0 == .cancelled || $0 == .failed })
    for (told, stored) in zip(told, stored) {
      let one = try await bench.database.read { [bench] in
        try bench.pipeline.scene(stored.id, in: $0)?.0
      }
      #expect(one.map(parts) == parts(told))
    }
  }

  @Test(
    "a scene whose run is cancelled by hand is told as cancelled, and made when it is begun again",
    arguments: ["scene-processor", "avatar-generator", "speech-generator"])
  func cancelledRun(_ function: String) async throws {
    // A service that has no credits keeps its run waiting, and the scene's with it.
    var voice = FakeVoice()
    var avatar = PipelineBench.avatar
    let ledger = Ledger([.fails(.quota), .works])
    if function == "speech-generator" { voice.ledger = ledger } else { avatar.ledger = ledger }
    let bench = try await PipelineBench(voice: voice, avatar: avatar) { settings, _ in
      settings.sceneLimit = 1
    }
    let (id, _) = try await bench.begin()
    try await bench.node.settle()
    let run = try #require(
      try await bench.runs(of: function).first { $0.endedAt == nil }, "\(function)")
    #expect(try await bench.node.engine.cancel(run: run.id))
    try await bench.node.settle()
    let project = try await bench.project(id)
    #expect(project.state == .failed)
    #expect(project.message?.contains("cancelled") == true, "\(project.message ?? "")")
    let scenes = try #require(try await bench.pipeline.standing(of: id)).scenes
    #expect(!scenes.isEmpty && scenes.allSatisfy { parts($0).contains(.cancelled) })
    let left: Set<SceneRecord.Status> = [.pending, .running, .waiting, .queued, .failed]
    #expect(left.isDisjoint(with: scenes.flatMap(parts)), "\(scenes.map(parts))")
    try await bench.pipeline.retry(id, engine: bench.node.engine)
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
  }

  @Test("a scene that failed is made again, and the others keep what they have")
  func sceneAgain() async throws {
    let ledger = Ledger([.fails(.permanent), .works])
    var voice = FakeVoice()
    voice.ledger = ledger
    let bench = try await PipelineBench(voice: voice) { settings, _ in settings.sceneLimit = 1 }
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    #expect(try await bench.project(id).state == .failed)
    let failed = try #require(try await bench.scenes(id).first { $0.speech == .failed })
    try await bench.pipeline.retry(scene: failed.id, engine: bench.node.engine)
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
    await #expect(throws: SteeringError.self) {
      try await bench.pipeline.retry(scene: failed.id, engine: bench.node.engine)
    }
    await #expect(throws: SteeringError.noSuchScene("none")) {
      try await bench.pipeline.retry(scene: "none", engine: bench.node.engine)
    }
  }

  @Test("a deleted project leaves no record and no file, and harms no other")
  func deleting() async throws {
    let bench = try await PipelineBench()
    let (id, _) = try await bench.begin()
    let (other, _) = try await bench.begin("Another brief.")
    try await bench.node.settle()
    try await bench.pipeline.delete(id, engine: bench.node.engine)
    #expect(try await bench.pipeline.overview(of: id) == nil)
    try await bench.work(other)
    #expect(try await bench.project(other).state == .done)
    let brief = try #require(
      try await bench.database.read { try BriefRecord.find($0, of: other)?.sha256 })
    #expect(try await bench.pipeline.studio.assets.size(of: brief) != nil)
    await #expect(throws: SteeringError.noSuchProject(id)) {
      try await bench.pipeline.delete(id, engine: bench.node.engine)
    }
  }

  @Test(
    "uploads are listed with briefs, kept while a project has them, and forgotten after their time")
  func uploads() async throws {
    let bench = try await PipelineBench()
    let pipeline = bench.pipeline
    let path = try bench.folder.write("Kept.", to: "kept.txt")
    let kept = try await pipeline.keepDocument(
      fileAt: path, name: "kept.txt", mediaType: "text/plain"
    ) { document, _ in document }
    let lost = try await pipeline.keepDocument(
      fileAt: try bench.folder.write("Lost.", to: "lost.txt"), name: "lost.txt",
      mediaType: "text/plain"
    ) { document, _ in document }
    let (id, _) = try await bench.begin("Kept.")
    try await bench.database.write {
      try pipeline.note(project: id, ofDocument: kept.id, in: $0)
    }
    #expect(Set(try await pipeline.documents().map(\.name)) == ["kept.txt", "lost.txt"])
    #expect(try await pipeline.document(kept.id)?.projectID == id)
    try await bench.begin("By itself.")
    #expect(try await pipeline.documents().count == 3)
    #expect(try await pipeline.documents(limit: 1).count == 1)
    bench.clock.jump(milliseconds: 31 * 86_400_000)
    #expect(try await pipeline.studio.removeOldUploads() == 1)
    #expect(try await pipeline.document(lost.id) == nil)
    #expect(try await pipeline.studio.assets.size(of: lost.sha256) == nil)
    #expect(try await pipeline.studio.assets.size(of: kept.sha256) != nil)
  }

  @Test(
    "wishes become settings",
    arguments: [
      ("mina", "drawn", "mina"), ("d-id", "d-id", nil), ("heygen:Anna", "heygen", "Anna"),
      ("none", "none", nil), (nil, "drawn", nil), ("fake:x:y", "fake", "x:y"),
    ] as [(String?, String, String?)])
  func wishes(_ avatar: String?, _ service: String, _ character: String?) {
    var shelf = ProviderShelf()
    shelf.avatars["fake"] = PipelineBench.avatar
    var wish = FilmWish()
    wish.avatar = avatar
    let settings = wish.settings(FilmDefaults(), shelf)
    #expect(settings.avatarProvider == service)
    #expect(settings.character == character)
    #expect(settings.backgroundProvider == "drawn")
  }

  @Test(
    "sizes are two even numbers",
    arguments: [
      "", "x", "1920", "1920x", "x1080", "1920x1081", "64x64", "+640x360", "1920x1080x1",
      "9000x100",
    ])
  func sizes(_ text: String) {
    #expect(FilmSize(text) == nil)
    #expect(FilmSize("1920×1080")?.text == "1920x1080")
  }

  @Test(
    "days since 1970 have their dates",
    arguments: [
      (0, "1970-01-01"), (20_778, "2026-11-21"), (19_782, "2024-02-29"), (-1, "1969-12-31"),
      (11_016, "2000-02-29"),
    ])
  func days(_ day: Int, _ text: String) {
    #expect(CivilDay.text(daysSince1970: day) == text)
  }

  @Test("a search finds letters, and not patterns")
  func search() async throws {
    let bench = try await PipelineBench()
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    for (text, count) in [
      ("title", 1), ("TITLE", 1), ("brief.t", 1), ("%", 0), ("t_tle", 0), ("!", 0),
    ] {
      var filter = ProjectFilter()
      filter.text = text
      #expect(try await bench.pipeline.projects(filter).count == count, "\(text)")
    }
    var filter = ProjectFilter()
    filter.states = [.done]
    #expect(try await bench.pipeline.projects(filter).map(\.id) == [id])
    filter.after = .init(createdMS: 0, id: "")
    #expect(try await bench.pipeline.projects(filter).isEmpty)
  }
}
