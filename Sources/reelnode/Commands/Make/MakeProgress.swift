internal import Foundation
internal import Jobs
internal import Pipelines
internal import Providers
internal import SceneDocument

/// What `make` shows while it works: a line for each stage and scene, drawn anew in place on a terminal.
struct MakeProgress {
  let console: Console
  private var told: [String: String] = [:]
  private var picture: LivePicture

  init(console: Console) {
    self.console = console
    picture = LivePicture(console: console)
  }

  /// Returns when the project has ended, and for programs when it was paused after `begin`: they cannot be asked.
  func follow(_ id: String, _ pipeline: VideoPipeline, since begin: Date) async throws {
    var progress = self
    while true {
      guard let standing = try await pipeline.standing(of: id) else { return }
      progress.show(standing)
      if standing.project.state.isEnded { return }
      let changed = Double(standing.project.updatedMS) / 1000
      if console.json, standing.project.state == .paused, changed >= begin.timeIntervalSince1970 {
        console.say("paused: \(standing.project.message ?? "")")
        return
      }
      try await Task.sleep(for: .milliseconds(150))
    }
  }

  private mutating func show(_ standing: ProjectStanding) {
    if console.json { return }
    if picture.isLive {
      let terminal = Terminal.standardError
      picture.show(
        MakeScreen(standing, console).lines(columns: terminal.columns), on: terminal)
      return
    }
    for (key, line) in MakeScreen(standing, console).tale where told[key] != line {
      told[key] = line
      console.say(line)
    }
  }
}

/// A project as lines.
struct MakeScreen {
  let standing: ProjectStanding
  let console: Console

  init(_ standing: ProjectStanding, _ console: Console) {
    (self.standing, self.console) = (standing, console)
  }

  private var project: Project { standing.project }

  /// The whole picture, for a terminal of so many columns.
  func lines(columns: Int) -> [String] {
    var lines = [head(columns), briefLine]
    if !standing.scenes.isEmpty {
      lines += standing.scenes.flatMap { SceneLine($0).lines(console, columns: columns) }
      lines.append(TerminalText.cut(filmLine, to: columns))
    }
    if project.state == .paused, let message = project.message {
      let word = "paused: "
      let text = message.split(separator: "\n").flatMap {
        TerminalText.wrapped($0, to: columns - word.count)
      }
      lines += text.enumerated().map { at, line in
        (at == 0 ? console.styled(word, .warning) : String(repeating: " ", count: word.count))
          + line
      }
    }
    return lines
  }

  /// What is told once each time that it changes, where nothing can be drawn anew.
  var tale: [(key: String, line: String)] {
    var tale = [(key: "brief", line: briefLine)]
    tale += standing.scenes.filter(\.isRequested).map {
      ($0.id, SceneLine($0).lines(console, columns: nil)[0])
    }
    if !standing.scenes.isEmpty { tale.append(("film", taleOfFilm)) }
    if project.state == .paused { tale.append(("paused", "paused: \(project.message ?? "")")) }
    return tale
  }

  private func head(_ columns: Int) -> String {
    let title = project.title.isEmpty ? standing.brief?.name ?? project.id : project.title
    return console.styled(TerminalText.cutToWords(title, to: columns), .bold)
  }

  private var briefLine: String {
    var text = "brief    "
    switch standing.brief?.status {
    case .done?:
      text += counted(standing.brief?.pages ?? 0, "page")
      if let language = standing.brief?.language { text += ", \(language)" }
    case .failed?: text += "failed"
    case .running?: text += "reading …"
    default: text += "waiting"
    }
    if project.state == .writing, standing.scenes.isEmpty { text += "; writing the script …" }
    if !standing.scenes.isEmpty { text += "; " + counted(standing.scenes.count, "scene") }
    return text
  }

  private var filmLine: String {
    guard let film = standing.film else { return "film     waits for the scenes" }
    if film.film.state.isSuccess { return "film     done" }
    var line = "film     " + QueueScreen.bar(film.fraction)
    if let eta = film.etaMS, project.state == .rendering {
      line += "  " + (Double(eta) / 1000).rounded(.up).clockText + " left"
    }
    if let running = film.running.first { line += "  " + running }
    return line
  }

  private var taleOfFilm: String {
    guard let film = standing.film else { return "film     waits for the scenes" }
    if film.film.state.isSuccess { return "film     done" }
    return
      "film     \(film.partsDone) of \(counted(film.parts, "part"))\(film.film.isOpen ? " so far" : "")"
  }
}
