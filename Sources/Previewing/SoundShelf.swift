internal import Compositing
internal import Foundation
internal import Media

/// Keeps the mixed sound of the film that is shown, so that playing begins at once the second time.
actor SoundShelf {
  private struct Work {
    var programme: SoundProgramme
    var files: [String: String]
    var interrupt: Interrupt
    var task: Task<MixedSound, any Error>
  }

  private var work: Work?

  /// The mix of a film's sound; nil when nothing sounds. Mixing another film ends the mixing of the one before.
  func sound(of film: RenderRequest) async throws -> MixedSound? {
    let programme = film.timeline.sound
    if programme.clips.isEmpty { return nil }
    if let work, work.programme == programme, work.files == film.files.paths {
      return try await work.task.value
    }
    forget()
    let interrupt = Interrupt()
    let files = film.files.paths
    let task = Task.detached(priority: .userInitiated) {
      try await onThread {
        try SoundMixer(
          programme: programme, files: { files[$0] },
          workFolder: FileManager.default.temporaryDirectory.path, interrupt: interrupt
        ).mix()
      }
    }
    work = Work(programme: programme, files: files, interrupt: interrupt, task: task)
    do {
      return try await task.value
    } catch {
      // It is tried again the next time: a file may have been put back.
      if work?.interrupt === interrupt { work = nil }
      throw error
    }
  }

  /// Ends what is being mixed and lets go of what was.
  func forget() {
    work?.interrupt.cancel()
    work = nil
  }
}

/// Runs what blocks on a thread of its own.
func onThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result { try body() }) }
    thread.stackSize = 8 << 20
    thread.start()
  }
}
