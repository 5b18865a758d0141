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

    @Test("the list of runs counts steps that failed where there are some, in both languages")
    func failedSteps() async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        for (language, text) in [("en", "1 / 2\n1 failed"), ("ko", "1 / 2\n1단계 실패")] {
          let tab = try await DashboardStage.open(address, "runs", language: language)
          let cells =
            "[...document.querySelectorAll('tbody tr td:nth-of-type(2)')].map((cell) => cell.innerText)"
          let shown = try await tab.evaluate("\(cells).filter((text) => text !== '1 / 2').join()")
          #expect(shown.plainText == text)
          #expect(try await tab.evaluate("\(cells).length") == 6)
          try await DashboardStage.keep(tab, as: "runs-failed-\(language)")
        }
      }
    }

    @Test("a job leads to the film that it is of, in the queue and on its own page")
    func films() async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        let links = "[...document.querySelectorAll('main a[href=\"/ui/projects/p1\"]')]"
        let queue = try await DashboardStage.open(address, "queue")
        // Six jobs, and one of them is of no film.
        #expect(try await queue.evaluate("\(links).length") == 5)
        #expect(
          try await queue.evaluate("new Set(\(links).map((link) => link.textContent)).size") == 5)
        node.tell("job", ScriptedNode.job("leased", frames: 240))
        try await queue.wait(
          until: "document.querySelector('.table .bar')?.getAttribute('aria-valuenow') === '80'")
        #expect(try await queue.evaluate("\(links).length") == 5)
        let job = try await DashboardStage.open(address, "queue/job-failed")
        #expect(try await job.evaluate("\(links).length") == 1)
        try await job.evaluate("\(links)[0].click()")
        try await job.wait(until: "document.querySelector('.scenes')")
        #expect(try await job.evaluate("location.pathname") == "/ui/projects/p1")
      }
    }

    @Test("scenes of a film that was cancelled say so, in both languages, and offer nothing")
    func cancelledScenes() async throws {
      let node = ScriptedNode.busy()
      let project = ScriptedNode.project("p1", title: "The sea", state: "cancelled")
      try await DashboardStage.show(node) { address in
        for (language, word) in [("en", "Cancelled"), ("ko", "취소됨")] {
          let tab = try await DashboardStage.open(address, "projects/p4", language: language)
          let words =
            "[...document.querySelectorAll('.stage .badge')].filter((badge) => badge.textContent === '\(word)').length"
          #expect(try await tab.evaluate(words) == 7)
          #expect(try await tab.evaluate("document.querySelectorAll('.scene button').length") == 0)
          try await DashboardStage.keep(tab, as: "cancelled-\(language)")
        }
        // A film that is cancelled while somebody looks at it.
        let tab = try await DashboardStage.open(address, "projects/p1")
        let badges =
          "[...document.querySelectorAll('.stage .badge')].map((badge) => badge.textContent)"
        #expect(try await tab.evaluate("\(badges).includes('Cancelled')") == false)
        node.value("projects/p1", ScriptedNode.whole(project))
        node.tell("project", project)
        try await tab.wait(
          until: "\(badges).filter((text) => text === 'Cancelled').length === 7")
      }
    }

    @Test("what a render had to say of a film stands on the film's page, in both languages")
    func warnings() async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        for (language, words) in [
          ("en", "'\(ScriptedNode.hostile)' hardly stands out"),
          ("ko", "글자가 배경과 잘 구별되지 않습니다\n'\(ScriptedNode.hostile)' hardly stands out"),
        ] {
          let tab = try await DashboardStage.open(address, "projects/p6", language: language)
          let message = "document.querySelector('[aria-labelledby=s-warnings] .message.warn')"
          #expect(
            try await tab.evaluate("\(message).querySelector('p').innerText").plainText == words)
          #expect(
            try await tab.evaluate("\(message).querySelector('.advice').textContent") == "darken it"
          )
          try await DashboardStage.keep(tab, as: "warnings-\(language)")
        }
        let other = try await DashboardStage.open(address, "projects/p1")
        #expect(
          try await other.evaluate("document.querySelector('[aria-labelledby=s-warnings]')")
            == .null)
      }
    }

    @Test(
      "without reports the golden page says what to do, by whether the node has a folder for them")
    func goldenFolder() async throws {
      let node = ScriptedNode.busy()
      node.list("golden-reports", [])
      let shown = "document.querySelector('main .empty').textContent"
      try await DashboardStage.show(node) { address in
        let given = try await DashboardStage.open(address, "goldens")
        let text = try await given.evaluate(shown).plainText
        #expect(text.contains("--report /srv/reports/film"), "\(text)")
        #expect(!text.contains("--golden-reports"), "\(text)")
        guard case .object(let members) = ScriptedNode.system else { return }
        node.value(
          "system",
          .object(
            members.filter { $0.key != "golden_reports_path" } + [
              .init("golden_reports_path", .null)
            ]))
        for language in ["en", "ko"] {
          let none = try await DashboardStage.open(address, "goldens", language: language)
          let text = try await none.evaluate(shown).plainText
          #expect(text.contains("reelnode serve --golden-reports DIR"), "\(text)")
          try await DashboardStage.keep(none, as: "goldens-none-\(language)")
        }
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
        // A film is named by its title, which comes with each row: nothing else is asked for it.
        #expect(!node.calls.contains { $0.path == "projects" })
        let titles = try await costs.evaluate(
          "[...document.querySelectorAll('[aria-labelledby=s-attempts] td:nth-of-type(2) a[href=\"/ui/projects/p1\"]')].map((link) => link.textContent)"
        )
        let title = JSONValue.string("Costly \(ScriptedNode.hostile)")
        #expect(titles == [title, title, title])
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
        // A page that was cut off from the node fetches what it shows anew.
        let limits = node.calls.filter { $0.path == "projects" }.compactMap { $0.query["limit"] }
        #expect(limits.contains("50") && limits.allSatisfy { (Int($0) ?? .max) <= 200 })
      }
    }

    @Test("a list goes on by itself until it fills its window")
    func fills() async throws {
      let node = ScriptedNode.busy(projects: 500)
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "projects")
        // The list's end is in sight before and after more of it has come.
        try await tab.resize(width: 1280, height: 16_000)
        try await tab.wait(until: "document.querySelectorAll('.card').length >= 150")
      }
    }
  }
}
