import Foundation
import SceneDocument
import TestSupport
import Testing

/// The dashboard of a node that is really running, as a newcomer would use it.
@Suite(.serialized, .timeLimit(.minutes(20)))
struct ServePageTests {
  @Test("from a brief to a film in the browser, by the keyboard alone, and every page on the way")
  func film() async throws {
    let folder = try TempFolder()
    let node = try RunningProgram([
      "serve", "--port", "0", "--node", folder.file("node"), "--cache", folder.file("cache"),
    ])
    defer {
      node.send(SIGTERM)
      _ = node.status()
    }
    try #require(node.hasSaid("serving http://127.0.0.1:"), "\(node.errorText)")
    let place = try #require(node.errorText.firstMatch(of: /http:\/\/127\.0\.0\.1:[0-9]+/)).0
    let browser = try Browser()
    let tab = try await browser.open(place + "/", script: "localStorage.language = 'en'")
    try await tab.wait(until: "document.querySelector('main .empty')")
    try await tab.tab(
      until: "document.activeElement.getAttribute('href') === '/ui/projects/new'")
    try await tab.strike("Enter")
    try await tab.tab(until: "document.activeElement.name === 'source'")
    try await tab.strike("ArrowRight")
    try await tab.tab(until: "document.activeElement.id === 'field-text'")
    try await tab.type("# The lighthouse\n\nA lighthouse shows ships the way.")
    try await tab.wait(
      until: "document.querySelector('#field-size option[value=\"1280x720\"]')")
    try await tab.evaluate(
      "(() => { const field = document.getElementById('field-size'); field.value = '1280x720'; field.dispatchEvent(new Event('change')); })()"
    )
    try await tab.wait(until: "document.querySelector('.figures')")
    try await tab.tab(until: "document.activeElement.matches('.estimate .button.primary')")
    try await tab.strike("Enter")
    try await tab.wait(until: "document.querySelectorAll('.scene').length === 1")
    // All that follows comes by itself.
    try await tab.wait(until: "document.querySelector('video')?.readyState >= 1")
    // The film may be played a moment before its captions are there and its project says so.
    try await tab.wait(
      until:
        "document.querySelector('video track') && document.querySelector('.standing .badge').textContent === 'Done' && document.querySelectorAll('.stage .badge.good').length === 5"
    )
    // The player is another one where captions have come to it.
    try await tab.wait(until: "document.querySelector('video')?.videoWidth === 1280")
    try await tab.wait(until: "document.querySelector('.scene img')?.naturalWidth > 0")
    #expect(tab.complaints == [])
    let captions = try await tab.evaluate(
      "fetch(document.querySelector('track').src).then((answer) => answer.text())")
    #expect(captions.string?.hasPrefix("WEBVTT") == true)
    try await tab.close()
    for page in ["projects", "queue", "runs", "events", "functions", "costs", "goldens", "system"] {
      let tab = try await browser.open(
        "\(place)/ui/\(page)", script: "localStorage.language = 'en'")
      try await tab.wait(
        until:
          "document.querySelector('main h1') && !document.querySelector('.skeleton') && document.getElementById('live').dataset.state === 'live'"
      )
      #expect(
        try await tab.evaluate("document.querySelector('main [role=alert]') === null") == true)
      #expect(tab.complaints == [], "\(page)")
      try await PreviewStage.keep(tab, as: "node-" + page)
      try await tab.close()
    }
    let runs = try await browser.open(place + "/ui/runs")
    try await runs.wait(until: "document.querySelector('tbody a')")
    try await runs.click("tbody a")
    try await runs.wait(until: "document.querySelector('.fall-step')")
    #expect(runs.complaints == [])
    await browser.close()
  }
}
