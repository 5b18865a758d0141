internal import Dispatch
internal import Foundation
public import SceneDocument
internal import Synchronization

/// A headless Chromium, driven over its debugging pipe.
///
/// Commands answer when they are done, and conditions are awaited in the page; both end after `patience` at the latest.
public final class Browser: Sendable {
  /// A command that Chromium refused, or a script that threw.
  public struct Failure: Error, CustomStringConvertible {
    public var description: String

    /// The page in which a script waited is no longer there, since another one is being shown.
    var isLeaving: Bool {
      ["context was destroyed", "navigated or closed", "Promise was collected"].contains {
        description.contains($0)
      }
    }
  }

  /// How long a command or a condition is waited for, seconds: so long that only what never comes takes it.
  static let patience = 300

  private let process = Process()
  private let toBrowser = Pipe()
  private let fromBrowser = Pipe()
  private let profile: TempFolder
  private let state = Mutex(State())

  private struct State {
    var number = 0
    var waiting: [Int: Waiting] = [:]
    /// What tabs have reported, by their sessions.
    var complaints: [String: [String]] = [:]
    var isClosed = false
  }

  /// A command that is not answered yet, and the tab that it was for.
  private struct Waiting {
    var session: String?
    var answer: CheckedContinuation<JSONValue, any Error>
  }

  /// Starts the browser. Throws when it is not installed, and says how to get it.
  ///
  /// Where pages are `still`, they are told that people want nothing to move: many windows that move something take all
  /// there is of a machine without a graphics card.
  public init(still: Bool = false) throws {
    let places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    guard let program = places.first(where: FileManager.default.isExecutableFile) else {
      throw Failure(
        description: "the page is tested in Chromium, which is not installed\n  → Scripts/setup")
    }
    profile = try TempFolder()
    // The pipe is expected at descriptors 3 and 4.
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", #"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null"#, program,
      "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--no-first-run",
      "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--mute-audio",
      "--disable-background-networking", "--autoplay-policy=no-user-gesture-required",
      // Several tabs of a test are looked at in turn: none of them is to be drawn late or to have slow timers.
      "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows",
      "--disable-renderer-backgrounding",
      "--force-color-profile=srgb", "--user-data-dir=\(profile.path)",
    ]
    if still { process.arguments?.append("--force-prefers-reduced-motion") }
    process.standardInput = toBrowser
    process.standardOutput = fromBrowser
    try process.run()
    let thread = Thread { [self] in listen() }
    thread.start()
  }

  /// Ends the browser.
  public func close() async {
    _ = try? await send("Browser.close")
    process.waitUntilExit()
  }

  /// A new tab with an address, of this size in CSS pixels. `script` runs before those of the page.
  ///
  /// It has a window of its own: what lies behind another tab is hidden, is not drawn, and sees nothing scroll.
  public func open(
    _ address: String, width: Int = 1280, height: Int = 800, isDark: Bool = false,
    script: String? = nil
  ) async throws -> BrowserPage {
    let made = try await send(
      "Target.createTarget", ["url": "about:blank", "newWindow": true])
    guard case .string(let target)? = made["targetId"],
      case .string(let session)? = try await send(
        "Target.attachToTarget", ["targetId": .string(target), "flatten": true])["sessionId"]
    else { throw Failure(description: "Chromium opened no tab") }
    let page = BrowserPage(browser: self, session: session, target: target)
    try await page.resize(width: width, height: height)
    try await page.setDark(isDark)
    _ = try await page.send("Page.enable")
    _ = try await page.send("Runtime.enable")
    _ = try await page.send("Log.enable")
    if let script {
      _ = try await page.send(
        "Page.addScriptToEvaluateOnNewDocument", ["source": .string(script)])
    }
    _ = try await page.send("Page.navigate", ["url": .string(address)])
    try await page.wait(
      until: "location.href !== 'about:blank' && document.readyState === 'complete'")
    return page
  }

  /// Ends the workers that tabs share, as a crash does. Returns how many there were.
  public func endSharedWorkers() async throws -> Int {
    let found = try await send(
      "Target.getTargets", ["filter": [["type": "shared_worker"], ["exclude": true]]])
    guard case .array(let targets)? = found["targetInfos"] else { return 0 }
    for target in targets {
      _ = try await send("Target.closeTarget", ["targetId": target["targetId"] ?? .null])
    }
    return targets.count
  }

  /// One command of the debugging protocol, and its result.
  func send(
    _ method: String, _ parameters: JSONValue = .object([]), session: String? = nil
  ) async throws -> JSONValue {
    let number = state.withLock { state in
      state.number += 1
      return state.number
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isOpen = state.withLock { state in
          if !state.isClosed {
            state.waiting[number] = Waiting(session: session, answer: continuation)
          }
          return !state.isClosed
        }
        guard isOpen else {
          return continuation.resume(throwing: Failure(description: "Chromium has ended"))
        }
        if Task.isCancelled { return fail(number, CancellationError()) }
        let overdue = Failure(
          description: "Chromium has not answered \(method) for \(Self.patience + 60) s")
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(Self.patience + 60)) {
          [weak self] in self?.fail(number, overdue)
        }
        var members: [JSONValue.Member] = [
          .init("id", .integer(number)), .init("method", .string(method)),
          .init("params", parameters),
        ]
        if let session { members.append(.init("sessionId", .string(session))) }
        do {
          let bytes = try JSONEncoder().encode(JSONValue.object(members))
          try toBrowser.fileHandleForWriting.write(contentsOf: bytes + [0])
        } catch {
          fail(number, error)
        }
      }
    } onCancel: {
      fail(number, CancellationError())
    }
  }

  private func fail(_ number: Int, _ error: any Error) {
    let waiting = state.withLock { $0.waiting.removeValue(forKey: number) }
    waiting?.answer.resume(throwing: error)
  }

  // MARK: The thread that listens

  private func listen() {
    var buffer = Data()
    while true {
      let data = fromBrowser.fileHandleForReading.availableData
      if data.isEmpty { break }
      buffer += data
      while let end = buffer.firstIndex(of: 0) {
        hear(buffer[buffer.startIndex..<end])
        buffer = Data(buffer[(end + 1)...])
      }
    }
    let left = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [:] }
      return state.waiting.values
    }
    for waiting in left {
      waiting.answer.resume(throwing: Failure(description: "Chromium has ended"))
    }
  }

  private func hear(_ message: Data) {
    guard let json = try? JSONDecoder().decode(JSONValue.self, from: message) else { return }
    guard case .number(let number)? = json["id"] else { return note(json) }
    let waiting = state.withLock { $0.waiting.removeValue(forKey: Int(number)) }
    if let error = json["error"] {
      waiting?.answer.resume(throwing: Failure(description: error.prettyText))
    } else {
      waiting?.answer.resume(returning: json["result"] ?? .null)
    }
  }
}

extension Browser {
  /// Keeps errors that a page reports: exceptions, `console.error`, files that do not load, broken rules.
  private func note(_ message: JSONValue) {
    if message["method"] == "Target.detachedFromTarget",
      case .string(let session)? = message["params"]?["sessionId"]
    {
      return leave(session)
    }
    guard case .string(let method)? = message["method"],
      case .string(let session)? = message["sessionId"], let parameters = message["params"]
    else { return }
    let isComplaint =
      switch method {
      case "Runtime.exceptionThrown": true
      case "Runtime.consoleAPICalled":
        parameters["type"] == "error" || parameters["type"] == "warning"
      case "Log.entryAdded": parameters["entry"]?["level"] == "error"
      default: false
      }
    guard isComplaint else { return }
    state.withLock { $0.complaints[session, default: []].append(parameters.compactText) }
  }

  /// A tab that is gone or has crashed answers nothing any more.
  private func leave(_ session: String) {
    let left = state.withLock { state in
      let numbers = state.waiting.filter { $0.value.session == session }.map(\.key)
      return numbers.compactMap { state.waiting.removeValue(forKey: $0) }
    }
    for waiting in left { waiting.answer.resume(throwing: Failure(description: "the tab is gone")) }
  }

  /// What a tab has reported so far.
  func complaints(of session: String) -> [String] {
    state.withLock { $0.complaints[session] ?? [] }
  }
}

/// A tab.
public final class BrowserPage: Sendable {
  let browser: Browser
  let session: String
  let target: String

  init(browser: Browser, session: String, target: String) {
    (self.browser, self.session, self.target) = (browser, session, target)
  }

  @discardableResult
  func send(_ method: String, _ parameters: JSONValue = .object([])) async throws -> JSONValue {
    try await browser.send(method, parameters, session: session)
  }

  /// The value of a script's expression; a promise's once it is kept.
  @discardableResult
  public func evaluate(_ script: String) async throws -> JSONValue {
    let result = try await send(
      "Runtime.evaluate",
      [
        "expression": .string(script), "awaitPromise": true, "returnByValue": true,
        "userGesture": true,
      ])
    if let thrown = result["exceptionDetails"] {
      throw Browser.Failure(description: "\(script)\n\(thrown.prettyText)")
    }
    return result["result"]?["value"] ?? .null
  }

  /// Waits until a condition holds in the page, or in the one that it leads to; cancelling the task ends it.
  ///
  /// Throws what the page shows where the condition does not hold after `Browser.patience`.
  public func wait(until condition: String) async throws {
    for _ in 1...10 {
      do {
        return try await waitInPage(until: condition)
      } catch let left as Browser.Failure where left.isLeaving {
        continue
      }
    }
    throw Browser.Failure(description: "\(condition) did not come true: the page is always left")
  }

  private func waitInPage(until condition: String) async throws {
    let holds = try await evaluate(
      """
      new Promise((resolve) => {
        const end = Date.now() + \(Browser.patience * 1000);
        const look = () => {
          let holds = false;
          try { holds = (\(condition)); } catch {}
          if (holds || Date.now() > end) resolve(Boolean(holds)); else setTimeout(look, 15);
        };
        look();
      })
      """)
    guard holds != true else { return }
    throw Browser.Failure(
      description: """
        \(condition) did not come true
        \(try await sight())
        it has reported: \(complaints.isEmpty ? "nothing" : complaints.joined(separator: "; "))
        """)
  }

  /// What a person would see, in words.
  private func sight() async throws -> String {
    let parts = try await evaluate(
      """
      [location.href, document.visibilityState, 'focus on ' + (document.activeElement?.outerHTML ?? 'nothing').slice(0, 200),
        document.body.innerText.slice(0, 1500)].join('\\n')
      """)
    if case .string(let text) = parts { return text }
    return parts.prettyText
  }

  /// Loads the page anew, and returns when the new one is there.
  public func reload() async throws { try await leave { try await send("Page.reload") } }

  /// Shows another address in this tab, and returns when it is there.
  public func go(to address: String) async throws {
    try await leave { try await send("Page.navigate", ["url": .string(address)]) }
  }

  private func leave(_ move: () async throws -> JSONValue) async throws {
    try await evaluate("void (window.isLeft = true)")
    _ = try await move()
    try await wait(until: "!window.isLeft && document.readyState === 'complete'")
  }

  public func resize(width: Int, height: Int) async throws {
    try await send(
      "Emulation.setDeviceMetricsOverride",
      [
        "width": .integer(width), "height": .integer(height), "deviceScaleFactor": 1,
        "mobile": false,
      ])
  }

  public func setDark(_ isDark: Bool) async throws {
    try await send(
      "Emulation.setEmulatedMedia",
      [
        "features": [
          ["name": "prefers-color-scheme", "value": .string(isDark ? "dark" : "light")]
        ]
      ])
  }

  /// Presses and releases a key; `key` is the browser's name of it, such as `ArrowRight` or `o`.
  public func press(_ key: String, shift: Bool = false) async throws {
    let text = key.count == 1 ? key : ""
    for type in ["keyDown", "keyUp"] {
      try await send(
        "Input.dispatchKeyEvent",
        [
          "type": .string(type), "key": .string(key),
          "text": .string(type == "keyDown" ? text : ""),
          "modifiers": .integer(shift ? 8 : 0),
        ])
    }
  }

  /// Moves the mouse along points, the button held down from the first to the last.
  public func drag(_ points: [(x: Double, y: Double)]) async throws {
    guard let first = points.first, let last = points.last else { return }
    try await mouse("mouseMoved", first, buttons: 0)
    try await mouse("mousePressed", first, buttons: 1)
    for point in points.dropFirst() { try await mouse("mouseMoved", point, buttons: 1) }
    try await mouse("mouseReleased", last, buttons: 0)
  }

  public func click(x: Double, y: Double) async throws { try await drag([(x, y)]) }

  /// Clicks into the middle of an element.
  public func click(_ selector: String) async throws {
    let place = try await evaluate(
      """
      (() => {
        const element = document.querySelector('\(selector)');
        element.scrollIntoView({ block: 'nearest' });
        const box = element.getBoundingClientRect();
        return [box.left + box.width / 2, box.top + box.height / 2];
      })()
      """)
    guard case .array(let pair) = place, case .number(let x)? = pair.first,
      case .number(let y)? = pair.last
    else { throw Browser.Failure(description: "there is no \(selector)") }
    try await click(x: x, y: y)
  }

  private func mouse(_ type: String, _ point: (x: Double, y: Double), buttons: Int) async throws {
    try await send(
      "Input.dispatchMouseEvent",
      [
        "type": .string(type), "x": .number(point.x), "y": .number(point.y),
        "button": .string(type == "mouseMoved" && buttons == 0 ? "none" : "left"),
        "buttons": .integer(buttons), "clickCount": 1,
      ])
  }

  /// What is to be seen, as PNG.
  public func screenshot() async throws -> [UInt8] {
    let shot = try await send("Page.captureScreenshot", ["format": "png"])
    guard case .string(let text)? = shot["data"], let data = Data(base64Encoded: text) else {
      throw Browser.Failure(description: "Chromium made no screenshot")
    }
    return Array(data)
  }
}
