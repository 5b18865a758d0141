internal import ArgumentParser
internal import Compositing
internal import Foundation
internal import SceneDocument

/// Checks a document, and repairs it where there is no doubt.
struct ValidateCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check a document and the files it names.",
    discussion: """
      First the text is checked, then the files are read, then every duration is settled. Each stage tells all \
      its problems at once, with their places in the text.

      --fix writes the repairs that are beyond doubt, such as a misspelt key with a single candidate, and leaves \
      the rest of the text as it is. With '-' the repaired text goes to standard output.

      EXAMPLES
        reelnode validate film.json
        reelnode validate film.json --fix
        reelnode validate film.json --no-probe           the files need not be there
        reelnode validate film.json --json | jq '.diagnostics[].code'

      EXIT CODES
        0  in order
        1  a file cannot be read for the machine's sake
        2  document, asset or command line wrong
        3  in order but for warnings, under --strict
      """)

  @OptionGroup var input: InputOptions

  @Flag(help: "Write the repairs that are beyond doubt into the document.")
  var fix = false

  @Flag(help: "Tell warnings as errors, and exit with 3 where there is nothing else.")
  var strict = false

  @Flag(help: "Check the document alone; no other file is read.")
  var noProbe = false

  @OptionGroup var preset: PresetOptions
  @OptionGroup var cache: CacheOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    reporter.isStrict = strict
    let text = try input.read(for: &reporter)
    let fixed = fix ? try repair(text, &reporter) : []
    do {
      return try await check(reporter.input ?? text, fixed, reporter)
    } catch {
      let failure = Failure(error)
      guard fix, reporter.console.json else { throw failure }
      // What was repaired is told even though more is wrong.
      reporter.say(failure.diagnostics)
      reporter.console.print(json(failure.status, failure.diagnostics, fixed, reporter, nil))
      throw failure.status
    }
  }

  private func check(
    _ text: DocumentInput, _ fixed: [Diagnostic], _ reporter: Reporter
  ) async throws -> ExitStatus {
    let preparer = Preparer(
      input: text, reading: preset.reading, assetFolder: input.assets, cacheFolder: cache.folder)
    let warnings: [Diagnostic]
    var facts: Facts?
    if noProbe {
      warnings = try preparer.read().diagnostics
    } else {
      let preparation = try await preparer.prepare()
      warnings = preparation.warnings
      facts = Facts(preparation)
    }
    reporter.say(warnings)
    let status = reporter.status(warnings: warnings)
    let films = facts.map { ": " + $0.text } ?? "; its files were not looked at"
    let number = counted(warnings.count, "warning")
    let count =
      warnings.isEmpty ? "" : strict ? " but for \(number)" : ", with \(number)"
    reporter.console.say("\(text.label) is in order\(count)\(films)")
    if reporter.console.json {
      reporter.console.print(json(status, warnings, fixed, reporter, facts))
    }
    return status
  }

  // MARK: Repairs

  /// Writes the repaired text and lets all later messages point into it.
  private func repair(_ text: DocumentInput, _ reporter: inout Reporter) throws -> [Diagnostic] {
    let (bytes, fixed) = SceneDocument.applyingFixes(to: text.text, options: preset.reading)
    let ordered = fixed.sorted { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) }
    for diagnostic in ordered {
      let change = diagnostic.suggestion.map { "; it is '\($0)' now" } ?? ""
      let message = DiagnosticText.withoutQuestion(diagnostic.message)
      reporter.console.say(
        "\(text.label):\(diagnostic.line ?? 1):\(diagnostic.column ?? 1): repaired: \(message)\(change)"
      )
    }
    if !fixed.isEmpty, !text.isStandardInput { try text.replace(with: bytes) }
    if text.isStandardInput, !reporter.console.json {
      reporter.console.print(String(decoding: bytes, as: UTF8.self))
    }
    reporter.input = text.repaired(bytes)
    return ordered
  }

  // MARK: JSON

  /// What the film will be like.
  private struct Facts {
    var scenes: Int
    var frames: Int
    var seconds: Double

    init(_ preparation: Preparation) {
      scenes = preparation.timeline.scenes.count
      frames = preparation.timeline.frames
      seconds = Double(frames) / preparation.timeline.frameRate.doubleValue
    }

    var text: String {
      "\(counted(scenes, "scene")), \(counted(frames, "frame")), \(seconds.durationText)"
    }
  }

  private func json(
    _ status: ExitStatus, _ diagnostics: [Diagnostic], _ fixed: [Diagnostic],
    _ reporter: Reporter, _ facts: Facts?
  ) -> JSONValue {
    var members: [JSONValue.Member] = []
    let isClean = status == .done && diagnostics.isEmpty
    members.append(
      .init(
        "state", .string(status == .done && !isClean ? "done_with_warnings" : status.state)))
    if let facts {
      members.append(.init("scenes", .integer(facts.scenes)))
      members.append(.init("frames", .integer(facts.frames)))
      members.append(.init("duration", .number(facts.seconds)))
    }
    members.append(
      .init("diagnostics", .array(reporter.judged(diagnostics).map(\.json))))
    if fix {
      members.append(.init("fixed", .array(fixed.map(\.json))))
      if let input = reporter.input, input.isStandardInput {
        members.append(.init("text", .string(String(decoding: input.text, as: UTF8.self))))
      }
    }
    return .object(members)
  }
}
