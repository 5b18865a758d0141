internal import ArgumentParser
internal import Compositing
internal import Foundation
internal import Jobs
internal import Media
internal import Rendering
internal import SceneDocument
internal import Storage

/// Puts a film into the queue.
struct QueueAddCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Put a film into the queue.",
    discussion: """
      Reads the document and its files as 'reelnode render' does, and tells all problems at once; what is queued can \
      be rendered. The files must stay where they are until the film is done: one that changes meanwhile ends the film \
      with E_ASSET_CHANGED. Segments that are in the cache, or that another film is waiting for, are not rendered \
      again.

      EXAMPLES
        reelnode queue add film.json                     makes film.mp4 here
        reelnode queue add film.json -o out/film.mp4 --priority preview
        id=$(reelnode queue add film.json --json | jq -r .id)
      """)

  @OptionGroup var input: InputOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The film's file, or a folder for it. (default: the document's name in the current folder)",
      valueName: "file"))
  var output: String?

  @Flag(help: "Keep the film in the node's asset store and write no file.")
  var store = false

  @Option(
    help: ArgumentHelp(
      "Make this variant alone; may be given several times; 'main' is the film of the output itself. (default: all)",
      valueName: "id"))
  var variant: [String] = []

  @Option(
    help: ArgumentHelp(
      "preview goes before normal; or a number, of which smaller ones go first.", valueName: "p"),
    transform: Self.priority)
  var priority = JobPriority.normal

  @OptionGroup var preset: PresetOptions

  @OptionGroup var cache: CacheFolderOptions
  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  private static func priority(_ word: String) throws -> Int {
    switch word {
    case "preview": return JobPriority.preview
    case "normal": return JobPriority.normal
    default:
      if let number = Int(word), (-1000...1000).contains(number) { return number }
      throw ValidationError(
        "'\(word)' is no priority: give preview, normal or a number from -1000 to 1000")
    }
  }

  func validate() throws {
    if store, output != nil {
      throw ValidationError("--store and --output exclude each other: give one of them")
    }
  }

  private var cacheFolder: String { HostPath.absolute(cache.folder) }

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let text = try input.read(for: &reporter)
    let preparation = try await Preparer(
      input: text, reading: preset.reading, assetFolder: input.assets, cacheFolder: cacheFolder
    ).prepare()
    reporter.say(preparation.warnings)
    let films = try films(of: preparation)
    let submission = try FilmSubmission(
      preparation.prepared, films: films, isStored: store, name: name(of: films, preparation),
      assetFolder: HostPath.absolute(input.assets ?? text.folder), reading: preset.reading,
      cacheFolder: cacheFolder)
    let queue = try node.openQueue()
    try await refuse(films, queue)
    let assets = try await node.chosenAssets()
    try await assets.check()
    _ = try await assets.store.put(Data(text.text))
    let job: RenderJob
    do {
      job = try await queue.add(submission.newFilm(priority: priority))
    } catch let error as QueueError {
      throw Failure(.wrongInput, [Diagnostic(error)])
    }
    return try await tell(job, submission, queue, reporter)
  }

  /// Paths that cannot be written to, or that another film of the queue goes to: the two would be mixed.
  private func refuse(_ films: [FilmVariant], _ queue: RenderQueue) async throws {
    if store { return }
    let paths = films.map(\.outputPath)
    for path in paths {
      let folder = FilePath.folder(of: path)
      if !HostPath.isFolder(folder) || !FileManager.default.isWritableFile(atPath: folder) {
        throw Failure.usage(
          .inputOutput,
          "cannot write the film to '\(path)': '\(folder)' is no folder that may be written\n  → make it first, or name another one with -o"
        )
      }
      if FilePath.name(of: path + ".result.json").utf8.count > Int(NAME_MAX) {
        throw Failure.usage(
          .inputOutput,
          "cannot write the film to '\(path)': the name is too long\n  → give a shorter one with -o"
        )
      }
    }
    let live = try await queue.list(states: [.blocked, .queued, .leased], limit: 10_000)
    for job in live {
      guard let path = FilmSubmission.outputs(of: job).first(where: paths.contains) else {
        continue
      }
      throw Failure.usage(
        .inputOutput,
        "film \(job.shortID) of the queue goes to '\(path)' too\n  → wait for it, cancel it with 'reelnode queue cancel \(job.shortID)', or name another file with -o"
      )
    }
  }

  private func films(of preparation: Preparation) throws -> [FilmVariant] {
    let main = try OutputPath(named: output, suffix: "", for: preparation)
    return try VariantOptions.films(variant, of: preparation) { id in
      let isMain = id == SceneDocument.mainVariant
      let path = isMain ? main : try OutputPath(variant: id, beside: main, for: preparation)
      return HostPath.absolute(path.path)
    }
  }

  private func name(of films: [FilmVariant], _ preparation: Preparation) -> String {
    let path = store ? nil : films.first?.outputPath
    let name = path.map(FilePath.name) ?? preparation.input.stem(of: preparation.document)
    // It is shown on terminals.
    return String(
      String.UnicodeScalarView(
        name.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }

  private func tell(
    _ job: RenderJob, _ submission: FilmSubmission, _ queue: RenderQueue, _ reporter: Reporter
  ) async throws -> ExitStatus {
    let parts = try await queue.parts(of: job.id).count
    let workers = try await queue.workers()
    let console = reporter.console
    if console.json {
      return console.print([
        "id": .string(job.id), "state": .string(job.state.rawValue), "label": .string(job.label),
        "parts": .integer(parts), "frames": .integer(submission.frames),
        "frames_reused": .integer(submission.reusedFrames),
        "workers": .integer(workers.count),
      ])
    }
    console.say(
      "\(job.shortID)  \(job.label): \(counted(submission.frames, "frame")), \(counted(parts, "part")) to render"
        + (submission.reusedFrames > 0 ? ", \(submission.reusedFrames) frames from the cache" : ""))
    if workers.isEmpty { console.say("  no worker is running → reelnode worker") }
    return .done
  }
}
