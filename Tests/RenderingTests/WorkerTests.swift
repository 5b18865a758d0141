import Foundation
import Jobs
import Rendering
import SceneDocument
import Storage
import Synchronization
import Testing

/// The worker's dealings with the queue, with a child that is a shell script: it does as a render child does, or as one
/// does that a file has brought down.
@Suite struct WorkerTests {
  @Test("a child that is brought down by a file puts it in quarantine after the second time")
  func crash() async throws {
    let bench = try WorkerBench(
      segment: "kill -SEGV $$",
      decode: #"case "$line" in *bad*) kill -SEGV $$;; esac; echo '{"decoded":{}}'"#)
    let film = try await bench.add(assets: ["good", "bad"])
    try await bench.work()
    let ended = try await bench.queue.job(film.id)
    #expect(ended.state == .failed)
    #expect(ended.errorCode == "E_MEDIA_QUARANTINED")
    let quarantined = try await bench.queue.quarantined()
    #expect(quarantined.map(\.name) == ["bad"])
    #expect(quarantined.map(\.crashes) == [2])
    let part = try #require(try await bench.queue.parts(of: film.id).first)
    #expect(part.failures.map(\.code) == ["E_DECODER_CRASH"])
    await #expect(throws: QueueError.self) { try await bench.add(assets: ["bad"]) }
  }

  @Test("a crash that no file brings about alone is tried again and then told")
  func crashWithoutCulprit() async throws {
    let bench = try WorkerBench(segment: "kill -ABRT $$", decode: #"echo '{"decoded":{}}'"#)
    let film = try await bench.add(assets: ["good"])
    try await bench.work()
    #expect(try await bench.queue.job(film.id).errorCode == "E_DECODER_CRASH")
    #expect(try await bench.queue.quarantined().isEmpty)
    #expect(try await bench.queue.parts(of: film.id).first?.failures.count == 4)
  }

  @Test("a file whose decoding gets stuck holds nobody up and is not blamed for a crash")
  func stuckDecoding() async throws {
    let bench = try WorkerBench(
      segment: "kill -SEGV $$", decode: "cat >/dev/null", patience: .seconds(1))
    let film = try await bench.add(assets: ["stuck"], maxAttempts: 1)
    try await bench.work()
    let job = try await bench.queue.job(film.id)
    // On a machine so busy that the crash itself takes longer, that is told as standing still.
    #expect(
      ["E_DECODER_CRASH", "E_TIMEOUT_NO_PROGRESS", "E_LEASE_LOST"].contains(job.errorCode))
    #expect(try await bench.queue.quarantined().isEmpty)
  }

  @Test("a child that has used up its processor time fails its job, which is not tried again")
  func processorTime() async throws {
    let bench = try WorkerBench(segment: "kill -XCPU $$")
    let film = try await bench.add(assets: [])
    try await bench.work()
    #expect(try await bench.queue.job(film.id).errorCode == "E_LIMIT")
    #expect(try await bench.queue.parts(of: film.id).first?.attempt == 1)
  }

  @Test("a render that does not move is ended with an error of its own")
  func stall() async throws {
    let bench = try WorkerBench(segment: "cat >/dev/null", patience: .milliseconds(100))
    let film = try await bench.add(assets: ["good"], maxAttempts: 1)
    try await bench.work()
    let job = try await bench.queue.job(film.id)
    #expect(job.errorCode == "E_TIMEOUT_NO_PROGRESS")
    #expect(job.errorMessage?.contains("nothing has moved for") == true)
  }

  @Test("what a child says of a failure is told, and only what may be tried again is")
  func failure() async throws {
    let bench = try WorkerBench(
      segment:
        #"echo '{"failed":{"_0":{"code":"E_MEDIA_DAMAGED","message":"bad frames","isRetryable":false}}}'"#
    )
    let film = try await bench.add(assets: ["good"])
    try await bench.work()
    #expect(try await bench.queue.job(film.id).errorCode == "E_MEDIA_DAMAGED")
    #expect(try await bench.queue.parts(of: film.id).first?.attempt == 1)
  }

  @Test("a program that cannot be started is told, not waited for")
  func noProgram() async throws {
    let bench = try WorkerBench(segment: "", program: "/no/such/program")
    let film = try await bench.add(assets: [], maxAttempts: 1)
    try await bench.work()
    #expect(
      try await bench.queue.job(film.id).errorMessage?.contains("cannot be started") == true)
  }

  @Test("a finished segment is in the asset store as long as its film is not done")
  func store() async throws {
    // The second segment is never finished.
    let bench = try WorkerBench(
      segment:
        #"[ -e $0.once ] && cat >/dev/null; touch $0.once; echo '{"segment":{"path":"'$0.data'","frames":5,"bytes":3}}'"#
    )
    let film = try await bench.add(assets: [], parts: 2)
    let worker = try bench.worker(untilEmpty: false)
    let running = Task { try await worker.run() }
    var done: RenderJob?
    while done == nil {
      done = try await bench.queue.parts(of: film.id).first { $0.state == .done }
      await Task.yield()
    }
    await worker.stop()
    #expect(try await running.value.done == 1)
    let result = try #require(done?.result)
    let asset = try #require(try bench.assets.list().first { result.contains($0) })
    #expect(bench.assets.isSound(asset))
    #expect(try await bench.queue.job(film.id).state == .blocked)
  }

  @Test("a worker that is stopped gives its jobs back as they were")
  func stop() async throws {
    let bench = try WorkerBench(segment: "touch $0.begun; cat >/dev/null")
    let film = try await bench.add(assets: [])
    let worker = try bench.worker(untilEmpty: false)
    let running = Task { try await worker.run() }
    while !FileManager.default.fileExists(atPath: bench.script + ".begun") { await Task.yield() }
    await worker.stop()
    _ = try await running.value
    let part = try #require(try await bench.queue.parts(of: film.id).first)
    #expect(part.state == .queued && part.attempt == 0 && part.failures.isEmpty)
    #expect(try await bench.queue.workers().isEmpty)
  }

  @Test("a child that has nothing to do for a while is let go")
  func idle() async throws {
    let bench = try WorkerBench(
      segment:
        #"echo '{"failed":{"_0":{"code":"E_MEDIA_DAMAGED","message":"bad frames","isRetryable":false}}}'"#,
      idle: .zero)
    _ = try await bench.add(assets: [])
    let worker = try bench.worker(untilEmpty: false)
    let running = Task { try await worker.run() }
    while !FileManager.default.fileExists(atPath: bench.script + ".ended") { await Task.yield() }
    await worker.stop()
    _ = try await running.value
  }

  @Test("a job that is cancelled before its child has begun begins none")
  func cancelledEarly() async throws {
    let bench = try WorkerBench(segment: "cat >/dev/null")
    let film = try await bench.add(assets: [])
    let (asked, ask) = AsyncStream.makeStream(of: Void.self)
    let worker = try bench.worker(assets: LateStore(base: bench.assets, asked: ask))
    let running = Task { try await worker.run() }
    var asking = asked.makeAsyncIterator()
    await asking.next()
    _ = try await bench.queue.cancel(film.id)
    let summary = try await running.value
    #expect(summary.done == 0 && summary.failed == 0)
    #expect(!FileManager.default.fileExists(atPath: bench.script + ".began"))
  }
}

/// Gives files only to those who do not want them any more.
private struct LateStore: AssetStore {
  var base: FolderAssetStore
  var asked: AsyncStream<Void>.Continuation

  func file(of sha256: String) async throws -> String {
    asked.yield()
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
    return try await base.file(of: sha256)
  }

  func put(fileAt path: String) async throws -> String { try await base.put(fileAt: path) }
  func adopt(fileAt path: String) async throws -> String { try await base.adopt(fileAt: path) }
  func put(_ data: Data) async throws -> String { try await base.put(data) }
  func size(of sha256: String) async throws -> Int64? { try await base.size(of: sha256) }
  func remove(_ sha256: String) async throws { try await base.remove(sha256) }
}

/// A queue, an asset store and a worker whose children are a script.
private final class WorkerBench: Sendable {
  let folder: String
  let script: String
  let queue: RenderQueue
  let assets: FolderAssetStore
  private let database: SQLiteDatabase
  private let options: WorkerOptions

  /// `segment` and `decode` are what the script does when it is asked for one.
  init(
    segment: String, decode: String = "", patience: Duration = .seconds(30),
    idle: Duration = .seconds(10), program: String? = nil
  ) throws {
    folder = NSTemporaryDirectory() + "worker-\(UUID().uuidString)"
    script = folder + "/child"
    try FileManager.default.createDirectory(
      atPath: folder + "/files", withIntermediateDirectories: true)
    let text = """
      #!/bin/sh
      touch $0.began
      while read -r line; do
        case "$line" in
          *'"prepare"'*) echo '{"ready":{"hasNetwork":false}}' ;;
          *'"segment"'*) \(segment) ;;
          *'"decode"'*) \(decode) ;;
        esac
      done
      touch $0.ended
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: script))
    try Data("abc".utf8).write(to: URL(fileURLWithPath: script + ".data"))
    database = try SQLiteDatabase(path: folder + "/a.db", migrations: [RenderQueue.migrations])
    var queue = RenderQueue(database: database)
    queue.retryDelaysMS = [0]
    self.queue = queue
    assets = try FolderAssetStore(folder: folder + "/assets")
    var options = WorkerOptions(
      folder: folder, jobs: 1, executable: program ?? "/bin/sh", arguments: [script])
    options.patience = patience
    options.idle = idle
    options.heartbeat = .milliseconds(20)
    options.poll = .milliseconds(20)
    options.retryDelaysMS = [0]
    // Tests beside this one may keep the pool busy for longer than a lease lasts.
    options.leaseMS = 3_600_000
    self.options = options
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A film of one segment that is made of files with these names.
  func add(assets names: [String], maxAttempts: Int = 4, parts: Int = 1) async throws
    -> RenderJob
  {
    var hashes: [String] = []
    for name in names {
      try Data(name.utf8).write(to: URL(fileURLWithPath: folder + "/files/" + name))
      hashes.append(try await assets.put(Data(name.utf8)))
    }
    let table = names.map { #""\#($0)": {"path": "\#($0)"}"# }.joined(separator: ", ")
    let scenes = names.map {
      #"{"id": "\#($0)", "duration": 1, "background": {"asset": "\#($0)"}}"#
    }
    let text =
      #"{"spec": "scene/1", "id": "film", "assets": {\#(table)}, "scenes": [\#(scenes.joined(separator: ", "))]}"#
    let document = try await assets.put(Data(text.utf8))
    let order = RenderOrder(
      document: document, name: "film", assetFolder: folder + "/files", reading: .init(),
      cacheFolder: folder + "/cache",
      films: [.init(variant: "main", path: folder + "/film.mp4", programmeKey: "")])
    let json = String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
    let payload = #"{"order": \#(json), "container": "mp4"}"#
    var film = NewFilm(
      label: "film", payload: payload, frames: 5, weight: 1, assets: hashes,
      parts: (0..<parts).map { number in
        .init(
          kind: .segment, key: UUID().uuidString, label: "film: \(number)", payload: payload,
          frames: 5, weight: 1, assets: hashes)
      })
    film.maxAttempts = maxAttempts
    return try await queue.add(film)
  }

  /// `assets` stands in place of the bench's own store.
  func worker(untilEmpty: Bool = true, assets: (any AssetStore)? = nil) throws -> Worker {
    var options = options
    options.untilEmpty = untilEmpty
    return try Worker(database: database, assets: assets ?? self.assets, options: options) { _ in }
  }

  func work() async throws { _ = try await worker().run() }
}
