internal import ArgumentParser
internal import Foundation
internal import Providers

/// Looks into one PDF and prints what it is, for the process that started it. People never start it: a hostile file takes
/// its memory and not the node's.
struct InspectPDFCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect-pdf", abstract: "Look into a PDF for the node.", shouldDisplay: false)

  @Argument var file: String

  func run() throws {
    try FileHandle.standardOutput.write(contentsOf: Data((PDFInspection.report(file) + "\n").utf8))
  }
}
