internal import Foundation
internal import Previewing
internal import SceneDocument

/// The page of a document: follows the document, answers the browser, opens it.
struct PreviewPage: Sendable {
  let session: PreviewSession
  let port: Int
  let opensBrowser: Bool
  let console: Console

  /// Until the task is cancelled.
  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await session.run() }
      group.addTask {
        do {
          try await PreviewServer(session, port: port).run { address in ready(address) }
        } catch let error as PreviewServer.PortInUse {
          throw Failure.usage(
            .inputOutput,
            "port \(error.port) is in use by another program\n  → give another one with --port, or leave it out"
          )
        }
      }
      try await group.next()
      group.cancelAll()
    }
  }

  /// The address goes to standard output, for scripts; the rest is for people.
  private func ready(_ address: String) {
    console.print(address + "\n")
    console.say("The page follows \(session.name). Ctrl-C ends it.")
    if opensBrowser { open(address) }
  }

  private func open(_ address: String) {
    let environment = ProcessInfo.processInfo.environment
    let hasDisplay = environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil
    let program = "/usr/bin/xdg-open"
    guard hasDisplay, FileManager.default.isExecutableFile(atPath: program) else {
      console.say("No browser can be opened from here: open the address by hand.")
      return
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = [address]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch {
      console.say("The browser could not be started (\(error)): open the address by hand.")
    }
  }
}
