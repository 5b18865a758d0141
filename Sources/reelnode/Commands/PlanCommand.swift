internal import ArgumentParser
internal import Compositing
internal import SceneDocument

/// Tells what a render would do.
struct PlanCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Tell what would be rendered, what is kept, and why.",
    discussion: """
      For each scene: how long it is and by which rule, what is kept from earlier renders, and what is rendered anew \
      with the fields that changed since the last render of the document with this id (before the first one: since \
      the last plan). Seconds and bytes are expected by the speed of earlier renders with the same settings.

      Nothing is rendered. Errors and warnings are the same as those of 'validate'.

      EXAMPLES
        reelnode plan film.json
        reelnode plan film.json --json | jq '.scenes[] | select(.reused | not) | .id'
        reelnode plan film.json --json --canonical       what the keys are hashes of

      EXIT CODES
        0  done
        1  failed
        2  document, asset or command line wrong
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var variant: VariantOptions
  @OptionGroup var part: PartOptions
  @OptionGroup var preset: PresetOptions
  @OptionGroup var jobs: JobOptions
  @OptionGroup var cache: CacheOptions

  @Flag(help: "With --json: add the canonical form of pictures and sound.")
  var canonical = false

  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let text = try input.read(for: &reporter)
    let preparation = try await Preparer(
      input: text, reading: preset.reading, assetFolder: input.assets,
      cacheFolder: cache.folder, jobs: jobs.count
    ).prepare()
    reporter.say(preparation.warnings)
    var clock = preparation.clock
    clock.mark("tell")
    var request = try variant.request(of: preparation)
    request.timeline = try part.part(
      of: request.timeline, rate: preparation.document.output.frameRate)
    let output = try OutputPath(named: nil, suffix: part.suffix, for: preparation)
    let plan = RenderPlan(request)
    clock.mark("plan")
    let report = try PlanReport(
      plan, of: request, outputPath: output.path, cacheFolder: cache.folder, jobs: jobs.count,
      remembers: part.isWhole && variant.variant == nil)
    clock.mark("compare")
    if reporter.console.json {
      return reporter.console.print(report.json(canonical: canonical, timings: clock.json))
    }
    return reporter.console.print(report.text)
  }
}
