internal import Compositing
internal import Foundation
internal import Media
internal import SceneDocument

/// Makes a golden of a film, or adds what another build draws to one.
public struct GoldenRecorder: Sendable {
  /// Threads that draw frames.
  public var jobs = 1
  /// The process's environment, in which `CI` must not be set.
  public var environment = ProcessInfo.processInfo.environment

  public init() {}

  /// What recording changed.
  public struct Outcome: Sendable {
    public var folder: String
    public var frames: Int
    public var keyFrames: [Int]
    public var hasSound: Bool
    /// Frames whose digest is a new one; nil when there was no golden of this size and length.
    public var changedFrames: Int?
    public var soundChanged = false
    /// Bytes of all files.
    public var bytes = 0
  }

  /// Draws the film twice, on different numbers of threads, and writes its golden into `folder`, in place of one
  /// that is there; what was said by hand in `golden.json` stays.
  ///
  /// Throws `GoldenError`: `.refused` when `CI` is set, `.notReproducible` when the two differ; and what rendering
  /// and writing throw. On failure an older golden is as it was.
  public func record(_ film: some FilmFrames, into folder: String) async throws -> Outcome {
    try refuseCI(folder)
    let settings = try GoldenSettings(reading: GoldenFile.settings.path(in: folder))
    let old = try? Golden(reading: folder)
    let timeline = film.request.timeline
    if let beyond = settings.keyFrames.first(where: { $0 >= timeline.frames }) {
      throw GoldenError(
        .settings, file: GoldenFile.settings.path(in: folder),
        "key frame \(beyond) is after the last frame, \(timeline.frames - 1)",
        advice: "correct 'key_frames'")
    }
    let side = SquareTable.layout(
      width: timeline.width, height: timeline.height, frames: timeline.frames
    ).side
    let chosen =
      settings.keyFrames.isEmpty ? KeyFrameChoice.frames(of: timeline) : settings.keyFrames
    let keys = Set(chosen)
    let marks = try await film.map(0..<timeline.frames, jobs: jobs) { index, picture in
      Mark(
        digest: FrameDigest.hexadecimal(of: picture), hash: PerceptualHash(of: picture),
        squares: picture.squareMeans(side: side), picture: keys.contains(index) ? picture : nil)
    }
    let sound = try SoundMeasure.make(film.request)
    try await expectReproducible(film, marks, sound, folder)

    let table = SquareTable(
      width: timeline.width, height: timeline.height, rows: marks.map(\.squares))
    let reference = Reference(
      document: film.request.documentSHA256, width: timeline.width, height: timeline.height,
      timeBase: Rational(timeline.frameRate.denominator, timeline.frameRate.numerator),
      builds: [GoldenBuild.current], keyFrames: chosen, scenes: Reference.scenes(of: timeline),
      clips: Reference.clips(of: timeline), sound: sound?.note,
      frames: marks.enumerated().map {
        Reference.FrameNote(pts: Int64($0), digest: $1.digest, hash: $1.hash)
      }, squares: FrameDigest.hexadecimal(table.image?.bytes ?? []))
    var files: [(name: String, bytes: [UInt8])] = []
    for index in chosen {
      guard let image = marks[index].picture?.mosaic() else { continue }
      files.append((GoldenFile.keyFrame(index).name, try image.png()))
    }
    if let image = table.image { files.append((GoldenFile.squares.name, try image.png())) }
    if let image = sound?.table.image {
      files.append((GoldenFile.sound.name, try image.png()))
    }
    // The text last: without it there is no golden, so a recording that was interrupted is told as one.
    files.append((GoldenFile.reference.name, Array(reference.text.utf8)))
    try write(files, into: folder)
    var outcome = Outcome(
      folder: folder, frames: marks.count, keyFrames: chosen, hasSound: sound != nil)
    outcome.bytes = files.reduce(0) { $0 + $1.bytes.count }
    if let old, old.reference.frames.count == marks.count,
      old.reference.width == timeline.width, old.reference.height == timeline.height
    {
      outcome.changedFrames = zip(old.reference.frames, marks).count { !$0.accepts($1.digest) }
      outcome.soundChanged = old.reference.sound?.digest != sound?.note.digest
    }
    return outcome
  }

  private struct Mark: Sendable {
    var digest: String
    var hash: PerceptualHash
    var squares: [UInt16]
    var picture: PackedPicture?
  }

  /// Adds this build's digests to `golden` where they differ and are inside the bounds for another build.
  ///
  /// Gives how many were added; throws `GoldenError.refused` for a film that is outside of the bounds, or when this
  /// build is one of the golden's already.
  public func accept(_ film: some FilmFrames, into golden: Golden) async throws -> Int {
    try refuseCI(golden.folder)
    var reference = golden.reference
    guard !reference.builds.contains(GoldenBuild.current) else {
      throw GoldenError(
        .refused, file: golden.folder,
        "this build's frames are in the golden already, so there is nothing to accept beside them",
        advice: "to replace them, record without --accept")
    }
    var options = GoldenChecker.Options()
    (options.jobs, options.tier) = (jobs, .tolerant)
    let verdict = try await GoldenChecker(golden, options: options).check(film)
    guard verdict.isMatch else {
      throw GoldenError(
        .refused, file: golden.folder,
        "this build differs by more than another build may: \(verdict.summary)",
        advice:
          "look at it with 'reelnode golden check'; where it is right, set a tolerance in golden.json or record anew"
      )
    }
    reference.builds.append(GoldenBuild.current)
    let build = reference.builds.count - 1
    let digests = try await digests(film, verdict.frames.map(\.index))
    for (index, digest) in digests {
      reference.frames[index].alternatives.append(
        Reference.Alternative(build: build, digest: digest))
    }
    if verdict.sound != nil, let note = try SoundMeasure.make(film.request)?.note {
      reference.sound?.alternatives.append(
        Reference.Alternative(build: build, digest: note.digest))
    }
    try HostFile.replace(
      GoldenFile.reference.path(in: golden.folder), with: Array(reference.text.utf8))
    return digests.count + (verdict.sound == nil ? 0 : 1)
  }

  private func digests(
    _ film: some FilmFrames, _ frames: [Int]
  ) async throws -> [(Int, String)] {
    guard let first = frames.first, let last = frames.last else { return [] }
    let wanted = Set(frames)
    return try await film.map(first..<last + 1, jobs: jobs) { index, picture in
      wanted.contains(index) ? (index, FrameDigest.hexadecimal(of: picture)) : nil
    }.compactMap { $0 }
  }

  private func refuseCI(_ folder: String) throws(GoldenError) {
    guard let value = environment["CI"], !value.isEmpty else { return }
    throw GoldenError(
      .refused, file: folder,
      "goldens are not recorded where CI is set (CI=\(value.prefix(20))): a run that accepts whatever it draws guards nothing",
      advice:
        "record at your desk, look at the pictures, and commit the folder; in CI run 'reelnode golden check'"
    )
  }

  /// Draws the film again on another number of threads.
  private func expectReproducible(
    _ film: some FilmFrames, _ marks: [Mark], _ sound: SoundMeasure?, _ folder: String
  ) async throws {
    let again = try await film.map(0..<marks.count, jobs: jobs == 1 ? 2 : 1) {
      FrameDigest.hexadecimal(of: $1)
    }
    let different = zip(marks, again).enumerated().first { $1.0.digest != $1.1 }
    var what = different.map { "frame \($0.offset)" }
    if what == nil, try SoundMeasure.make(film.request) != sound { what = "the sound" }
    guard let what else { return }
    throw GoldenError(
      .notReproducible, file: folder, "\(what) is not the same when it is rendered twice",
      advice: "do the assets change while they are read? If they do not, report it")
  }

  private func write(_ files: [(name: String, bytes: [UInt8])], into folder: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    let stale = GoldenFile.reference.path(in: folder)
    if FileManager.default.fileExists(atPath: stale) {
      try FileManager.default.removeItem(atPath: stale)
    }
    let names = Set(files.map(\.name))
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name.wholeMatch(of: /frame-\d+\.png|squares\.png|sound\.png/) != nil
      && !names.contains(name)
    {
      try FileManager.default.removeItem(atPath: folder + "/" + name)
    }
    for file in files { try HostFile.replace(folder + "/" + file.name, with: file.bytes) }
  }
}
