internal import ArgumentParser
internal import Foundation
internal import SceneDocument

/// What may be set, and what is.
struct SettingsCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Show what may be set, and what is.",
    discussion: """
      Settings stand in a JSON file, 'config.json' in the node's folder or the file that $REELNODE_CONFIG names, and in the \
      environment, which goes before the file. Keys are never shown.

      EXAMPLES
        reelnode settings
        ELEVENLABS_API_KEY=… reelnode make brief.pdf --voice elevenlabs
        echo '{"elevenlabs": {"api-key": "…", "voice": "…"}}' > ~/.local/share/reelnode/config.json
      """)

  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let console = reporter.console
    let settings: NodeSettings
    do { settings = try await NodeSettings.read(nodeFolder: node.folder) } catch let failure
      as Failure
    {
      // What a settings file may hold is what whoever has a wrong one wants to know.
      if !console.json { list(.environment(), console) }
      throw failure
    }
    if !console.json {
      console.say("settings file: " + (settings.path ?? "none (\(node.folder)/config.json)"))
    }
    return list(settings, console)
  }

  @discardableResult
  private func list(_ settings: NodeSettings, _ console: Console) -> ExitStatus {
    let rows = SettingsTable.Key.allCases.map {
      SettingsScreen.Row(key: $0, value: shown($0, settings))
    }
    if console.json {
      return console.print([
        "file": .init(text: settings.path),
        "settings": .array(
          rows.map {
            [
              "key": .string($0.key.rawValue), "variable": .string($0.key.variable),
              "value": .init(text: $0.value), "purpose": .string($0.key.purpose),
            ]
          }),
      ])
    }
    let terminal = Terminal.standardOutput
    let lines = SettingsScreen(rows: rows, usesColour: terminal.usesColour)
      .lines(columns: terminal.isTerminal ? terminal.columns : nil)
    return console.print(lines.joined(separator: "\n") + "\n")
  }

  private func shown(_ key: SettingsTable.Key, _ settings: NodeSettings) -> String? {
    if key.isSecret { return settings.secret(key).map { "\($0)" } }
    if let text = settings.string(key) { return text }
    return (try? settings.number(key))?.map { $0.text(decimals: 6) }
  }
}
