internal import Configuration
internal import Foundation
internal import SceneDocument
internal import SystemPackage
internal import WebClient

/// The node's settings: a JSON file, whose values the environment overrides.
///
/// `elevenlabs.api-key` is `{"elevenlabs": {"api-key": …}}` in the file and `ELEVENLABS_API_KEY` in the environment. Secrets
/// are handed out as `Secret`, which prints as dots.
struct NodeSettings: Sendable {
  /// The file; nil where there is none.
  let path: String?
  private let config: ConfigReader

  /// Reads `$REELNODE_CONFIG`, or `config.json` in the node's folder if it is there. Throws `Failure` that names the file and
  /// what is wrong in it.
  static func read(nodeFolder: String) async throws -> NodeSettings {
    let environment = ProcessInfo.processInfo.environment
    let named = environment["REELNODE_CONFIG"].flatMap { $0.isEmpty ? nil : HostPath.absolute($0) }
    let path = named ?? nodeFolder + "/config.json"
    var providers: [any ConfigProvider] = [environmentProvider]
    let isThere = FileManager.default.fileExists(atPath: path)
    if named != nil, !isThere {
      throw Failure.usage(
        .inputOutput, "there is no file '\(path)'\n  → make it, or unset REELNODE_CONFIG")
    }
    if isThere {
      try check(path)
      providers.append(
        try await FileProvider<JSONSnapshot>(
          parsingOptions: .init(
            secretsSpecifier: .dynamic { name, _ in SettingsTable.isSecret(key: name) }),
          filePath: FilePath(path)))
    }
    return NodeSettings(path: isThere ? path : nil, config: ConfigReader(providers: providers))
  }

  /// Without any file.
  static func environment() -> NodeSettings {
    NodeSettings(path: nil, config: ConfigReader(providers: [environmentProvider]))
  }

  private static var environmentProvider: EnvironmentVariablesProvider {
    EnvironmentVariablesProvider(
      environmentVariables: ProcessInfo.processInfo.environment,
      secretsSpecifier: .dynamic { name, _ in SettingsTable.isSecret(variable: name) })
  }

  /// Nil where it is not set, or is empty.
  func string(_ key: SettingsTable.Key) -> String? {
    guard let value = config.string(forKey: ConfigKey(key.rawValue)), !value.isEmpty else {
      return nil
    }
    return value
  }

  func secret(_ key: SettingsTable.Key) -> Secret? {
    config.string(forKey: ConfigKey(key.rawValue), isSecret: true).flatMap { Secret($0) }
  }

  /// Throws `Failure` for addresses that are none, and for keys that no header can carry.
  func check() throws {
    for key in SettingsTable.Key.allCases {
      if key.isSecret, let secret = secret(key),
        !secret.value.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) })
      {
        throw Failure.usage(
          .range,
          "setting '\(key.rawValue)' holds characters that no key has\n  → copy the key again, alone"
        )
      }
      if key.isAddress, let text = string(key), !Self.isAddress(text) {
        throw Failure.usage(
          .range,
          "setting '\(key.rawValue)' is '\(text.prefix(80))', which is no address of a service\n  → give one that begins with https:// or http://"
        )
      }
    }
  }

  private static func isAddress(_ text: String) -> Bool {
    guard text.unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) }),
      let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty
    else { return false }
    return ["http", "https"].contains(parts.scheme?.lowercased())
  }

  func number(_ key: SettingsTable.Key) throws -> Double? {
    guard let text = config.string(forKey: ConfigKey(key.rawValue)) ?? wholeNumber(key) else {
      return config.double(forKey: ConfigKey(key.rawValue))
    }
    guard let number = Double(text), number.isFinite else {
      throw Failure.usage(
        .range, "setting '\(key.rawValue)' is '\(text)', which is no number\n  → correct it")
    }
    return number
  }

  private func wholeNumber(_ key: SettingsTable.Key) -> String? {
    config.int(forKey: ConfigKey(key.rawValue)).map(String.init)
  }

  /// The library takes any key: one that is misspelt is told here, before a request fails for want of it.
  private static func check(_ path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure.usage(
        .inputOutput, "the settings '\(path)' cannot be read\n  → check its permissions")
    }
    guard let value = try? JSONSerialization.jsonObject(with: data),
      let root = value as? [String: Any]
    else {
      throw Failure.usage(
        .jsonSyntax,
        "the settings '\(path)' are no JSON object\n  → correct the file; 'reelnode settings' shows what it may hold"
      )
    }
    for key in keys(root, below: "") where SettingsTable.Key(rawValue: key) == nil {
      let near = SettingsTable.Key.allCases.map(\.rawValue)
        .filter { $0.split(separator: ".").first == key.split(separator: ".").first }
      throw Failure.usage(
        .unknownKey,
        "the settings '\(path)' have an unknown key '\(key)'\n  → "
          + (near.isEmpty
            ? "'reelnode settings' shows all keys" : "one of: \(near.joined(separator: ", "))"))
    }
  }

  private static func keys(_ object: [String: Any], below prefix: String) -> [String] {
    object.keys.sorted().flatMap { name -> [String] in
      let key = prefix.isEmpty ? name : prefix + "." + name
      if let inner = object[name] as? [String: Any] { return keys(inner, below: key) }
      return [key]
    }
  }
}
