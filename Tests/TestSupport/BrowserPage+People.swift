internal import SceneDocument

/// What people do with a page, by the keyboard or by a screen reader.
extension BrowserPage {
  /// Errors in the page since it was opened.
  public var complaints: [String] { browser.complaints(of: session) }

  /// Asks the browser and not the tab, which may be gone before it has answered.
  public func close() async throws {
    _ = try await browser.send("Target.closeTarget", ["targetId": .string(target)])
  }

  /// Presses a key with all that it does by itself: `Tab` moves on, `Enter` submits, a space presses a button.
  public func strike(_ key: String, shift: Bool = false) async throws {
    let codes = [
      "Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowLeft": 37, "ArrowUp": 38,
      "ArrowRight": 39, "ArrowDown": 40,
    ]
    guard let code = codes[key] else { throw Browser.Failure(description: "no key '\(key)'") }
    let text = key == "Enter" ? "\r" : key == " " ? " " : ""
    for type in [text.isEmpty ? "rawKeyDown" : "keyDown", "keyUp"] {
      try await send(
        "Input.dispatchKeyEvent",
        [
          "type": .string(type), "key": .string(key), "code": .string(key == " " ? "Space" : key),
          "windowsVirtualKeyCode": .integer(code), "text": .string(type == "keyDown" ? text : ""),
          "modifiers": .integer(shift ? 8 : 0),
        ])
    }
  }

  /// Types into what has the focus.
  public func type(_ text: String) async throws {
    try await send("Input.insertText", ["text": .string(text)])
  }

  /// Presses Tab until a condition holds; throws when it never does.
  public func tab(until condition: String, atMost count: Int = 80) async throws {
    for _ in 0..<count {
      try await strike("Tab")
      if try await evaluate("Boolean(\(condition))") == true { return }
    }
    let place = try await evaluate("document.activeElement.outerHTML.slice(0, 200)")
    throw Browser.Failure(
      description: "Tab never leads to where \(condition)\nit ends at \(place.prettyText)")
  }

  /// Puts files of this machine into a file field, as its dialog does.
  public func choose(_ paths: [String], in selector: String) async throws {
    let root = try await send("DOM.getDocument")
    let found = try await send(
      "DOM.querySelector",
      ["nodeId": root["root"]?["nodeId"] ?? .null, "selector": .string(selector)])
    try await send(
      "DOM.setFileInputFiles",
      ["files": .array(paths.map(JSONValue.string)), "nodeId": found["nodeId"] ?? .null])
  }

  /// What a screen reader is told, without what it passes over.
  public func accessibilityTree() async throws -> [AccessibilityNode] {
    let tree = try await send("Accessibility.getFullAXTree")
    guard case .array(let nodes)? = tree["nodes"] else { return [] }
    return nodes.compactMap { node in
      guard node["ignored"] != true, case .string(let role)? = node["role"]?["value"] else {
        return nil
      }
      var name = ""
      if case .string(let text)? = node["name"]?["value"] { name = text }
      return AccessibilityNode(role: role, name: name)
    }
  }
}

/// A thing as a screen reader knows it.
public struct AccessibilityNode: Sendable, Hashable {
  public var role: String
  public var name: String
}
