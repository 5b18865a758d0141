import SceneDocument
import TestSupport
import Testing

extension DashboardTests {
  /// Many windows of one node, which a browser allows six connections.
  @Suite(.serialized, .timeLimit(.minutes(30)))
  struct DashboardWindowsTests {
    private static let first = "document.querySelector('.card-title').textContent"
    private static let isLive = "document.getElementById('live').dataset.state === 'live'"

    /// Tells of a film that becomes the first one.
    private static func tell(_ node: ScriptedNode, _ title: String, number: Int = 98) {
      node.tell("project", ScriptedNode.project("p\(number)", title: title, state: "writing"))
    }

    @Test("eight windows that are all seen follow what happens through one stream, and still ask")
    func eight() async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        var tabs: [BrowserPage] = []
        for page in ["projects", "queue"] + Array(repeating: "projects", count: 6) {
          tabs.append(try await DashboardStage.open(address, page))
        }
        #expect(node.listeners == 1)
        #expect(node.topics == ["projects", "queue", "workers"])
        let queue = tabs.remove(at: 1)
        let before = node.calls.count
        Self.tell(node, "Told to all")
        node.tell("queue", ["paused": true, "counts": ["queued": 7]])
        for tab in tabs {
          try await tab.wait(until: "\(Self.first) === 'Told to all'")
          #expect(try await tab.evaluate("document.visibilityState") == "visible")
        }
        try await queue.wait(until: "document.querySelector('.message.warn')")
        #expect(node.calls.count == before)
        // All at once, as connections are what there may be too few of.
        for tab in tabs + [queue] {
          try await tab.evaluate(
            "void (window.asked = fetch('/api/v1/system', { cache: 'no-store' }))")
        }
        for tab in tabs + [queue] {
          #expect(try await tab.evaluate("asked.then((answer) => answer.status)") == 200)
        }
        // Whichever of them goes, the others stay.
        for _ in 1...4 { try await tabs.removeFirst().close() }
        try await queue.close()
        Self.tell(node, "Told to the rest", number: 99)
        for tab in tabs { try await tab.wait(until: "\(Self.first) === 'Told to the rest'") }
        #expect(node.listeners == 1)
      }
    }

    @Test("what all windows share may crash: they go on with another one and have missed nothing")
    func crash() async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        let tabs = [
          try await DashboardStage.open(address, "projects"),
          try await DashboardStage.open(address, "projects"),
        ]
        for tab in tabs { try await tab.evaluate("void (window.isSame = true)") }
        Self.tell(node, "Before")
        for tab in tabs { try await tab.wait(until: "\(Self.first) === 'Before'") }
        let before = node.calls.count
        #expect(try await DashboardStage.browser.get().endSharedWorkers() == 1)
        Self.tell(node, "Missed", number: 99)
        for tab in tabs {
          try await tab.wait(until: "\(Self.first) === 'Missed' && window.isSame")
        }
        #expect(node.calls.count == before)
        #expect(node.listeners == 1)
      }
    }

    @Test("a window that has been hidden for a while lets go, and is brought what it has missed")
    func hidden() async throws {
      let node = ScriptedNode.busy()
      // Hiding is told by hand, and its twenty seconds are none.
      let script = """
        let isHidden = false;
        Object.defineProperty(document, 'hidden', { get: () => isHidden });
        window.hide = (value) => { isHidden = value; document.dispatchEvent(new Event('visibilitychange')); };
        const later = window.setTimeout;
        window.setTimeout = (action, pause, ...more) => later(action, pause === 20000 ? 0 : pause, ...more);
        """
      try await DashboardStage.show(node) { address in
        let seen = try await DashboardStage.open(address, "projects")
        let hidden = try await DashboardStage.open(address, "projects", script: script)
        let before = node.calls.count
        try await hidden.evaluate("hide(true)")
        try await hidden.wait(until: "!(\(Self.isLive))")
        Self.tell(node, "Unseen")
        try await seen.wait(until: "\(Self.first) === 'Unseen'")
        #expect(try await hidden.evaluate("\(Self.first) === 'Unseen'") == false)
        try await hidden.evaluate("hide(false)")
        try await hidden.wait(until: "\(Self.first) === 'Unseen' && \(Self.isLive)")
        #expect(node.calls.count == before)
      }
    }

    @Test("a page to which one goes back is live again")
    func back() async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "projects")
        try await tab.go(to: "\(address)/ui/files/0/mark.svg")
        Self.tell(node, "Meanwhile")
        try await tab.evaluate("void history.back()")
        try await tab.wait(until: "\(Self.isLive) && location.pathname === '/ui/projects'")
        Self.tell(node, "Afterwards", number: 99)
        try await tab.wait(until: "\(Self.first) === 'Afterwards'")
      }
    }

    @Test(
      "where a browser has no shared workers, or refuses this one, each window follows by itself",
      arguments: [
        "delete window.SharedWorker",
        "window.SharedWorker = class { constructor() { throw new Error('no') } }",
        "{ const Own = SharedWorker; window.SharedWorker = class extends Own { constructor() { super('/none.js', { type: 'module' }) } } }",
      ])
    func alone(script: String) async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        let tabs = [
          try await DashboardStage.open(address, "projects", script: script),
          try await DashboardStage.open(address, "projects", script: script),
        ]
        #expect(node.listeners == 2)
        Self.tell(node, "Told to both")
        for tab in tabs { try await tab.wait(until: "\(Self.first) === 'Told to both'") }
        node.hangUp()
        Self.tell(node, "Missed", number: 99)
        for tab in tabs { try await tab.wait(until: "\(Self.first) === 'Missed'") }
      }
    }
  }
}
