public import Foundation

extension FileHandle {
  /// The line that a program writes first, when it is whole; what there is of it where the program ends before.
  public func firstLine() -> String {
    var text = ""
    while !text.contains("\n") {
      let piece = availableData
      if piece.isEmpty { break }
      text += String(decoding: piece, as: UTF8.self)
    }
    return String(text.prefix { !$0.isNewline })
  }
}
