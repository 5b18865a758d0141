internal import ArgumentParser
internal import Compositing
internal import Foundation
internal import GoldenFrames
internal import SceneDocument

/// Makes goldens.
struct GoldenRecordCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Keep what films look and sound like now as their goldens.",
    discussion: """
      The film is drawn twice, on different numbers of threads, and refused when the two are not the same. Key frames \
      are chosen so that every layer and transition is seen in one of them as far as five can do that; name others in \
      golden.json: { "key_frames": [0, 30, 75] }.

      With --accept the golden stays, and the digests of this build are added to its frames as further accepted ones, \
      if they are inside the bounds for another build. That makes the golden exact on both.

      Nothing is recorded where the environment variable CI is set.

      EXIT CODES
        0  recorded
        1  two renders differ, or a file cannot be written
        2  recording is refused; a document, an asset or the command line is wrong
      """)

  @OptionGroup var documents: GoldenDocuments

  @Flag(help: "Add this build's digests to the goldens that are there, instead of replacing them.")
  var accept = false

  @OptionGroup var jobs: JobOptions
  @OptionGroup var cache: CacheOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let run = GoldenRun(
      assets: documents.assets, cacheFolder: cache.folder, jobs: jobs.count,
      options: GoldenChecker.Options())
    var recorder = GoldenRecorder()
    recorder.jobs = jobs.count
    var list: [JSONValue] = []
    for path in try documents.list() {
      let text = try DocumentInput(reading: path)
      reporter.input = text
      do {
        let (recorder, accept) = (recorder, accept)
        let made = try await cancelledBySignals {
          var made: [(text: String, json: JSONValue)] = []
          for (variant, film) in Film.all(of: try await run.prepare(text).prepared) {
            let folder = Golden.folder(ofDocument: path, variant: variant)
            made.append(try await Self.record(film, into: folder, recorder, accept: accept))
          }
          return made
        }
        for film in made {
          reporter.console.say(film.text)
          list.append(film.json)
        }
      } catch let error as GoldenError {
        throw Failure(Diagnostic(error))
      }
    }
    guard reporter.console.json else { return .done }
    return reporter.console.print(["spec": "golden/1", "recorded": .array(list)])
  }

  private static func record(
    _ film: Film, into folder: String, _ recorder: GoldenRecorder, accept: Bool
  ) async throws -> (text: String, json: JSONValue) {
    if accept {
      let added = try await recorder.accept(film, into: try Golden(reading: folder))
      return (
        "\(folder): \(counted(added, "digest")) of this build accepted beside those that were there",
        ["folder": .string(folder), "accepted": .integer(added)]
      )
    }
    let outcome = try await recorder.record(film, into: folder)
    var text =
      "\(folder): \(counted(outcome.frames, "frame"))\(outcome.hasSound ? " and sound" : "")"
    text += ", key frames \(outcome.keyFrames.map(String.init).joined(separator: ", "))"
    text += ", \(outcome.bytes / 1000) kB"
    if let changed = outcome.changedFrames {
      let sound = outcome.soundChanged ? " and the sound" : ""
      text +=
        changed == 0 && sound.isEmpty
        ? "; nothing changed" : "; \(counted(changed, "frame"))\(sound) changed"
    }
    return (
      text,
      [
        "folder": .string(folder), "frames": .integer(outcome.frames),
        "key_frames": .array(outcome.keyFrames.map(JSONValue.integer)),
        "bytes": .integer(outcome.bytes),
        "changed_frames": outcome.changedFrames.map { .integer($0) } ?? .null,
        "sound_changed": .bool(outcome.soundChanged),
      ]
    )
  }
}
