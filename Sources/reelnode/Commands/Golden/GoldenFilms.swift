internal import ArgumentParser
internal import GoldenFrames

/// Films that are held against their goldens, and how.
struct GoldenFilms: ParsableArguments {
  @OptionGroup var documents: GoldenDocuments

  @Option(
    help: ArgumentHelp(
      "Only these frames, and no sound: '30:60' is 30 to 59.", valueName: "from:to"))
  var frames: FrameSpan?

  @Option(
    help: ArgumentHelp("Judge as tier A or B, whoever recorded the golden.", valueName: "tier"))
  var tier: TierWord?

  @OptionGroup var jobs: JobOptions
  @OptionGroup var cache: CacheOptions

  /// What became of each film, in the order of the documents.
  func check() async throws -> [GoldenRun.Outcome] {
    var options = GoldenChecker.Options()
    (options.frames, options.tier) = (frames?.range, tier?.tier)
    let run = GoldenRun(
      assets: documents.assets, cacheFolder: cache.folder, jobs: jobs.count, options: options)
    let paths = try documents.list()
    return try await cancelledBySignals { try await run.check(paths) }
  }
}
