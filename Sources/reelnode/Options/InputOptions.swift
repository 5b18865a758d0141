internal import ArgumentParser
internal import Compositing
internal import Foundation
internal import SceneDocument

/// Which document, and where its files are.
struct InputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The scene document, or '-' for standard input.", valueName: "doc"))
  var document: String

  @Option(
    help: ArgumentHelp(
      "The folder that asset paths are relative to. (default: the document's folder; with '-' the current one)",
      valueName: "dir"))
  var assets: String?

  /// Reads the text, so that all messages from here on can point into it.
  func read(for reporter: inout Reporter) throws(Failure) -> DocumentInput {
    let input = try DocumentInput(reading: document)
    reporter.input = input
    return input
  }
}

/// Another preset than the document's.
struct PresetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Take this preset instead of the document's: draft (half size, fast), web, master or archive.",
      valueName: "preset"),
    transform: Self.preset)
  var preset: Output.Preset?

  private static func preset(_ word: String) throws -> Output.Preset {
    if let preset = Output.Preset(rawValue: word) { return preset }
    let words = Output.Preset.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("'\(word)' is no preset: give one of \(words)")
  }

  var reading: ReadingOptions {
    var options = ReadingOptions()
    options.preset = preset
    return options
  }
}

/// Where finished segments are kept from one render to the next.
struct CacheFolderOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of finished segments. (default: $REELNODE_CACHE, $XDG_CACHE_HOME/reelnode or ~/.cache/reelnode)",
      valueName: "dir"))
  var cache: String?

  var folder: String { cache ?? SegmentCache.defaultFolder }

  func validate() throws {
    if cache == "" { throw ValidationError("--cache needs the path of a folder") }
  }
}

/// Whether finished segments are kept, and where.
struct CacheOptions: ParsableArguments {
  @OptionGroup var place: CacheFolderOptions

  @Option(
    help: ArgumentHelp("How large the cache may grow, such as 500MB or 20GiB.", valueName: "size"))
  var cacheLimit = ByteSize(SegmentCache.defaultLimit)

  @Flag(help: "Render everything anew and keep nothing.")
  var noCache = false

  /// Nil: nothing is kept.
  var folder: String? { noCache ? nil : place.folder }

  func validate() throws {
    if noCache, place.cache != nil {
      throw ValidationError("--cache and --no-cache exclude each other: give one of them")
    }
  }
}

/// How many segments are worked on at a time.
struct JobOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "How many segments are rendered at the same time. The film is the same with any number. (default: one for each processor)",
      valueName: "n"))
  var jobs: Int?

  var count: Int { jobs ?? max(1, ProcessInfo.processInfo.activeProcessorCount) }

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs must be a number from 1 to 256, not \(jobs)")
    }
  }
}
