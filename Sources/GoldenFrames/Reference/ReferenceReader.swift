internal import Foundation
internal import SceneDocument

/// Reads `reference.txt`. Any bytes whatever give a reference or `GoldenError.damaged`.
struct ReferenceReader {
  private let file: String
  private var number = 0
  private var reference = Reference(
    document: "", width: 0, height: 0, timeBase: Rational(1), builds: [], keyFrames: [],
    scenes: [], clips: [], sound: nil, frames: [], squares: "")
  /// What an `also` line belongs to.
  private var last = Owner.none
  private var seen: Set<String> = []

  private enum Owner { case none, frame, sound }

  private init(file: String) { self.file = file }

  static func read(_ bytes: [UInt8], file: String) throws(GoldenError) -> Reference {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .damaged(file, "it is no UTF-8 text")
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    guard let magic = lines.first, magic.hasPrefix("reelnode-golden ") else {
      throw .damaged(file, "it does not begin with '\(Reference.magic)'")
    }
    guard magic == Reference.magic else {
      throw GoldenError(
        .damaged, file: file,
        "it was recorded by another version of reelnode ('\(magic.prefix(40))')",
        advice: "use that version, or record it anew with this one")
    }
    // The checksum first: whatever was cut off or changed is told as just that.
    guard lines.last == "", lines.count > 2, let end = lines.dropLast().last,
      end.hasPrefix("end ")
    else { throw .damaged(file, "its end is missing") }
    let body = bytes.prefix(bytes.count - end.utf8.count - 1)
    guard end.dropFirst(4) == sha256(of: Array(body)) else {
      throw .damaged(file, "its checksum is wrong, so it was changed after it was recorded")
    }
    lines = lines.dropLast(2)
    var reader = ReferenceReader(file: file)
    for line in lines {
      reader.number += 1
      if reader.number == 1 || line.hasPrefix("#") { continue }
      try reader.take(line)
    }
    return try reader.finished()
  }

  private func damaged(_ reason: String) -> GoldenError {
    .damaged(file, "line \(number): \(reason)")
  }

  private mutating func take(_ line: Substring) throws(GoldenError) {
    guard let space = line.firstIndex(of: " ") else {
      throw damaged("'\(line.prefix(40))' says nothing")
    }
    let (word, rest) = (line[..<space], line[line.index(after: space)...])
    let words = rest.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    switch word {
    case "document": reference.document = try digest(words, count: 1, at: 0)
    case "canvas":
      (reference.width, reference.height) = (
        try whole(words, count: 2, at: 0, 2...16384), try whole(words, count: 2, at: 1, 2...16384)
      )
    case "timebase":
      reference.timeBase = Rational(
        Int64(try whole(words, count: 2, at: 0, 1...1_000_000_000)),
        Int64(try whole(words, count: 2, at: 1, 1...1_000_000_000)))
    case "build":
      guard words.first == String(reference.builds.count), words.count > 1 else {
        throw damaged("builds are not in order")
      }
      reference.builds.append(words.dropFirst().joined(separator: " "))
    case "scene":
      reference.scenes.append(
        Reference.SceneNote(
          id: words[0], start: try whole(words, count: 3, at: 1),
          frames: try whole(words, count: 3, at: 2),
          layers: []))
    case "transition", "layer": try takeDescription(word, rest, words)
    case "clip":
      guard words.count > 1 else { throw damaged("a clip without description") }
      reference.clips.append(
        Reference.ClipNote(
          asset: words[0], description: words.dropFirst().joined(separator: " ")))
    case "sound": try takeSound(words)
    case "second":
      guard reference.sound?.seconds.count == (try whole(words, count: 2, at: 0)) else {
        throw damaged("seconds of sound are not in order")
      }
      reference.sound?.seconds.append(words[1])
    case "keys":
      for place in words.indices {
        reference.keyFrames.append(try whole(words, count: words.count, at: place))
      }
    case "squares": reference.squares = try digest(words, count: 1, at: 0)
    case "frame": try takeFrame(words)
    case "also": try takeAlternative(words)
    default: throw damaged("'\(word.prefix(40))' is not known")
    }
    if ["document", "canvas", "timebase", "sound", "keys", "squares"].contains(String(word)),
      !seen.insert(String(word)).inserted
    {
      throw damaged("a second '\(word)'")
    }
  }

  private mutating func takeDescription(
    _ word: Substring, _ rest: Substring, _ words: [String]
  ) throws(GoldenError) {
    guard !reference.scenes.isEmpty else { throw damaged("a \(word) before the first scene") }
    let scene = reference.scenes.count - 1
    if word == "transition" {
      reference.scenes[scene].transition = String(rest)
    } else {
      guard words.count > 1 else { throw damaged("a layer without description") }
      reference.scenes[scene].layers.append(
        Reference.LayerNote(
          id: words[0], description: words.dropFirst().joined(separator: " ")))
    }
  }

  private mutating func takeSound(_ words: [String]) throws(GoldenError) {
    guard words.count == 6, let gain = Double(words[4]), gain.isFinite else {
      throw damaged("a sound needs digest, rate, channels, samples, gain and table")
    }
    reference.sound = Reference.SoundNote(
      digest: try digest(words, count: 6, at: 0),
      rate: try whole(words, count: 6, at: 1, 1...768_000),
      channels: try whole(words, count: 6, at: 2, 1...64),
      samples: Int64(try whole(words, count: 6, at: 3, 0...1 << 40)), gainDB: gain, seconds: [],
      table: try digest(words, count: 6, at: 5))
    last = .sound
  }

  private mutating func takeFrame(_ words: [String]) throws(GoldenError) {
    guard reference.frames.count == (try whole(words, count: 4, at: 0)) else {
      throw damaged("frames are not in order")
    }
    guard let hash = PerceptualHash(words[3]) else { throw damaged("'\(words[3])' is no hash") }
    reference.frames.append(
      Reference.FrameNote(
        pts: Int64(try whole(words, count: 4, at: 1)), digest: try digest(words, count: 4, at: 2),
        hash: hash))
    last = .frame
  }

  private mutating func takeAlternative(_ words: [String]) throws(GoldenError) {
    let build = try whole(words, count: 2, at: 0, 1...max(1, reference.builds.count - 1))
    let alternative = Reference.Alternative(
      build: build, digest: try digest(words, count: 2, at: 1))
    switch last {
    case .none: throw damaged("an alternative to nothing")
    case .frame: reference.frames[reference.frames.count - 1].alternatives.append(alternative)
    case .sound: reference.sound?.alternatives.append(alternative)
    }
  }

  private func whole(
    _ words: [String], count: Int, at place: Int, _ bounds: ClosedRange<Int> = 0...Int(1) << 40
  ) throws(GoldenError) -> Int {
    guard words.count == count, let number = Int(words[place]), bounds.contains(number) else {
      throw damaged("a number from \(bounds.lowerBound) to \(bounds.upperBound) was expected")
    }
    return number
  }

  private func digest(_ words: [String], count: Int, at place: Int) throws(GoldenError) -> String {
    guard words.count == count, words[place].utf8.count == 64,
      words[place].utf8.allSatisfy({ 48...57 ~= $0 || 97...102 ~= $0 })
    else { throw damaged("a SHA-256 was expected") }
    return words[place]
  }

  /// Throws when something is missing or does not fit together.
  private func finished() throws(GoldenError) -> Reference {
    let count = reference.frames.count
    guard count > 0, reference.width > 0, !reference.builds.isEmpty, !reference.document.isEmpty,
      !reference.squares.isEmpty, seen.contains("timebase"), seen.contains("keys")
    else { throw .damaged(file, "lines are missing") }
    guard reference.scenes.reduce(0, { $0 + $1.frames }) == count,
      reference.keyFrames == Set(reference.keyFrames).sorted(),
      reference.keyFrames.allSatisfy({ $0 < count })
    else { throw .damaged(file, "its scenes, key frames and frames do not fit together") }
    return reference
  }
}
