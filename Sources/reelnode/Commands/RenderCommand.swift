internal import ArgumentParser
internal import Compositing
internal import Foundation
internal import Media
internal import SceneDocument

/// Makes the film.
struct RenderCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Make a film from a document.",
    discussion: """
      Scenes are cut into short segments, which are rendered one for each processor, joined without encoding them \
      again, and checked: the file is read back and its frames and samples are counted. Only then does it take the \
      place of an older film of that name. Beside it, 'film.mp4.result.json' tells what was made.

      Finished segments are kept in the cache, so that after an edit only what it changed is rendered, and a render \
      that was cancelled goes on where it was. The film is the same bytes with any number of jobs, with and without \
      the cache.

      EXAMPLES
        reelnode render film.json                        makes film.mp4 here
        reelnode render film.json -o out/film.mp4 --preset draft
        reelnode render film.json --scene intro          makes film-intro.mp4
        reelnode render film.json --range 2.5..6         makes film-2.5-6.mp4
        reelnode render film.json --variant tall         makes film-tall.mp4 alone
        make-film | reelnode render - --assets media -o film.mp4
        reelnode render film.json --json | jq '.outputs[0].sha256'

      EXIT CODES
        0    done
        1    failed: disk, memory, a damaged file found while rendering
        2    document, asset or command line wrong
        3    done with warnings under --strict
        130  cancelled: by Ctrl-C, which leaves no file; a second one ends at once
      """)

  @OptionGroup var input: InputOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The film's file, or a folder for it. (default: the document's name in the current folder)",
      valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Make this variant alone; may be given several times; 'main' is the film of the output itself. (default: all)",
      valueName: "id"))
  var variant: [String] = []

  @OptionGroup var part: PartOptions
  @OptionGroup var preset: PresetOptions
  @OptionGroup var jobs: JobOptions
  @OptionGroup var cache: CacheOptions

  @Flag(help: "Exit with 3 when there were warnings.")
  var strict = false

  @Option(
    help: ArgumentHelp(
      "How progress is shown; auto: one changing line on a terminal, plain lines elsewhere.",
      valueName: "how"))
  var progress = ProgressStyle.auto

  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    reporter.isStrict = strict
    let text = try input.read(for: &reporter)
    let console = reporter.console
    let printer = ProgressPrinter(console, style: progress)
    let finished: Render.Finished
    do {
      finished = try await cancelledBySignals { [self, reporter] in
        try await Render(command: self, input: text, reporter: reporter, printer: printer).run()
      }
    } catch {
      printer.end()
      throw error
    }
    printer.end()
    reporter.say(finished.news)
    console.say(finished.summary)
    let written = console.json ? console.print(finished.result.json) : .done
    return written == .done ? reporter.status(warnings: finished.result.warnings) : written
  }
}

/// One render, from the document's text to the film.
struct Render: Sendable {
  var command: RenderCommand
  var input: DocumentInput
  var reporter: Reporter
  var printer: ProgressPrinter

  struct Finished: Sendable {
    var result: RenderResult
    /// Warnings that were not told before rendering began.
    var news: [Diagnostic]
    /// What was made, in a line.
    var summary: String
  }

  func run() async throws -> Finished {
    let began = ContinuousClock.now
    printer.begin(.probing)
    let preparation = try await Preparer(
      input: input, reading: command.preset.reading, assetFolder: command.input.assets,
      cacheFolder: command.cache.folder, jobs: command.jobs.count
    ).prepare()
    // Before the long part, for those who would rather stop here.
    reporter.say(preparation.warnings)
    let output = try OutputPath(
      named: command.output, suffix: command.part.suffix, for: preparation)
    let films = try films(of: preparation, to: output)

    var options = RenderOptions(
      outputPath: output.path, cacheFolder: command.cache.folder, jobs: command.jobs.count)
    options.cacheLimit = command.cache.cacheLimit.bytes
    let renderer = FilmRenderer(films, options: options)
    let notes = RenderNotes(renderer)
    HostMemory.releaseFreeBlocks()
    let result: RenderResult
    do {
      result = try await AssetWatch(preparation).watch(printer) { progress in
        try await renderer.render(progress: progress)
      }
    } catch {
      throw preparation.failure(error)
    }
    notes.keep(result, isWhole: command.part.isWhole)
    let told = Set(preparation.warnings)
    return Finished(
      result: result,
      news: result.warnings.filter { !told.contains($0) }.map(preparation.placed),
      summary: Self.summary(result, films, since: began))
  }

  /// The films that are asked for, in the document's order.
  private func films(of preparation: Preparation, to output: OutputPath) throws -> [FilmVariant] {
    try VariantOptions.films(command.variant, of: preparation) { id in
      id == SceneDocument.mainVariant
        ? output.path : try OutputPath(variant: id, beside: output, for: preparation).path
    }.map { film in
      var film = film
      film.request.timeline = try command.part.part(
        of: film.request.timeline, rate: preparation.document.output.frameRate)
      return film
    }
  }

  /// `film.mp4: 12.0 s, 360 frames, 1920×1080, 3.1 MiB, made in 8.4 s (4 of 6 scenes from the cache)`
  private static func summary(
    _ result: RenderResult, _ films: [FilmVariant], since began: ContinuousClock.Instant
  ) -> String {
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    let reused = result.scenes.count { $0.reusedFrames == $0.frames }
    let lines = zip(result.outputs, films).map { film, variant in
      let timeline = variant.request.timeline
      return "\(film.path): \(film.duration.durationText), \(counted(film.frames, "frame")), "
        + "\(timeline.width)×\(timeline.height), \(ByteSize(film.bytes))"
    }
    var text = lines.joined(separator: "\n") + ", made in \(seconds.durationText)"
    if reused > 0 {
      text += " (\(reused) of \(counted(result.scenes.count, "scene")) from the cache)"
    }
    return text
  }
}
