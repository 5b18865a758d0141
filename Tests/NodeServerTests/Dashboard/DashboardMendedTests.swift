import Foundation
import HTTPTypes
import SceneDocument
import Synchronization
import TestSupport
import Testing

extension DashboardTests {
  /// What people type is what is sent, and what they do is under their hands until it is done.
  @Suite(.serialized, .timeLimit(.minutes(30)))
  struct DashboardMendedTests {
    /// Puts a text in place of what stands in a field, as a person does.
    private static func write(
      _ text: String, in field: String, _ tab: BrowserPage
    ) async throws {
      try await tab.evaluate(
        "(() => { const field = document.getElementById('\(field)'); field.focus(); field.select(); })()"
      )
      try await tab.type(text)
    }

    /// What the last POST to an address had as its body.
    private static func sent(_ path: String, of node: ScriptedNode) throws -> String {
      let call = try #require(node.calls.last { $0.path == path && $0.method == "POST" })
      return String(decoding: call.body, as: UTF8.self)
    }

    @Test("a budget is read with a point or a comma, and what cannot be read is never no budget")
    func budget() async throws {
      let node = ScriptedNode.busy()
      node.answer("projects/estimate") { _ in (.ok, ScriptedNode.estimate) }
      node.answer("projects") { _ in
        (
          .created,
          ScriptedNode.whole(ScriptedNode.project("p1", title: "The sea", state: "writing"))
        )
      }
      try await node.serve { address in
        let tab = try await DashboardStage.open(address, "projects/new")
        try await tab.evaluate("document.querySelectorAll('input[name=source]')[1].click()")
        try await tab.wait(until: "document.getElementById('field-text')")
        try await Self.write("Some words.", in: "field-text", tab)
        try await tab.wait(until: "document.querySelector('.figures')")
        let invalid = "document.getElementById('field-budget').getAttribute('aria-invalid')"
        for text in ["1e", "-4", "1,500", "abc"] {
          let before = node.calls.count
          try await Self.write(text, in: "field-budget", tab)
          try await tab.wait(until: "\(invalid) === 'true'")
          // Nothing is said to be read any more, and nothing was asked.
          #expect(
            try await tab.evaluate(
              "document.querySelector('.estimate').textContent.includes('no estimate')") == true,
            "\(text)")
          #expect(node.calls.count == before, "\(text)")
          try await tab.click(".estimate .button.primary")
          try await tab.wait(until: "document.activeElement.id === 'field-budget'")
          #expect(node.calls.count == before, "\(text)")
        }
        // The complaint goes with what it was about.
        try await Self.write("1,50", in: "field-budget", tab)
        try await tab.wait(until: "\(invalid) === null && document.querySelector('.figures')")
        #expect(
          try Self.sent("projects/estimate", of: node)
            == #"{"text":"Some words.","budget_microdollars":1500000}"#)
        // All that is wrong is said at once, and the first of it gets the focus.
        for field in ["field-scenes", "field-seconds", "field-budget"] {
          try await Self.write("0x", in: field, tab)
        }
        try await tab.click(".estimate .button.primary")
        try await tab.wait(
          until:
            "document.querySelectorAll('[aria-invalid=true]').length === 3 && document.activeElement.id === 'field-scenes'"
        )
        for (field, text) in [
          ("field-scenes", "3"), ("field-seconds", "90,5"), ("field-budget", "2.25"),
        ] {
          try await Self.write(text, in: field, tab)
        }
        try await tab.wait(until: "document.querySelector('.figures')")
        try await tab.click(".estimate .button.primary")
        try await tab.wait(until: "location.pathname === '/ui/projects/p1'")
        #expect(
          try Self.sent("projects", of: node)
            == #"{"text":"Some words.","scenes":3,"seconds":90.5,"budget_microdollars":2250000}"#)
      }
    }

    @Test("an event's numbers are shown, offered again and sent digit by digit")
    func numbers() async throws {
      let node = ScriptedNode.busy()
      node.answer("events") { _ in (.created, ["ids": ["e1"]]) }
      try await node.serve { address in
        let tab = try await DashboardStage.open(address, "events/send?name=shop/order.created")
        let data = #"{"big": 12345678901234567890, "one": 1.0, "small": [1e400]}"#
        // The scripted node keeps numbers as doubles: this answer is written out.
        let answer = """
          {"id":"e1","name":"shop/order.created","runs":["data"],"data":\(data),"sender_id":null,"version":null,\
          "ts":"2026-11-21T19:10:26.123Z","received_at":"2026-11-21T19:10:26.123Z"}
          """
        try await tab.evaluate(
          """
          (() => {
            const ask = window.fetch;
            window.fetch = (path, more) => path === '/api/v1/events/e1'
              ? Promise.resolve(new Response('\(answer)', { headers: { 'Content-Type': 'application/json' } }))
              : ask(path, more);
          })()
          """)
        try await Self.write(data, in: "event-data", tab)
        try await tab.click(".send-form .button.primary")
        try await tab.wait(
          until: "location.pathname === '/ui/events/e1' && document.querySelector('.json')")
        #expect(
          try Self.sent("events", of: node) == #"{"name":"shop/order.created","data":"# + data + "}"
        )
        let lines = """
          {
            "big": 12345678901234567890,
            "one": 1.0,
            "small": [
              1e400
            ]
          }
          """
        #expect(
          try await tab.evaluate("document.querySelector('.json').textContent").plainText == lines)
        try await tab.click(".heading .actions .button")
        try await tab.wait(
          until: "document.getElementById('event-data')?.value.includes('1e400')")
        #expect(
          try await tab.evaluate("document.getElementById('event-data').value").plainText == lines)
      }
    }

    @Test("a failed event is told once, at its field or in a message that has the focus")
    func refused() async throws {
      let node = ScriptedNode.busy()
      let isNamed = SendableFlag()
      node.answer("events") { _ in
        let message = isNamed.isSet ? "'/name' is longer than 512 bytes" : "the disk is full"
        var problem: [JSONValue.Member] = [
          .init("type", "about:blank"), .init("title", "Refused"), .init("status", 422),
          .init("detail", .string(message)),
        ]
        if isNamed.isSet {
          problem.append(
            .init("diagnostics", [["message": .string(message), "pointer": "/name"]]))
        }
        return (.unprocessableContent, .object(problem))
      }
      try await node.serve { address in
        let tab = try await DashboardStage.open(address, "events/send?name=film/make.requested")
        try await tab.tab(until: "document.activeElement.matches('.send-form .primary')")
        try await tab.strike("Enter")
        try await tab.wait(until: "document.activeElement.matches('.send-form .problem')")
        isNamed.set()
        try await tab.click(".send-form .button.primary")
        try await tab.wait(until: "document.activeElement.id === 'event-name'")
        let told = try await tab.evaluate("document.querySelector('.send-form').textContent")
        #expect(told.plainText.components(separatedBy: "is longer than 512 bytes").count == 2)
        #expect(!told.plainText.contains("/name"))
      }
    }

    @Test("a poster that comes after its film is put on the player that is there")
    func poster() async throws {
      let node = ScriptedNode.busy()
      let film = ScriptedNode.whole(ScriptedNode.project("p1", title: "The sea", state: "done"))
      node.value("projects/p1", film)
      try await node.serve { address in
        let tab = try await DashboardStage.open(address, "projects/p1")
        try await tab.wait(until: "document.querySelector('.player')")
        try await tab.evaluate("document.querySelector('.player').mark = 'the same'")
        #expect(try await tab.evaluate("document.querySelector('.player').poster") == "")
        guard
          case .object(let members) = ScriptedNode.project("p1", title: "The sea", state: "done")
        else { return }
        let changed = members.filter { $0.key != "poster_url" }
        node.tell("project", .object(changed + [.init("poster_url", "/ui/files/x/mark.svg")]))
        try await tab.wait(
          until: "document.querySelector('.player').poster.endsWith('/ui/files/x/mark.svg')")
        #expect(try await tab.evaluate("document.querySelector('.player').mark") == "the same")
      }
    }

    @Test("a button is not another one under the finger, and the focus stays at what was done")
    func focus() async throws {
      let node = ScriptedNode.busy()
      let title = "The sea"
      node.value(
        "projects/p1",
        ScriptedNode.whole(ScriptedNode.project("p1", title: title, state: "producing")))
      node.list("projects/p1/assets", [])
      try await node.serve { address in
        let tab = try await DashboardStage.open(address, "projects/p1")
        let first = "document.querySelector('.heading .actions .button')"
        try await tab.wait(until: "\(first).textContent === 'Cancel'")
        try await tab.evaluate("(window.before = \(first)).focus()")
        let cancelled = ScriptedNode.project("p1", title: title, state: "cancelled")
        node.value("projects/p1", ScriptedNode.whole(cancelled))
        node.tell("project", cancelled)
        try await tab.wait(until: "\(first).textContent === 'Retry'")
        #expect(try await tab.evaluate("window.before.isConnected") == false)
        // Who had the focus on what is gone goes on at the page's heading.
        #expect(try await tab.evaluate("document.activeElement.tagName") == "H1")
        try await tab.tab(until: "document.activeElement.textContent === 'Show files'")
        try await tab.strike("Enter")
        try await tab.wait(until: "document.activeElement.id === 's-files'")
      }
    }

    @Test("who comes back to a list finds the rows that were there, and the place among them")
    func back() async throws {
      let node = ScriptedNode.busy()
      node.list(
        "events",
        (0..<140).map { number in
          [
            "id": .string("e\(number)"), "name": "shop/order.created", "sender_id": .null,
            "version": .null, "ts": "2026-11-21T19:10:26.123Z",
            "received_at": "2026-11-21T19:10:26.123Z", "is_repeat": false, "is_unheard": true,
            "runs": [],
          ]
        })
      try await node.serve { address in
        let tab = try await DashboardStage.open(address, "events")
        let rows = "document.querySelectorAll('tbody tr').length"
        for count in [100, 140] {
          try await tab.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
          try await tab.wait(until: "\(rows) >= \(count)")
        }
        let link = "document.querySelector('a[href=\"/ui/events/e1\"]')"
        try await tab.evaluate("\(link).scrollIntoView(); window.scrollBy(0, 300)")
        let place = try await tab.evaluate("window.scrollY")
        try await tab.evaluate("\(link).click()")
        try await tab.wait(until: "location.pathname === '/ui/events/e1'")
        try await tab.wait(until: "document.querySelector('.json')")
        try await tab.evaluate("history.back()")
        try await tab.wait(until: "location.pathname === '/ui/events' && \(rows) === 140")
        try await tab.wait(until: "window.scrollY === \(place.plainNumber ?? -1)")
        try await tab.wait(until: "document.activeElement === \(link)")
      }
    }
  }
}

/// Something that is so from a moment on.
private final class SendableFlag: Sendable {
  private let state = Mutex(false)
  var isSet: Bool { state.withLock { $0 } }
  func set() { state.withLock { $0 = true } }
}
