internal import Foundation

/// Tells those who run the node what the client of a 500 is not told.
enum Complaint {
  static func tell(_ text: String) {
    let line = "reelnode: error: a request failed: \(text.prefix(2_000))\n"
    try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
  }
}
