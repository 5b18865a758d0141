internal import Foundation
internal import NIOPosix

/// What a file is by its bytes; what it is called says nothing.
enum MediaSniffer {
  /// Types that documents may be of.
  static let documents: Set<String> = [
    "application/pdf", "text/markdown", "text/plain", "image/png", "image/jpeg",
  ]

  /// Types that a browser shows without running anything of them.
  static func isSafe(_ type: String) -> Bool {
    if type.hasPrefix("video/") || type.hasPrefix("audio/") { return true }
    return [
      "application/pdf", "application/json", "text/plain", "text/markdown", "text/vtt", "image/png",
      "image/jpeg", "image/webp", "image/gif",
    ].contains(type)
  }

  static func type(ofFileAt path: String) async throws -> String {
    let head = try await NIOThreadPool.singleton.runIfActive { () -> [UInt8] in
      guard let file = FileHandle(forReadingAtPath: path) else { return [] }
      defer { try? file.close() }
      return [UInt8](try file.read(upToCount: 4096) ?? Data())
    }
    return type(ofHead: head)
  }

  /// Of a file that begins so; `application/octet-stream` for what is not known.
  static func type(ofHead head: [UInt8]) -> String {
    func begins(_ bytes: [UInt8], at place: Int = 0) -> Bool {
      head.count >= place + bytes.count && Array(head[place..<place + bytes.count]) == bytes
    }
    if begins([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "image/png" }
    if begins([0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
    if begins(Array("GIF8".utf8)) { return "image/gif" }
    if begins(Array("RIFF".utf8)), begins(Array("WEBP".utf8), at: 8) { return "image/webp" }
    if begins(Array("RIFF".utf8)), begins(Array("WAVE".utf8), at: 8) { return "audio/wav" }
    if begins(Array("fLaC".utf8)) { return "audio/flac" }
    if begins(Array("OggS".utf8)) { return "audio/ogg" }
    if begins(Array("ID3".utf8)) || begins([0xFF, 0xFB]) { return "audio/mpeg" }
    if begins([0x1A, 0x45, 0xDF, 0xA3]) { return "video/webm" }
    if begins(Array("ftyp".utf8), at: 4) { return "video/mp4" }
    // Readers of PDF accept some bytes before it.
    if head.prefix(1024).contains(Array("%PDF-".utf8)) { return "application/pdf" }
    return isText(head) ? textType(head) : "application/octet-stream"
  }

  /// UTF-8, of which the last letter may be cut, or UTF-16 with its mark; no control characters.
  private static func isText(_ head: [UInt8]) -> Bool {
    if head.isEmpty || head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
      return true
    }
    if head.contains(where: { $0 < 9 || ($0 > 13 && $0 < 27) || $0 == 127 }) { return false }
    for cut in 0..<min(4, head.count)
    where String(validating: head.dropLast(cut), as: UTF8.self) != nil {
      return cut == 0 || head.count >= 4000
    }
    return false
  }

  private static func textType(_ head: [UInt8]) -> String {
    let text = String(decoding: head, as: UTF8.self)
    if text.hasPrefix("WEBVTT") { return "text/vtt" }
    if let first = text.first(where: { !$0.isWhitespace }), first == "{" || first == "[",
      text.contains("\""), text.contains(":")
    {
      return "application/json"
    }
    let isMarkdown = text.split(separator: "\n").contains { line in
      line.hasPrefix("# ") || line.hasPrefix("## ") || line.hasPrefix("- ")
        || line.hasPrefix("* ") || line.hasPrefix("```")
    }
    return isMarkdown ? "text/markdown" : "text/plain"
  }
}
