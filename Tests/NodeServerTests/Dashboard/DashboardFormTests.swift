import Foundation
import HTTPTypes
import SceneDocument
import TestSupport
import Testing

extension DashboardTests {
  /// What people do, by the keyboard alone.
  @Suite(.serialized, .timeLimit(.minutes(30)))
  struct DashboardFormTests {
    private static func node() -> ScriptedNode {
      let node = ScriptedNode.busy()
      node.answer("projects/estimate") { _ in (.ok, ScriptedNode.estimate) }
      node.answer("projects") { _ in
        (
          .created,
          ScriptedNode.whole(ScriptedNode.project("p1", title: "The sea", state: "writing"))
        )
      }
      node.answer("documents") { call in
        (.created, ["id": "d7", "name": .string(call.query["name"] ?? ""), "bytes": 21])
      }
      return node
    }

    @Test("a film is made from text with the keyboard alone, after its estimate has been seen")
    func keyboard() async throws {
      let node = Self.node()
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "projects")
        try await tab.strike("Tab")
        #expect(try await tab.evaluate("document.activeElement.id") == "skip")
        try await tab.strike("Enter")
        #expect(try await tab.evaluate("document.activeElement.id") == "main")
        try await tab.tab(
          until: "document.activeElement.getAttribute('href') === '/ui/projects/new'")
        // What has the focus is to be seen.
        #expect(
          try await tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        )
        try await tab.strike("Enter")
        try await tab.wait(until: "document.querySelector('h1')?.textContent === 'New film'")
        #expect(try await tab.evaluate("document.activeElement.tagName") == "H1")
        try await tab.tab(until: "document.activeElement.name === 'source'")
        try await tab.strike("ArrowRight")
        try await tab.wait(until: "document.getElementById('field-text')")
        try await tab.tab(until: "document.activeElement.id === 'field-text'")
        try await tab.type("# Waves\n\nThey never stop.")
        try await tab.wait(
          until: "document.querySelector('.figures')?.textContent.includes('1:01')")
        try await tab.tab(until: "document.activeElement.matches('.button.primary')")
        try await tab.strike("Enter")
        try await tab.wait(
          until: "location.pathname === '/ui/projects/p1' && document.querySelector('.scenes')")
        let sent = try #require(node.calls.last { $0.path == "projects" && $0.method == "POST" })
        let body = try JSONDecoder().decode(JSONValue.self, from: Data(sent.body))
        #expect(body == ["text": "# Waves\n\nThey never stop."])
        #expect((sent.key ?? "").count >= 16)
      }
    }

    @Test(
      "a document is uploaded with its name and type, and its film is asked for by the document's id"
    )
    func upload() async throws {
      let node = Self.node()
      try await DashboardStage.show(node) { address in
        let folder = try TempFolder()
        let brief = try folder.write("# Waves\n", to: "the brief.md")
        let tab = try await DashboardStage.open(address, "projects/new")
        try await tab.choose([brief], in: "#field-brief")
        try await tab.wait(
          until: "document.querySelector('.drop.full') && document.querySelector('.figures')")
        let upload = try #require(node.calls.first { $0.path == "documents" })
        #expect(upload.query["name"] == "the brief.md")
        #expect(String(decoding: upload.body, as: UTF8.self) == "# Waves\n")
        try await tab.click(".estimate .button.primary")
        try await tab.wait(until: "location.pathname === '/ui/projects/p1'")
        let sent = try #require(node.calls.last { $0.path == "projects" && $0.method == "POST" })
        let body = try JSONDecoder().decode(JSONValue.self, from: Data(sent.body))
        #expect(body["document_id"] == "d7")
      }
    }

    @Test("what is wrong is said at its field, which gets the focus")
    func errors() async throws {
      let node = Self.node()
      node.answer("projects") { _ in
        (
          .unprocessableContent,
          [
            "type": "about:blank", "title": "Invalid content", "status": 422, "detail": "refused",
            "diagnostics": [
              [
                "code": "value", "severity": "error", "message": "no voice speaks it",
                "pointer": "/language",
              ]
            ],
          ]
        )
      }
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "projects/new")
        try await tab.click(".estimate .button.primary")
        try await tab.wait(
          until:
            "document.querySelector('#brief-error') && document.activeElement.id === 'field-brief'")
        let folder = try TempFolder()
        try await tab.choose([try folder.write("x", to: "film.exe")], in: "#field-brief")
        try await tab.wait(
          until: "document.querySelector('#brief-error')?.textContent.includes('film.exe')")
        #expect(!node.calls.contains { $0.path == "documents" })
        try await tab.evaluate("document.querySelectorAll('input[name=source]')[1].click()")
        try await tab.wait(until: "document.getElementById('field-text')")
        try await tab.evaluate("document.getElementById('field-text').focus()")
        try await tab.type("Some words.")
        try await tab.wait(until: "document.querySelector('.figures')")
        try await tab.click(".estimate .button.primary")
        try await tab.wait(until: "document.activeElement.id === 'field-language'")
        let told = try await tab.evaluate(
          "document.getElementById(document.activeElement.getAttribute('aria-describedby')).textContent"
        )
        #expect(told.plainText.contains("no voice speaks it"))
        // What was typed stays, also when the page is left.
        try await tab.reload()
        try await tab.wait(until: "document.getElementById('field-text')?.value === 'Some words.'")
      }
    }

    @Test("a film is deleted only after a question, which the keyboard can answer and leave")
    func asks() async throws {
      let node = Self.node()
      node.answer("projects/p1") { _ in (.noContent, .null) }
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "projects/p1")
        let open = "document.querySelector('dialog[open]')"
        func ask() async throws {
          try await tab.evaluate(
            "[...document.querySelectorAll('.heading .button')].at(-1).focus()")
          try await tab.strike("Enter")
          try await tab.wait(until: open)
        }
        try await ask()
        #expect(try await tab.evaluate("\(open).contains(document.activeElement)") == true)
        try await tab.strike("Escape")
        try await tab.wait(until: "!\(open)")
        #expect(
          try await tab.evaluate("document.activeElement.matches('.heading .button')") == true)
        #expect(!node.calls.contains { $0.method == "DELETE" })
        try await ask()
        try await tab.tab(until: "document.activeElement.matches('dialog .danger')", atMost: 5)
        try await tab.strike("Enter")
        try await tab.wait(until: "location.pathname === '/ui/projects'")
        #expect(node.calls.contains { $0.method == "DELETE" && $0.path == "projects/p1" })
      }
    }

    @Test("an event is sent from a template, and broken data are refused before they leave")
    func sends() async throws {
      let node = Self.node()
      node.answer("events") { _ in (.created, ["ids": ["e1"]]) }
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "events/send")
        try await tab.evaluate(
          "(() => { const field = document.getElementById('event-template'); field.value = 'film/make.requested'; field.dispatchEvent(new Event('change')); })()"
        )
        try await tab.wait(
          until: "document.getElementById('event-name').value === 'film/make.requested'")
        try await tab.evaluate(
          "(() => { const field = document.getElementById('event-data'); field.focus(); field.setSelectionRange(0, 0); })()"
        )
        try await tab.type("{")
        try await tab.click(".send-form .button.primary")
        try await tab.wait(
          until: "document.getElementById('event-data').getAttribute('aria-invalid') === 'true'")
        #expect(!node.calls.contains { $0.method == "POST" && $0.path == "events" })
        try await tab.evaluate("document.getElementById('event-data').select()")
        try await tab.type(#"{"brief": "/tmp/brief.md"}"#)
        try await tab.click(".send-form .button.primary")
        try await tab.wait(until: "location.pathname === '/ui/events/e1'")
        let sent = try #require(node.calls.last { $0.method == "POST" && $0.path == "events" })
        let body = try JSONDecoder().decode(JSONValue.self, from: Data(sent.body))
        #expect(body["data"]?["brief"] == "/tmp/brief.md")
      }
    }

    @Test("a run that failed goes on from its page, and one of a film with its film")
    func retriedRun() async throws {
      let node = ScriptedNode.busy()
      node.answer("runs/run-failed/retry") { [weak node] _ in
        let run = ScriptedNode.wholeRun("running")
        node?.value("runs/run-failed", run)
        return (.ok, run)
      }
      try await DashboardStage.show(node) { address in
        let tab = try await DashboardStage.open(address, "runs/run-failed")
        let buttons =
          "[...document.querySelectorAll('.heading .actions .button')].map((one) => one.innerText)"
        #expect(try await tab.evaluate(buttons) == ["Retry", "Replay"])
        try await tab.click(".heading .actions .button")
        try await tab.wait(until: "\(buttons)[0] === 'Cancel'")
        #expect(node.calls.contains { $0.method == "POST" && $0.path == "runs/run-failed/retry" })
        let film = ScriptedNode.wholeRun("failed", project: "film-0123456789abcdef0123")
        node.value("runs/run-failed", film)
        try await tab.reload()
        try await tab.wait(until: "\(buttons).length === 1 && \(buttons)[0] === 'Replay'")
      }
    }
  }
}
