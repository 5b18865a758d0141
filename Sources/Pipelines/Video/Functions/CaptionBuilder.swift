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

  /// Times never decrease there and words have no spaces, whatever a provider says.
  init(_ words: [Speech.Word], language: String) {
    var last = 0.0
    var entries: [JSONValue] = []
    for word in words {
      let start = max(last, (word.start * 1000).rounded() / 1000)
      let end = max(start, (word.end * 1000).rounded() / 1000)
      last = start
      for piece in word.text.split(whereSeparator: \.isWhitespace) {
        entries.append([
          "t": .string(String(piece)), "s": .number(start), "e": .number(end),
        ])
      }
    }
    isEmpty = entries.isEmpty
    let file: JSONValue = ["v": 1, "lang": .string(language), "words": .array(entries)]
    text = file.compactText
  }
}
