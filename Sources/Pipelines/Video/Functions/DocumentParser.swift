internal import Foundation
internal import Providers
internal import Storage
internal import Workflows

extension VideoStudio {
  /// `document/uploaded` → the brief verified and read → `script/generate.requested`.
  var documentParser: WorkflowFunction<DocumentUploaded, Void> {
    WorkflowFunction("document-parser", on: DocumentUploaded.self, options: options()) {
      event, step in
      let brief = try await step.transaction("begin") { db -> ToRead? in
        guard try event.isCurrent(db) else { return nil }
        try Project.advance(db, event.project, to: .parsing, now: clock.now)
        try BriefRecord.set(db, of: event.project, .running, now: clock.now)
        let brief = try BriefRecord.require(db, of: event.project)
        return ToRead(sha256: brief.sha256, name: brief.name, isRead: brief.status == .done)
      }
      guard let brief else { return }
      if !brief.isRead {
        let read = try await step.run("read") { try await self.read(brief) }
        try await step.transaction("keep") { db in
          try store(db, read, of: event.project)
        }
      }
      try await step.sendEvent(
        "ask for the script",
        ScriptRequested(project: event.project, generation: event.generation))
    }
  }

  private struct ToRead: Codable, Sendable {
    var sha256: String
    var name: String
    var isRead: Bool
  }

  private struct Read: Codable, Sendable {
    var parsed: String
    var mediaType: String
    var language: String
    var title: String
    var pages: Int
    var warnings: [String]
  }

  private func read(_ brief: ToRead) async throws -> Read {
    let path = try await assets.file(of: brief.sha256)
    let reading: BriefReading
    do {
      reading = try await readBrief(path)
    } catch let error as CancellationError {
      throw error
    } catch let error as StorageError where error.isTransient {
      throw error
    } catch {
      throw StepFailure.noRetry(BriefRefused(name: brief.name, reason: "\(error)"))
    }
    let document = reading.document
    return Read(
      parsed: try await keep(reading), mediaType: reading.mediaType, language: document.language,
      title: document.title, pages: document.pages.count, warnings: document.warnings)
  }

  private func store(_ db: any Connection, _ read: Read, of project: String) throws {
    try db.execute(
      """
      UPDATE document
      SET status = 'done', parsed_sha256 = :parsed, media_type = :type, language = :language,
          pages = :pages, warnings = :warnings, updated_ms = :now
      WHERE project_id = :project
      """,
      [
        "project": project, "parsed": read.parsed, "type": read.mediaType,
        "language": read.language, "pages": read.pages,
        "warnings": try RecordJSON.text(read.warnings), "now": clock.now,
      ])
    try db.execute(
      "UPDATE project SET title = :title, updated_ms = :now WHERE id = :id AND title = ''",
      ["id": project, "title": read.title, "now": clock.now])
  }
}

/// A brief that gives no film.
struct BriefRefused: Error, CustomStringConvertible {
  var name: String
  var reason: String

  var description: String { "brief '\(name)': \(reason)" }
}
