internal import ArgumentParser
internal import Compositing
internal import Foundation
internal import Media
internal import SceneDocument

/// Looks whether this machine can do everything.
struct DoctorCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check that this machine has all that rendering needs.",
    discussion: """
      Looks at the media libraries and their encoders, decoders and containers, at the fonts, the cache, the room on \
      the disks and the processors. What is missing is told with the command that installs it.

      EXAMPLES
        reelnode doctor
        reelnode doctor --json | jq .missing

      EXIT CODES
        0  everything is there
        1  something is missing
      """)

  @OptionGroup var cache: CacheOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let parts = MediaPart.all
    let missing = parts.filter { !$0.isThere }
    let place = CachePlace(folder: cache.folder, limit: cache.cacheLimit)
    let fonts = ShippedFonts(cacheFolder: cache.folder)
    let isWhole = missing.isEmpty && place.problem == nil && fonts.absent.isEmpty
    let status: ExitStatus = isWhole ? .done : .failed
    if reporter.console.json {
      let written = reporter.console.print(json(parts, missing, place, fonts, status))
      return written == .done ? status : written
    }
    let written = reporter.console.print(
      text(parts, missing, place, fonts).joined(separator: "\n") + "\n")
    return written == .done ? status : written
  }

  private var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

  // MARK: For people

  private func text(
    _ parts: [MediaPart], _ missing: [MediaPart], _ place: CachePlace, _ fonts: ShippedFonts
  ) -> [String] {
    var lines = Version.lines
    for kind in MediaPart.Kind.allCases {
      let own = parts.filter { $0.kind == kind }
      let absent = own.filter { !$0.isThere }
      let there = own.filter(\.isThere).map(\.name).joined(separator: " ")
      lines.append("\(kind.heading): \(there)")
      for part in absent {
        lines.append("  missing: \(part.name), needed for \(part.purpose)")
        lines.append("  → \(MediaPart.remedy)")
      }
    }
    lines.append(
      "fonts: "
        + ShippedFonts.fileNames.filter { fonts.file(named: $0) != nil }.joined(separator: " "))
    for name in fonts.absent {
      lines.append("  missing: \(name), needed for text of documents without fonts of their own")
    }
    if !fonts.absent.isEmpty { lines.append("  → \(ShippedFonts.command)") }
    lines.append("processors: \(cores)")
    lines.append("cache: " + place.text)
    if let problem = place.problem { lines.append("  → \(problem)") }
    lines.append("disk: \(CachePlace.free(".")) free here")
    lines.append("licence: reelnode is Apache-2.0; the media libraries are \(Libraries.licence)")
    if Libraries.licence.hasPrefix("GPL") {
      lines.append("  a binary that is passed on together with them falls under their licence")
    }
    lines.append(
      missing.isEmpty && place.problem == nil && fonts.absent.isEmpty
        ? "everything is there" : "not everything is there: see the lines with →")
    return lines
  }

  // MARK: For programs

  private func json(
    _ parts: [MediaPart], _ missing: [MediaPart], _ place: CachePlace, _ fonts: ShippedFonts,
    _ status: ExitStatus
  ) -> JSONValue {
    func number(_ bytes: Int64?) -> JSONValue { bytes.map { .number(Double($0)) } ?? .null }
    return [
      "state": .string(status.state), "version": .string(Version.text),
      "fingerprint": .string(Fingerprint.current), "ffmpeg": .string(Libraries.release),
      "libraries": .object(Libraries.versions.map { .init($0.name, .string($0.version)) }),
      "parts": .array(
        parts.map {
          [
            "kind": .string($0.kind.rawValue), "name": .string($0.name),
            "purpose": .string($0.purpose), "present": .bool($0.isThere),
          ]
        }),
      "missing": .array(
        missing.map {
          [
            "kind": .string($0.kind.rawValue), "name": .string($0.name),
            "command": .string(MediaPart.command),
          ]
        }),
      "fonts": [
        "needed": .array(ShippedFonts.fileNames.map(JSONValue.string)),
        "missing": .array(fonts.absent.map(JSONValue.string)),
      ], "processors": .integer(cores),
      "cache": [
        "folder": place.folder.map(JSONValue.string) ?? .null, "bytes": number(place.bytes),
        "limit": number(place.limit.bytes), "free": number(place.free),
        "problem": place.problem.map(JSONValue.string) ?? .null,
      ],
      "free_here": number(HostFile.freeBytes(".")),
      "licence": ["reelnode": "Apache-2.0", "libraries": .string(Libraries.licence)],
      "diagnostics": .array(missing.map { Diagnostic(.internalError, $0.message).json }),
    ]
  }
}

/// The folder of finished segments, as it is found.
struct CachePlace {
  /// Nil: nothing is kept.
  var folder: String?
  var limit: ByteSize
  var bytes: Int64?
  var free: Int64?
  var problem: String?

  init(folder: String?, limit: ByteSize) {
    (self.folder, self.limit) = (folder, limit)
    guard let folder else { return }
    let place = Self.nearestFolder(folder)
    free = HostFile.freeBytes(place)
    bytes = Self.size(of: folder)
    if !FileManager.default.isWritableFile(atPath: place) {
      problem = "'\(place)' cannot be written: name another folder with --cache or REELNODE_CACHE"
    }
  }

  var text: String {
    guard let folder else { return "not used" }
    let used = bytes.map { ByteSize($0).description } ?? "empty"
    let room = free.map { ByteSize($0).description } ?? "unknown"
    return "\(folder), \(used) of at most \(limit), \(room) free on its disk"
  }

  static func free(_ path: String) -> String {
    HostFile.freeBytes(path).map { ByteSize($0).description } ?? "unknown"
  }

  /// `folder`, or the one around it that exists.
  private static func nearestFolder(_ folder: String) -> String {
    var url = URL(fileURLWithPath: folder)
    while url.path != "/", !FileManager.default.fileExists(atPath: url.path) {
      url.deleteLastPathComponent()
    }
    return url.path
  }

  private static func size(of folder: String) -> Int64? {
    let keys: [URLResourceKey] = [.fileSizeKey, .isRegularFileKey]
    let root = URL(fileURLWithPath: folder)
    guard FileManager.default.fileExists(atPath: folder),
      let list = FileManager.default.enumerator(at: root, includingPropertiesForKeys: keys)
    else { return nil }
    var total: Int64 = 0
    while let url = list.nextObject() as? URL {
      let values = try? url.resourceValues(forKeys: Set(keys))
      if values?.isRegularFile == true { total += Int64(values?.fileSize ?? 0) }
    }
    return total
  }
}
