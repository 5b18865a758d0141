public import Compositing
internal import Foundation
internal import Media
internal import SceneDocument

/// A document that is being looked at: its newest version that can be shown, what is wrong with its text, and
/// pictures of any frame.
///
/// It follows the document and its files. A text that cannot be shown, because it is half written or wrong, changes
/// the diagnostics and nothing else: pictures stay those of the version before. Errors are answers of the methods;
/// nothing that a file holds ends the session.
public actor PreviewSession {
  /// The document as it is named to people.
  public nonisolated let name: String
  private let path: String
  private let read: ProjectReader
  private let studio: FrameStudio
  private let sounds = SoundShelf()
  private var watch = FileWatch()
  private var shown: PreviewProject?
  private var diagnostics: [Diagnostic] = []
  /// The pictures are those of the newest text.
  private var isCurrent = false
  private var hasLoaded = false
  /// A picture was given out.
  private var hasDrawn = false
  /// Looks for warnings that need frames, while the pictures are to be seen already.
  private var proof: Task<Void, Never>?
  /// Counts changes of anything in `state`.
  private var revision = 0
  /// Counts versions of the film that were shown.
  private var version = 0
  private var followers: [Int: AsyncStream<Int>.Continuation] = [:]
  private var followerCount = 0
  private var firstProject: [CheckedContinuation<Void, Never>] = []

  /// - Parameters:
  ///   - path: the document's file.
  ///   - name: what people call it.
  ///   - cacheLimit: bytes of pictures that are kept.
  public init(
    path: String, name: String, cacheLimit: Int = 192 << 20, read: @escaping ProjectReader
  ) {
    (self.path, self.name, self.read) = (path, name, read)
    studio = FrameStudio(cacheLimit: cacheLimit)
  }

  /// Reads the document and follows it until the task is cancelled.
  public func run(
    every interval: Duration = .milliseconds(150), clock: any Clock<Duration> = ContinuousClock()
  ) async {
    await load(leaving: .milliseconds(800), clock: clock)
    while !Task.isCancelled {
      do { try await clock.sleep(for: interval) } catch { break }
      await look()
    }
    proof?.cancel()
    await sounds.forget()
    for follower in followers.values { follower.finish() }
  }

  /// Reads the document for the first time: what its first scene needs, then all of it.
  ///
  /// - Parameter time: where the files of the first scene were new, the others are looked into once somebody has seen
  ///   a picture, or after this time: until then the processor is left to the picture.
  public func load(
    leaving time: Duration = .zero, clock: any Clock<Duration> = ContinuousClock()
  ) async {
    watch.watch([path])
    if let text = try? Data(contentsOf: URL(fileURLWithPath: path)) {
      let began = ContinuousClock.now
      let first = await read(Array(text), .firstScene)
      // What is wrong is told once, when all of it is known.
      if first.request != nil {
        await show(first)
        if ContinuousClock.now - began > .milliseconds(100) { await firstPicture(time, clock) }
      }
    }
    await reload()
    hasLoaded = true
    change()
  }

  private func firstPicture(_ time: Duration, _ clock: any Clock<Duration>) async {
    let step = Duration.milliseconds(10)
    var left = time
    while !hasDrawn, left > .zero, !Task.isCancelled {
      try? await clock.sleep(for: step)
      left -= step
    }
  }

  /// Looks at the files once and reads again what has changed and is at rest.
  public func look() async {
    if watch.look().isEmpty { return }
    await reload()
    change()
  }

  private func reload() async {
    proof?.cancel()
    guard let text = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      let problem =
        "cannot read document '\(name)': the file is gone or may not be read\n  → put it back: the page goes on by itself"
      (diagnostics, isCurrent) = ([Diagnostic(.inputOutput, problem)], false)
      return
    }
    let project = await read(Array(text), .whole)
    diagnostics = project.diagnostics
    isCurrent = project.request != nil
    // A text that is no JSON names no files; those of the version before stay of interest.
    watch.watch([path] + (project.files.isEmpty ? shown?.files ?? [] : project.files))
    if isCurrent {
      await show(project)
      proof = Task { [weak self] in await self?.prove(Array(text)) }
    }
  }

  private func prove(_ text: [UInt8]) async {
    let project = await read(text, .proven)
    guard !Task.isCancelled, project.request != nil, project.diagnostics != diagnostics else {
      return
    }
    diagnostics = project.diagnostics
    change()
  }

  private func show(_ project: PreviewProject) async {
    guard let request = project.request else { return }
    shown = project
    version += 1
    await studio.show(request)
    change()
  }

  private func change() {
    revision += 1
    for waiting in firstProject { waiting.resume() }
    firstProject = []
    for follower in followers.values { follower.yield(revision) }
  }

  // MARK: What the page shows

  /// The numbers of changes from now on, beginning with the present one; of several at once only the last.
  public func changes() -> AsyncStream<Int> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Int.self, bufferingPolicy: .bufferingNewest(1))
    followerCount += 1
    let number = followerCount
    followers[number] = continuation
    continuation.onTermination = { [weak self] _ in
      Task { [weak self] in await self?.unfollow(number) }
    }
    continuation.yield(revision)
    return stream
  }

  private func unfollow(_ number: Int) { followers[number] = nil }

  /// All about the document, once the first scene can be shown or the document cannot.
  public func state() async -> PreviewState {
    if shown == nil, !hasLoaded, revision == 0 {
      await withCheckedContinuation { firstProject.append($0) }
    }
    return PreviewState(
      revision: revision, version: version, name: name, isCurrent: isCurrent, isWhole: hasLoaded,
      diagnostics: diagnostics, project: shown)
  }

  /// A picture file of a frame of the film.
  ///
  /// - Parameters:
  ///   - width: bounds the picture's width; those of `png` and `yuv` are as large as the film's.
  ///   - viewer: who looks: what the same viewer asked for before is given up.
  ///
  /// Throws `MediaError` when a file cannot be decoded, `PreviewError`.
  public func picture(
    frame: Int, width: Int, format: Picture.Format = .jpeg, viewer: String? = nil
  ) async throws -> Picture {
    let picture = try await studio.picture(
      FrameStudio.Order(frame: frame, work: .picture(width: width, format), viewer: viewer))
    hasDrawn = true
    return picture
  }

  /// A small picture of a frame, made when nothing else is to be done.
  public func thumbnail(frame: Int, width: Int) async throws -> Picture {
    try await studio.picture(
      FrameStudio.Order(frame: frame, work: .picture(width: width, .jpeg), kind: .thumbnail))
  }

  /// The boxes of the layers in a frame, bottom to top.
  public func outlines(frame: Int) throws -> [SeenLayer] {
    let project = try shownProject()
    guard let place = project.request?.timeline.place(of: frame) else {
      throw PreviewError.noFrame(frame, of: project.request?.timeline.frames ?? 0)
    }
    return project.outlines(scene: place.scene, frame: place.frame)
  }

  /// What is seen at a pixel of a frame.
  public func seen(frame: Int, x: Int, y: Int) async throws -> SeenLayer {
    let project = try shownProject()
    guard let place = project.request?.timeline.place(of: frame) else {
      throw PreviewError.noFrame(frame, of: project.request?.timeline.frames ?? 0)
    }
    let hit = try await studio.layer(at: frame, x: x, y: y)
    return project.seen(hit?.layer, scene: place.scene)
  }

  /// The film from a frame on, as it is made: at the size of a draft, with its sound.
  public func play(from frame: Int) async throws -> DraftStream {
    let project = try shownProject()
    guard let film = project.request else { throw PreviewError.nothingToShow }
    guard film.timeline.place(of: frame) != nil else {
      throw PreviewError.noFrame(frame, of: film.timeline.frames)
    }
    let sound = try await sounds.sound(of: film)
    return DraftStream(film, sound: sound, from: frame)
  }

  private func shownProject() throws(PreviewError) -> PreviewProject {
    guard let shown else { throw .nothingToShow }
    return shown
  }
}
