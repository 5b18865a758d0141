internal import Foundation
internal import Providers
internal import SceneDocument
internal import Storage
internal import Workflows

extension VideoStudio {
  /// `captions/build.requested` → the words of a scene with their times, as the scene document takes them.
  var captionBuilder: WorkflowFunction<CaptionsRequested, Void> {
    WorkflowFunction("caption-builder", on: CaptionsRequested.self, options: options()) {
      event, step in
      let plan = try await step.transaction("begin") { db -> CaptionPlan? in
        guard try event.isCurrent(db) else { return nil }
        let scene = try SceneRecord.require(db, event.scene)
        if scene.captions == .done || scene.captions == .skipped { return nil }
        if !(try Project.require(db, event.project).settings.hasCaptions) {
          try SceneRecord.set(db, event.scene, .captions, .skipped, now: clock.now)
          return nil
        }
        try SceneRecord.set(db, event.scene, .captions, .running, now: clock.now)
        let speech = try ProjectAsset.find(
          db, project: event.project, scene: event.scene, .speech)
        return CaptionPlan(timing: speech?.note ?? "", language: scene.script.language)
      }
      guard let plan else { return }
      let words = try await step.run("build") { try await self.build(plan) }
      try await step.transaction("keep the captions") { db in
        try words.insert(db, project: event.project, scene: event.scene, now: clock.now)
        try SceneRecord.set(
          db, event.scene, .captions, words.isEmpty ? .skipped : .done, now: clock.now)
      }
    }
  }

  private struct CaptionPlan: Codable, Sendable {
    var timing: String
    var language: String
  }

  private struct Built: Codable, Sendable {
    var sha256: String
    var bytes: Int64
    var isEmpty: Bool

    func insert(_ db: any Connection, project: String, scene: String, now: Int64) throws {
      if isEmpty { return }
      try ProjectAsset(
        .words, scene: scene, sha256: sha256, mediaType: "application/json", bytes: bytes,
        provider: "caption-builder"
      ).insert(db, project: project, now: now)
    }
  }

  private func build(_ plan: CaptionPlan) async throws -> Built {
    let speech = try await stored(Speech.self, plan.timing)
    let file = WordsFile(speech.words, language: plan.language)
    let data = Data(file.text.utf8)
    return Built(
      sha256: try await assets.put(data), bytes: Int64(data.count), isEmpty: file.isEmpty)
  }
}

/// The words file of a scene document.
struct WordsFile {
  let text: String
  let isEmpty: Bool

  /// Times never decrease there, words have no spaces, and none is too long for a line, whatever a provider says.
  init(_ words: [Speech.Word], language: String) {
    var last = 0.0
    var entries: [JSONValue] = []
    for word in words {
      let start = max(last, word.start)
      let end = max(start, word.end)
      last = start
      let pieces = WordSplitting.words(in: word.text).flatMap(LongWord.pieces)
      let letters = Double(max(1, pieces.map(\.count).reduce(0, +)))
      var said = 0.0
      for piece in pieces {
        let from = start + (end - start) * said / letters
        said += Double(piece.count)
        let to = start + (end - start) * said / letters
        entries.append([
          "t": .string(piece), "s": .number((from * 1000).rounded() / 1000),
          "e": .number((to * 1000).rounded() / 1000),
        ])
      }
    }
    isEmpty = entries.isEmpty
    let file: JSONValue = ["v": 1, "lang": .string(language), "words": .array(entries)]
    text = file.compactText
  }
}

/// Words that would not fit on a line.
enum LongWord {
  /// In columns, each as wide as a small letter is in the mean.
  static let longest = 22

  /// The word in pieces that fit, hyphens at the breaks between letters.
  static func pieces(of word: String) -> [String] {
    let width = word.reduce(0) { $0 + Self.width(of: $1) }
    guard width > longest * 10 else { return [word] }
    let letters = Array(word)
    let room = (longest - 2) * 10
    let count = min(letters.count, (width + room - 1) / room)
    return (0..<count).map { number in
      let range = letters.count * number / count..<letters.count * (number + 1) / count
      let isBetweenLetters =
        number < count - 1 && letters[range.upperBound - 1].isLetter
        && letters[range.upperBound].isLetter
      return String(letters[range]) + (isBetweenLetters ? "-" : "")
    }
  }

  /// The text with such words broken, and cut behind a word where it is wider than `columns`.
  static func fitting(_ text: String, columns: Int) -> String {
    let broken = text.split(separator: " ").flatMap { pieces(of: String($0)) }
      .joined(separator: " ")
    var width = 0
    for index in broken.indices {
      width += Self.width(of: broken[index])
      // One capital at the beginning is in the mean.
      if width >= (columns + 1) * 10 { return wholeWords(of: broken, before: index) + "…" }
    }
    return broken
  }

  /// In tenths of a column: letters of Chinese, Japanese and Korean take two, capitals more than one.
  private static func width(of letter: Character) -> Int {
    if (letter.unicodeScalars.first?.value ?? 0) >= 0x1100 { return 20 }
    if "MWmw@%".contains(letter) { return 16 }
    return letter.isUppercase ? 13 : 10
  }

  /// A single word that is nearly all of it is cut within.
  private static func wholeWords(of text: String, before end: String.Index) -> String {
    let start = text[..<end]
    let space = text[end] == " " ? end : start.lastIndex(of: " ")
    let words = space.map { text[..<$0] }.flatMap { $0.count * 2 >= start.count ? $0 : nil }
    return (words ?? start).trimmingCharacters(
      in: .whitespaces.union(CharacterSet(charactersIn: ",;:–—-(·")))
  }
}
