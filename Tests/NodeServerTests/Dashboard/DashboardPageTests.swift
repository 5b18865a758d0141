import SceneDocument
import TestSupport
import Testing

extension DashboardTests {
  /// Every page in a real browser.
  @Suite(.serialized, .timeLimit(.minutes(30)))
  struct DashboardPageTests {
    @Test("every page loads without an error, from this node alone, and runs nothing that data say")
    func loads() async throws {
      let node = ScriptedNode.busy(title: ScriptedNode.hostile)
      try await node.serve { address in
        for page in DashboardStage.pages {
          let tab = try await DashboardStage.open(address, page)
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
          try await tab.close()
        }
      }
    }

    @Test("hostile titles are shown as the text that they are")
    func hostile() async throws {
      let node = ScriptedNode.busy(title: ScriptedNode.hostile)
      try await node.serve { address in
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
      try await node.serve { address in
        for language in ["en", "ko"] {
          for page in DashboardStage.pages {
            let tab = try await DashboardStage.open(address, page, width: 360, language: language)
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
            try await tab.close()
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
      try await node.serve { address in
        for page in DashboardStage.pages {
          let tab = try await DashboardStage.open(address, page)
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
          try await tab.close()
        }
      }
    }

    @Test(
      "all texts stand out from their ground by 4.5 to 1, in light and dark",
      arguments: [false, true])
    func contrast(isDark: Bool) async throws {
      let node = ScriptedNode.busy()
      try await node.serve { address in
        for page in DashboardStage.pages {
          let tab = try await DashboardStage.open(address, page, isDark: isDark)
          let weak = try await tab.evaluate(Self.weakTexts)
          #expect(weak == "", "\(page)")
          if isDark { try await DashboardStage.keep(tab, as: "dark-" + page) }
          try await tab.close()
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
      try await node.serve { address in
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

    @Test("an address that leads nowhere, and a thing that is gone, say so and what to do")
    func missing() async throws {
      let node = ScriptedNode.busy()
      try await node.serve { address in
        for page in ["nowhere", "projects/none", "runs/none", "events/none", "queue/none"] {
          let tab = try await DashboardStage.open(address, page)
          try await tab.wait(until: "document.querySelector('main [role=alert]')")
          try await tab.close()
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
      node.value("costs/totals", ["by_provider": [], "by_day": [], "microdollars": 0])
      try await node.serve { address in
        for page in ["projects", "queue", "runs", "events", "functions", "costs", "goldens"] {
          let tab = try await DashboardStage.open(address, page)
          try await tab.wait(until: "document.querySelector('main .empty p:nth-of-type(2)')")
          #expect(tab.complaints == [], "\(page)")
          try await tab.close()
        }
      }
    }
  }
}
