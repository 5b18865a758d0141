internal import ArgumentParser
internal import Foundation
internal import Providers

/// Speaks one text for the process that started it. People never start it.
struct SpeakCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "speak-child", abstract: "Speak for the node.", shouldDisplay: false)

  @Argument var provider: String
  @Argument var request: String
  @Argument var folder: String

  func run() async throws {
    let reply = await SpeechChild.serve(provider, request: request, folder: folder)
    try FileHandle.standardOutput.write(contentsOf: Data(reply))
  }
}
