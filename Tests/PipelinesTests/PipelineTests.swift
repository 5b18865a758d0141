import Foundation
import Jobs
import Providers
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Pipelines
@testable import Workflows

/// The way from a brief to a film, on fake providers and virtual time.
@Suite struct PipelineTests {
  @Test("a brief becomes a film, and every record says so")
  func success() async throws {
    let bench = try await PipelineBench()
    let (id, begun) = try await bench.begin()
    #expect(begun == .new)
    try await bench.work(id)
    let project = try await bench.project(id)
    #expect(project.state == .done, "\(project.message ?? "")")
    #expect(project.endedMS != nil)
    let scenes = try await bench.scenes(id)
    #expect(scenes.map(\.position) == [0, 1, 2])
    for scene in scenes {
      #expect(scene.isComplete)
      #expect(scene.render == .done)
      #expect(scene.startedMS != nil && scene.endedMS != nil)
    }
    let roles = try await bench.database.read { try ProjectAsset.all($0, of: id).map(\.role) }
    #expect(
      Set(roles) == [.brief, .document, .film, .poster, .speech, .words, .avatar, .background])
    let functions = Set(try await bench.node.runs().map(\.functionID))
    #expect(
      functions == [
        "document-parser", "script-generator", "scene-processor", "speech-generator",
        "avatar-generator", "background-generator", "caption-builder", "video-render",
        "poster-maker",
      ])
    #expect(try await bench.node.runs().allSatisfy { $0.state == .completed })
    #expect(try await bench.attempts(id).map(\.state).allSatisfy { $0 == .done })
    #expect(FileManager.default.fileExists(atPath: bench.folder.file("film.poster.jpg")))
    #expect(try await bench.begin().1 == .done)
  }

  @Test("a scene's segments are in the queue as soon as its files are there")
  func earlySegments() async throws {
    var avatar = PipelineBench.avatar
    avatar.questions = 3
    // The second scene's avatar takes for ever.
    avatar.polls = Ledger()
    let bench = try await PipelineBench(avatar: avatar) { settings, _ in settings.sceneLimit = 1 }
    let (id, _) = try await bench.begin()
    try await bench.node.settle()
    try await bench.node.advance(by: .seconds(30))
    let job = try #require(try await bench.project(id).filmJob)
    let parts = try await bench.pipeline.studio.queue.parts(of: job)
    #expect(!parts.isEmpty)
    #expect(try await bench.pipeline.studio.queue.job(job).isOpen)
    #expect(try await bench.scenes(id).map(\.render).first == .queued)
    #expect(try await bench.scenes(id).map(\.render).last == .pending)
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
  }

  @Test(
    "the film's sound is in the queue before its last pictures are there, and is the whole film's"
  )
  func earlySound() async throws {
    var avatar = PipelineBench.avatar
    avatar.questions = 20
    let bench = try await PipelineBench(avatar: avatar) { settings, _ in settings.sceneLimit = 3 }
    let (id, _) = try await bench.begin()
    try await bench.node.settle()
    try await bench.node.advance(by: .seconds(30))
    #expect(try await bench.scenes(id).allSatisfy { $0.speech == .done && $0.avatar != .done })
    let job = try #require(try await bench.project(id).filmJob)
    let early = try await bench.pipeline.studio.queue.parts(of: job)
    #expect(early.map(\.kind) == [.sound])
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
    let sounds = try await bench.pipeline.studio.queue.parts(of: job).filter { $0.kind == .sound }
    #expect(Set(sounds.map(\.key)) == Set(early.map(\.key)))
  }

  @Test("scenes follow each other after the pause, at most so many at a time")
  func ratePause() async throws {
    let bench = try await PipelineBench { settings, _ in
      (settings.sceneLimit, settings.ratePauseMS) = (1, 10_000)
    }
    let (id, _) = try await bench.begin()
    try await bench.node.settle()
    #expect(try await bench.scenes(id).filter(\.isRequested).count == 1)
    try await bench.node.advance(by: .seconds(11))
    #expect(try await bench.scenes(id).filter(\.isRequested).count == 2)
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
  }

  @Test("scenes that say the same at the same time have an attempt each")
  func twins() async throws {
    var (writer, avatar) = (FakeWriter(), PipelineBench.avatar)
    writer.narration = "The harbour is quiet."
    avatar.questions = 3
    let bench = try await PipelineBench(writer: writer, avatar: avatar) { settings, _ in
      settings.sceneLimit = 3
    }
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
    let scenes = Set(try await bench.scenes(id).map(\.id))
    for capability in [Attempt.Capability.speech, .avatar] {
      let attempts = try await bench.attempts(id).filter { $0.capability == capability }
      #expect(attempts.count == 3)
      #expect(Set(attempts.compactMap(\.sceneID)) == scenes)
      #expect(attempts.allSatisfy { $0.state == .done })
    }
  }

  @Test("a vendor that is not ready is asked again, and that is no error")
  func polling() async throws {
    var avatar = PipelineBench.avatar
    avatar.questions = 7
    var background = PipelineBench.background
    background.questions = 2
    let bench = try await PipelineBench(avatar: avatar, background: background)
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
    #expect(try await bench.runs(of: "avatar-poller").count == 3)
    #expect(try await bench.runs(of: "veo-poller").count == 3)
    #expect(avatar.polls.asked.values.allSatisfy { $0 == 8 })
    #expect(!avatar.ledger.isPaidTwice)
  }

  @Test("a vendor that is never ready is given up at the deadline, its job kept for the next time")
  func deadline() async throws {
    var avatar = PipelineBench.avatar
    avatar.questions = 500
    let bench = try await PipelineBench(avatar: avatar)
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    let project = try await bench.project(id)
    #expect(project.state == .failed)
    #expect(project.message?.contains("15 minutes") == true, "\(project.message ?? "")")
    #expect(project.message?.hasPrefix("scene ") == true)
    #expect(try await bench.attempts(id).contains { $0.state == .accepted })
    // Beginning again goes on with the same jobs.
    #expect(try await bench.begin().1 == .again)
    try await bench.node.advance(by: .seconds(60))
    #expect(!avatar.ledger.isPaidTwice)
  }

  @Test(
    "a request that fails in a way that may pass is made again until it works",
    arguments: [ProviderError.Class.retry, .slot], ["script", "voice", "avatar", "background"])
  func passing(_ kind: ProviderError.Class, _ who: String) async throws {
    let parts = Parts(who, [.fails(kind), .fails(kind, waitMS: 7_000), .works])
    let bench = try await parts.bench()
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
    #expect(!parts.ledger.isPaidTwice)
    #expect(parts.ledger.asked.values.reduce(0, +) > parts.ledger.done.count)
  }

  @Test(
    "what will never work fails the scene and the film at once, with the reason",
    arguments: [ProviderError.Class.permanent, .moderation],
    ["script", "voice", "avatar", "background"])
  func refused(_ kind: ProviderError.Class, _ who: String) async throws {
    let parts = Parts(who, [.fails(kind)])
    let bench = try await parts.bench()
    let (id, _) = try await bench.begin()
    try await bench.node.settle()
    let project = try await bench.project(id)
    #expect(project.state == .failed)
    let message = try #require(project.message)
    #expect(message.contains("it said no"))
    #expect(message.contains("do something"))
    if who != "script" {
      #expect(message.hasPrefix("scene "))
      // The parent has failed too, with the same reason, and did not wait for the other part.
      let parents = try await bench.runs(of: "scene-processor")
      #expect(parents.contains { $0.state == .failed })
      #expect(parents.compactMap(\.error).contains { $0.message.contains("it said no") })
    }
    #expect(try await bench.attempts(id).contains { $0.errorClass == kind })
    // What is finished stays; the same command makes the rest when the service has come round.
    let before = try await bench.attempts(id).filter { $0.state == .done }.count
    parts.ledger.set([.works])
    #expect(try await bench.begin().1 == .again)
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
    #expect(try await bench.attempts(id).filter { $0.state == .done }.count > before)
    #expect(!parts.ledger.isPaidTwice)
  }

  @Test("used-up credits pause the project, which goes on when somebody has seen to it")
  func quota() async throws {
    let parts = Parts("voice", [.fails(.quota), .works])
    let bench = try await parts.bench()
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    let paused = try await bench.project(id)
    #expect(paused.state == .paused)
    #expect(paused.message?.contains("it said no") == true)
    try await bench.pipeline.continue(id, engine: bench.node.engine)
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
    #expect(!parts.ledger.isPaidTwice)
  }

  @Test("used-up credits are looked at again by themselves after a while")
  func quotaByItself() async throws {
    let parts = Parts("background", [.fails(.quota), .works])
    let bench = try await parts.bench()
    let (id, _) = try await bench.begin()
    try await bench.work(id, stopsWhenPaused: false)
    #expect(try await bench.project(id).state == .done)
  }

  @Test("a service that stays down is given up after its tries, and everything finished is kept")
  func down() async throws {
    let parts = Parts("avatar", [.fails(.retry)])
    let bench = try await parts.bench()
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    #expect(try await bench.project(id).state == .failed)
    #expect(try await bench.scenes(id).filter { $0.speech == .done }.count >= 1)
  }

  @Test(
    "a lost answer is looked up and not asked for again",
    arguments: ["script", "voice", "avatar", "background"])
  func lostAnswer(_ who: String) async throws {
    let parts = Parts(who, [.losesAnswer, .works])
    let bench = try await parts.bench()
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
    #expect(!parts.ledger.isPaidTwice)
  }

  @Test("a lost request that is not listed yet is looked up again, not made again")
  func lookUpLater() async throws {
    var parts = Parts("voice", [.losesAnswer, .works])
    parts.voice.lookUp = .notNow(Counter())
    let bench = try await parts.bench()
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
    #expect(!parts.ledger.isPaidTwice)
  }

  @Test("where nobody can tell what became of a request, it is not made again without a word")
  func unknownOutcome() async throws {
    var parts = Parts("script", [.losesAnswer, .works])
    parts.writer.lookUp = .unknown
    let bench = try await parts.bench()
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    #expect(try await bench.project(id).state == .failed)
    #expect(try await bench.begin().1 == .again)
    try await bench.work(id)
    #expect(try await bench.project(id).state == .failed)
    #expect(try await bench.project(id).message?.contains("--repeat-unknown") == true)
    #expect(parts.ledger.done.values.allSatisfy { $0 == 1 })
  }

  @Test("a job that another request has is not taken for the one that was lost")
  func takenJob() async throws {
    // A service whose jobs have no label: what is found is the first scene's.
    var background = FakeMaker<Providers.BackgroundRequest>("fake-background") { _ in "same" }
    background.questions = 1
    background.ledger.set([.works, .losesAnswer])
    let bench = try await PipelineBench(background: background) { settings, _ in
      settings.sceneLimit = 1
    }
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    #expect(try await bench.project(id).state == .failed)
    #expect(try await bench.project(id).message?.contains("another request's") == true)
    let attempts = try await bench.attempts(id).filter { $0.capability == .background }
    #expect(attempts.map(\.state) == [.done, .unknown])
    #expect(attempts.map(\.job?.id) == ["job-same", nil])
  }

  @Test("makers are told what the scenes before ask for, which is in no hash")
  func earlierScenes() async throws {
    let seen = Mutex<[Int: [Int]]>([:])
    let bench = try await PipelineBench(
      background: FakeMaker("fake-background") { request in
        seen.withLock { $0[request.position] = request.earlier.map(\.position) }
        return "\(request.position)"
      })
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    let scenes = try await bench.scenes(id).count
    #expect(scenes > 1)
    let told = seen.withLock { $0 }
    #expect(told == Dictionary(uniqueKeysWithValues: (0..<scenes).map { ($0, Array(0..<$0)) }))
  }

  @Test(
    "a budget that does not suffice pauses before anything is asked for, and goes on when raised")
  func budget() async throws {
    var voice = FakeVoice()
    voice.price = 0.01
    let bench = try await PipelineBench(voice: voice)
    let (id, _) = try await bench.begin(budget: 300_000)
    try await bench.work(id)
    let paused = try await bench.project(id)
    #expect(paused.state == .paused)
    #expect(paused.message?.contains("--budget") == true)
    #expect(voice.ledger.asked.count == 1)
    #expect(try await bench.begin(budget: 10_000_000).1 == .going)
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
    let spent = try await bench.database.read { try Attempt.spent($0, of: id) }
    #expect(spent == Int64(3 * "Number 1 is said here.".count * 10_000))
  }

  @Test("within a budget nothing is asked for whose price is not known")
  func unknownPrice() async throws {
    var voice = FakeVoice()
    voice.price = nil
    let bench = try await PipelineBench(voice: voice) { _, studio in
      studio.shelf.priceSettings = ["speech": ["fake-voice": ["fake.dollars-per-letter"]]]
    }
    let (id, _) = try await bench.begin(budget: 0)
    try await bench.work(id)
    let paused = try await bench.project(id)
    #expect(paused.state == .paused)
    #expect(paused.message?.contains("set 'fake.dollars-per-letter'") == true)
    #expect(voice.ledger.asked.isEmpty)
  }

  @Test("a brief that cannot be read fails the project with what is wrong with it")
  func badBrief() async throws {
    let bench = try await PipelineBench()
    let (id, _) = try await bench.begin("broken")
    try await bench.work(id)
    let project = try await bench.project(id)
    #expect(project.state == .failed)
    #expect(project.message == "brief 'brief.txt': page 1 has no text")
    let status = try await bench.database.read { try BriefRecord.find($0, of: id)?.status }
    #expect(status == .failed)
  }

  @Test(
    "a film that fails in the queue fails the project; beginning again makes a new one of what is there"
  )
  func failedRender() async throws {
    let bench = try await PipelineBench()
    let (id, _) = try await bench.begin()
    try await bench.node.settle()
    let queue = bench.pipeline.studio.queue
    let lease = try #require(try await queue.claim(owner: "farm"))
    let engine = bench.node.engine
    try await queue.fail(
      lease, JobFailure(code: "E_MEDIA_DAMAGED", message: "bad frames", isRetryable: false)
    ) { db, job in _ = try engine.send(FilmEvents.of(job), in: db) }
    try await bench.work(id)
    let project = try await bench.project(id)
    #expect(project.state == .failed)
    #expect(project.message?.contains("bad frames") == true, "\(project.message ?? "")")
    #expect(try await bench.begin().1 == .again)
    try await bench.work(id)
    #expect(try await bench.project(id).state == .done)
  }

  @Test("a film cancelled in the queue is noticed")
  func cancelledRender() async throws {
    let bench = try await PipelineBench()
    let (id, _) = try await bench.begin()
    try await bench.node.settle()
    let job = try #require(try await bench.project(id).filmJob)
    try await bench.pipeline.studio.queue.cancel(job)
    try await bench.work(id)
    #expect(try await bench.project(id).state == .failed)
  }

  @Test("what was never kept to its end is removed every night")
  func abandonedUploads() async throws {
    let bench = try await PipelineBench()
    let old = try bench.folder.write("half a file", to: "assets/incoming/old")
    let new = try bench.folder.write("half a file", to: "assets/incoming/new")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -90_000)], ofItemAtPath: old)
    try await bench.node.engine.send(CleanupRequested())
    try await bench.node.settle()
    #expect(!FileManager.default.fileExists(atPath: old))
    #expect(FileManager.default.fileExists(atPath: new))
    let run = try #require(try await bench.runs(of: "project-cleanup").first)
    #expect(run.output?.contains(#""uploads":1"#) == true, "\(run.output ?? "")")
  }

  @Test("old projects are forgotten with their files, shared files stay")
  func cleanup() async throws {
    let bench = try await PipelineBench()
    let (id, _) = try await bench.begin()
    try await bench.work(id)
    let before = try FolderAssetStore(folder: bench.folder.file("assets")).list().count
    try await bench.node.engine.send(CleanupRequested(project: id))
    try await bench.node.settle()
    #expect(try await bench.database.read { try Project.find($0, id) == nil })
    let after = try FolderAssetStore(folder: bench.folder.file("assets")).list().count
    #expect(after < before)
    #expect(!FileManager.default.fileExists(atPath: bench.pipeline.studio.projectFolder(id)))
    #expect(FileManager.default.fileExists(atPath: bench.folder.file("film.mp4")))
  }
}

/// Fakes of which one behaves in a given way.
struct Parts {
  var writer = FakeWriter()
  var voice = FakeVoice()
  var avatar = PipelineBench.avatar
  var background = PipelineBench.background
  let ledger: Ledger

  init(_ who: String, _ behaviours: [Behaviour]) {
    ledger = Ledger(behaviours)
    switch who {
    case "script": writer.ledger = ledger
    case "voice": voice.ledger = ledger
    case "avatar": avatar.ledger = ledger
    default: background.ledger = ledger
    }
  }

  func bench(faults: FaultPlan = FaultPlan()) async throws -> PipelineBench {
    try await PipelineBench(
      writer: writer, voice: voice, avatar: avatar, background: background, faults: faults)
  }
}
