import SceneDocument
import TestSupport
import Testing

extension DashboardTests {
  /// What is shown follows what happens.
  @Suite(.serialized, .timeLimit(.minutes(30)))
  struct DashboardLiveTests {
    @Test("cards, tables and scenes change by messages alone, without being fetched again")
    func updates() async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        let films = try await DashboardStage.open(address, "projects")
        let scenes = try await DashboardStage.open(address, "projects/p1")
        let queue = try await DashboardStage.open(address, "queue")
        let run = try await DashboardStage.open(address, "runs/run-running")
        let before = node.calls.count
        node.tell("project", ScriptedNode.project("p99", title: "Quite new", state: "writing"))
        node.tell("project_removed", ["id": "p2"])
        node.tell(
          "scene", ScriptedNode.scene("p1", 0, speech: "done", avatar: "running", part: 0.75))
        node.tell("job", ScriptedNode.job("leased", frames: 240))
        node.tell("queue", ["paused": true, "counts": ["queued": 7]])
        guard case .object(let members) = ScriptedNode.step("3", "a third step", "running") else {
          return
        }
        node.tell("step", .object(members + [.init("run_id", "run-running")]))
        try await films.wait(
          until: "document.querySelector('.card-title').textContent === 'Quite new'")
        try await films.wait(
          until:
            "![...document.querySelectorAll('.card-title')].some((title) => title.textContent.endsWith(' 2'))"
        )
        try await scenes.wait(
          until: "document.querySelector('.stage .bar')?.getAttribute('aria-valuenow') === '75'")
        try await queue.wait(
          until:
            "document.querySelector('.table .bar')?.getAttribute('aria-valuenow') === '80' && document.querySelector('.message.warn')"
        )
        try await run.wait(
          until:
            "[...document.querySelectorAll('.fold')].some((fold) => fold.textContent === 'a third step')"
        )
        #expect(node.calls.count == before)
      }
    }

    @Test("costs, golden reports and workers change by messages alone")
    func tables() async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        let costs = try await DashboardStage.open(address, "costs")
        let goldens = try await DashboardStage.open(address, "goldens")
        let queue = try await DashboardStage.open(address, "queue")
        let slots = "document.querySelector('[aria-labelledby=s-workers] td.number').textContent"
        #expect(try await queue.evaluate(slots) == "1 / 2")
        // Bars go from the oldest day to the newest, and days without costs have their place.
        #expect(
          try await costs.evaluate(
            "[...document.querySelectorAll('.day')].map((day) => day.title).join()")
            == "Nov 18: $1.20,Nov 19: $0.00,Nov 20: $0.00,Nov 21: $2.00")
        let before = node.calls.count { $0.path != "costs/totals" }
        node.tell("cost", ScriptedNode.cost("a9"))
        node.tell("golden", ScriptedNode.golden("masks"))
        node.tell("golden_removed", ["name": "captions"])
        node.tell("worker", ScriptedNode.worker(jobs: 2))
        try await costs.wait(
          until: "document.querySelectorAll('[aria-labelledby=s-attempts] tbody tr').length === 3")
        try await goldens.wait(
          until:
            "document.querySelectorAll('tbody tr').length === 1 && document.querySelector('tbody a').textContent.startsWith('masks')"
        )
        try await queue.wait(until: "\(slots) === '2 / 2'")
        #expect(node.calls.count { $0.path != "costs/totals" } == before)
      }
    }

    @Test("what is older than the thousand rows of a page comes in their place")
    func older() async throws {
      let node = ScriptedNode.busy(projects: 1_040)
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "projects")
        let count = "document.querySelectorAll('.card').length"
        let first = "document.querySelector('.card-title').textContent"
        func press(_ text: String) async throws {
          try await tab.wait(
            until:
              "[...document.querySelectorAll('button')].some((one) => one.textContent === '\(text)')"
          )
          try await tab.evaluate(
            "[...document.querySelectorAll('button')].find((one) => one.textContent === '\(text)').click()"
          )
        }
        while let shown = try await tab.evaluate(count).plainNumber, shown < 1_000 {
          try await tab.evaluate("window.scrollTo(0, document.body.scrollHeight)")
          try await tab.wait(until: "\(count) > \(Int(shown))")
        }
        try await press("Show older ones")
        try await tab.wait(until: "\(first) === 'Ocean energy 1001' && \(count) === 40")
        // New ones belong to the newest page.
        node.tell("project", ScriptedNode.project("p9999", title: "New", state: "writing"))
        node.tell("project", ScriptedNode.project("p1001", title: "Renamed", state: "writing"))
        try await tab.wait(until: "\(first) === 'Renamed'")
        try await press("Back to the newest")
        try await tab.wait(until: "\(first) === 'New'")
      }
    }

    @Test("the focus stays where it is while a list changes around it")
    func focus() async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "queue")
        try await tab.evaluate("document.querySelector('tbody .button').focus()")
        let name = try await tab.evaluate("document.activeElement.getAttribute('aria-label')")
        node.tell("job", ScriptedNode.job("leased", frames: 270))
        node.tell("job", ScriptedNode.job("done_with_warnings"))
        try await tab.wait(
          until: "document.querySelector('.table .bar')?.getAttribute('aria-valuenow') === '90'")
        #expect(try await tab.evaluate("document.activeElement.getAttribute('aria-label')") == name)
      }
    }

    @Test("a lost connection is said, returns by itself, and brings what was missed")
    func returns() async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "projects")
        node.tell("project", ScriptedNode.project("p98", title: "Before", state: "writing"))
        try await tab.wait(until: "document.querySelector('.card-title').textContent === 'Before'")
        let before = node.calls.count
        try await tab.evaluate(
          "new Promise((resolve) => { window.states = []; new MutationObserver(() => states.push(document.getElementById('live').dataset.state)).observe(document.getElementById('tools'), { subtree: true, childList: true, attributes: true }); resolve(); })"
        )
        node.hangUp()
        node.tell("project", ScriptedNode.project("p99", title: "Missed", state: "writing"))
        try await tab.wait(until: "document.querySelector('.card-title').textContent === 'Missed'")
        #expect(try await tab.evaluate("states.includes('waiting')") == true)
        try await tab.wait(until: "document.getElementById('live').dataset.state === 'live'")
        #expect(node.calls.count == before)
      }
    }

    @Test("a node that has begun anew is fetched anew, once")
    func resets() async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "projects")
        node.list("projects", [ScriptedNode.project("q1", title: "Another node's", state: "done")])
        let before = node.calls.count { $0.path == "projects" }
        node.hangUp(epoch: "second")
        try await tab.wait(until: "document.querySelectorAll('.card').length === 1")
        for _ in 1...20 { node.tell("reset", [:]) }
        node.tell(
          "project", ScriptedNode.project("q2", title: "After the resets", state: "writing"))
        try await tab.wait(
          until: "document.querySelector('.card-title').textContent === 'After the resets'")
        // Twenty resets are one more fetch at the most.
        #expect(node.calls.count { $0.path == "projects" } <= before + 3)
      }
    }

    @Test(
      "500 projects are fetched in pages as they are scrolled to, and each page is quickly there")
    func many() async throws {
      let node = ScriptedNode.busy(projects: 500)
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "projects")
        #expect(try await tab.evaluate("document.querySelectorAll('.card').length <= 100") == true)
        for _ in 1...3 {
          let count =
            try await tab.evaluate("document.querySelectorAll('.card').length").plainNumber ?? 0
          try await tab.evaluate("window.scrollTo(0, document.body.scrollHeight)")
          try await tab.wait(until: "document.querySelectorAll('.card').length > \(Int(count))")
        }
        #expect(node.calls.allSatisfy { $0.path != "projects" || $0.query["limit"] == "50" })
      }
    }
  }
}
