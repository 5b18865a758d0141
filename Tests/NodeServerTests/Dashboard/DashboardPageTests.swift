import HTTPTypes
import SceneDocument
import TestSupport
import Testing
import Workflows

@testable import NodeServer

extension DashboardTests {
  /// Every page in a real browser.
  @Suite(.serialized, .timeLimit(.minutes(30)))
  struct DashboardPageTests {
    @Test("every page loads without an error, from this node alone, and runs nothing that data say")
    func loads() async throws {
      let node = ScriptedNode.busy(title: ScriptedNode.hostile)
      try await DashboardStage.show(node) { address in
        try await DashboardStage.visit(address) { tab, page in
          #expect(tab.complaints == [], "\(page)")
          #expect(try await tab.evaluate("String(window.hacked)") == "undefined", "\(page)")
          #expect(
            try await tab.evaluate("document.querySelectorAll('main img, main script').length") == 0
          )
          let hosts = try await tab.evaluate(
            "[...new Set(performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin))].filter((origin) => origin !== location.origin).join()"
          )
          #expect(hosts == "", "\(page)")
          #expect(try await tab.evaluate("document.title.endsWith('Reelnode')") == true)
          try await DashboardStage.keep(tab, as: page)
        }
      }
    }

    @Test("hostile titles are shown as the text that they are")
    func hostile() async throws {
      let node = ScriptedNode.busy(title: ScriptedNode.hostile)
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "projects")
        let title = try await tab.evaluate("document.querySelector('.card-title').textContent")
        #expect(title.plainText == ScriptedNode.hostile + " 1")
        let run = try await DashboardStage.open(address, "runs/run-running")
        try await run.evaluate("document.querySelectorAll('.fold').forEach((fold) => fold.click())")
        try await run.wait(until: "document.querySelectorAll('.fall-details').length === 2")
        #expect(
          try await run.evaluate(
            "document.querySelector('.fall-details').textContent.includes('onerror')") == true)
        #expect(try await run.evaluate("String(window.hacked)") == "undefined")
        // An address of data may be a script's; it becomes none.
        let unsafe = try await run.evaluate(
          "import(document.querySelector('script[type=module]').src.replace('app.js', 'dom.js')).then(({ h }) => h('a', { href: 'javascript:window.hacked=1' }).hasAttribute('href'))"
        )
        #expect(unsafe == false)
      }
    }

    @Test("on a width of 360 pixels no page is scrolled sideways, in both languages")
    func narrow() async throws {
      let node = ScriptedNode.busy(title: "Unbreakable" + String(repeating: "x", count: 90))
      try await DashboardStage.show(node) { address in
        for language in ["en", "ko"] {
          try await DashboardStage.visit(address, width: 360, language: language) { tab, page in
            let wide = try await tab.evaluate(
              """
              [...document.querySelectorAll('body *')].filter((element) => {
                const box = element.getBoundingClientRect();
                return box.width > 0 && box.right > innerWidth + 1 && !element.closest('.axis, .unseen, thead');
              }).map((element) => element.className || element.tagName).join()
              """)
            #expect(wide == "", "\(page) in \(language)")
            let scroll = try await tab.evaluate(
              "document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            #expect(scroll == true, "\(page) in \(language)")
            if language == "ko" { try await DashboardStage.keep(tab, as: "narrow-" + page) }
          }
        }
      }
    }

    @Test("every control, picture and region has a name, and headings follow each other")
    func names() async throws {
      let node = ScriptedNode.busy()
      let named: Set = [
        "button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "spinbutton",
        "progressbar", "meter", "table", "dialog", "navigation", "region", "image", "Video",
      ]
      try await DashboardStage.show(node) { address in
        try await DashboardStage.visit(address) { tab, page in
          let tree = try await tab.accessibilityTree()
          let nameless = tree.filter { named.contains($0.role) && $0.name.isEmpty }
          #expect(nameless == [], "\(page)")
          for role in ["main", "navigation", "banner"] {
            #expect(tree.contains { $0.role == role }, "\(page) has no \(role)")
          }
          let levels = try await tab.evaluate(
            "[...document.querySelectorAll('h1, h2, h3, h4')].map((heading) => Number(heading.tagName[1]))"
          )
          guard case .array(let list) = levels else { return }
          let numbers = list.compactMap(\.plainNumber)
          #expect(numbers.filter { $0 == 1 }.count == 1, "\(page)")
          for (one, next) in zip(numbers, numbers.dropFirst()) {
            #expect(next <= one + 1, "\(page)")
          }
        }
      }
    }

    @Test("all texts stand out from their ground by 4.5 to 1, in light and dark")
    func contrast() async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        try await DashboardStage.visit(address) { tab, page in
          for isDark in [false, true] {
            try await tab.setDark(isDark)
            try await tab.wait(
              until: "matchMedia('(prefers-color-scheme: dark)').matches === \(isDark)")
            #expect(try await tab.evaluate(Self.weakTexts) == "", "\(page), dark: \(isDark)")
          }
          try await DashboardStage.keep(tab, as: "dark-" + page)
        }
      }
    }

    /// Texts whose colour is too near to what lies below them.
    private static let weakTexts = """
      (() => {
        const parse = (text) => text.match(/[\\d.]+/g).map(Number);
        const over = (top, below) => { const a = top[3] ?? 1; return [0, 1, 2].map((i) => top[i] * a + below[i] * (1 - a)); };
        const ground = (element) => {
          const layers = [];
          for (let one = element; one; one = one.parentElement) layers.push(parse(getComputedStyle(one).backgroundColor));
          const canvas = matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
          return layers.reverse().reduce((below, top) => over(top, below), canvas);
        };
        const light = (color) => {
          const [r, g, b] = color.map((value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const weak = new Set();
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const element = walker.currentNode.parentElement;
          if (!walker.currentNode.data.trim() || element.closest('.unseen, noscript, #skip, option, script, [aria-disabled=true]')) continue;
          if (!element.getClientRects().length) continue;
          const below = ground(element);
          const [one, other] = [light(over(parse(getComputedStyle(element).color), below)), light(below)].sort((a, b) => b - a);
          const ratio = (one + 0.05) / (other + 0.05);
          if (ratio < 4.5) weak.add(`${element.className || element.tagName}: ${ratio.toFixed(2)}`);
        }
        return [...weak].join();
      })()
      """

    @Test("language and theme are switched in place, and kept")
    func switches() async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "queue")
        func choose(_ id: String, _ value: String) async throws {
          try await tab.evaluate(
            "(() => { const field = document.getElementById('\(id)'); field.focus(); field.value = '\(value)'; field.dispatchEvent(new Event('change')); })()"
          )
        }
        let light = try await tab.evaluate("getComputedStyle(document.body).backgroundColor")
        try await choose("theme", "dark")
        #expect(try await tab.evaluate("getComputedStyle(document.body).backgroundColor") != light)
        try await choose("language", "ko")
        try await tab.wait(until: "document.querySelector('h1')?.textContent === '렌더링 대기열'")
        #expect(try await tab.evaluate("document.documentElement.lang") == "ko")
        // Who has chosen a language goes on from there.
        #expect(try await tab.evaluate("document.activeElement.id") == "language")
        try await tab.reload()
        try await tab.wait(until: "document.querySelector('h1')?.textContent === '렌더링 대기열'")
        #expect(try await tab.evaluate("document.documentElement.dataset.theme") == "dark")
        #expect(try await tab.evaluate("getComputedStyle(document.body).backgroundColor") != light)
      }
    }

    @Test("what the node says is shown in Korean where a code tells what it is, with its values")
    func korean() async throws {
      let node = ScriptedNode.busy()
      node.value("render-jobs/job-failed", ScriptedNode.job("failed", code: "E_MEDIA_DAMAGED"))
      node.answer("render-jobs/job-failed/retry") { _ in
        (
          .conflict,
          [
            "type": .string(Problem.Name.wrongState.address), "title": "Conflict", "status": 409,
            "detail": "it is running",
          ]
        )
      }
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "queue/job-failed", language: "ko")
        let message = try await tab.evaluate("document.querySelector('.message.bad p').innerText")
        #expect(message.plainText == "파일이 손상되었습니다\ncannot read \(ScriptedNode.hostile)")
        try await tab.evaluate("document.querySelector('.heading .actions .button').click()")
        try await tab.wait(
          until:
            "document.querySelector('.toast p')?.innerText === '지금 상태에서는 할 수 없습니다\\nit is running'")
        let standing = JSONValue.array(Self.reasons.map(\.json))
        let shown = try await tab.evaluate(
          """
          import(document.querySelector('script[type=module]').src.replace('app.js', 'told.js'))
            .then(({ standingText }) => \(standing.compactText).map(standingText))
          """)
        guard case .array(let texts) = shown else { return #expect(shown == .array([])) }
        #expect(texts.count == Self.reasons.count)
        for (reason, text) in zip(Self.reasons, texts) {
          let isKorean = text.plainText.unicodeScalars.contains {
            (0xac00...0xd7a3).contains($0.value)
          }
          #expect(isKorean && !text.plainText.contains("{"), "\(reason): \(text.plainText)")
          #expect(!text.plainText.contains("T00:0"), "\(reason): \(text.plainText)")
        }
        let all = texts.map(\.plainText).joined(separator: "\n")
        for value in [
          "n-1", "'wait'", "data.id = 7", "shop/paid", "run-9", "api", "4번째", "no: answer",
        ] {
          #expect(all.contains(value), "\(value) in \(all)")
        }
      }
    }

    /// One of each kind, and those with parts that may be missing in both ways.
    private static let reasons: [RunStanding.Reason] = {
      let error = StoredError(name: "Error", message: "no: answer")
      return [
        .ended(.failed), .scheduled(at: 5), .executing(step: "a", since: 5, node: "n-1"),
        .executing(step: nil, since: 5, node: "n-1"), .nodeSilent(node: "n-1", since: 5),
        .sleeping(step: "it's 'wait'", until: 5),
        .retrying(step: "a", at: 5, attempt: 4, of: 5, error: error),
        .retrying(step: "a", at: 5, attempt: 4, of: nil, error: nil),
        .restarting(at: 5, failures: 2, error: error),
        .waitingForEvent(step: "a", name: "shop/paid", property: "data.id", value: "7", until: 5),
        .waitingForEvent(step: "a", name: "shop/paid", property: nil, value: nil, until: nil),
        .waitingForRun(step: "a", runID: "run-9", state: .running, until: 5),
        .waitingForRun(step: "a", runID: "run-9", state: nil, until: nil), .queued(ahead: 3),
        .limitFull(limit: "api", holders: ["run-9"]), .limitFull(limit: "api", holders: []),
        .throttled(ahead: 3, next: 5), .throttled(ahead: 3, next: nil),
        .gathering(events: 3, until: 5), .noNode(functionID: "f"),
      ]
    }()

    @Test("an address that leads nowhere, and a thing that is gone, say so and what to do")
    func missing() async throws {
      let node = ScriptedNode.busy()
      try await DashboardStage.show(node) { address in
        try await DashboardStage.visit(
          address,
          pages: ["nowhere", "projects/none", "runs/none", "events/none", "queue/none"]
        ) { tab, _ in
          try await tab.wait(until: "document.querySelector('main [role=alert]')")
        }
      }
    }

    @Test("an empty node's pages say what to do")
    func empty() async throws {
      let node = ScriptedNode()
      for list in [
        "projects", "render-jobs", "workers", "runs", "events", "functions", "costs",
        "golden-reports",
      ] {
        node.list(list, [])
      }
      node.value("render-queue", ["paused": true, "counts": [:]])
      node.value("system", ScriptedNode.system)
      node.value("costs/totals", ["by_provider": [], "by_day": [], "microdollars": 0])
      try await DashboardStage.show(node) { address in
        try await DashboardStage.visit(
          address,
          pages: ["projects", "queue", "runs", "events", "functions", "costs", "goldens"]
        ) { tab, page in
          try await tab.wait(until: "document.querySelector('main .empty p:nth-of-type(2)')")
          #expect(tab.complaints == [], "\(page)")
        }
      }
    }
  }
}
