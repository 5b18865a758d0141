import Foundation
import SceneDocument
import Synchronization
import TestSupport
import Testing

/// Tabs that show the dashboard.
enum DashboardStage {
  static let browser = Result { try Browser(still: true) }
  /// Those of the test that is running.
  private static let tabs = Mutex<[BrowserPage]>([])

  static let pages = [
    "projects", "projects/new", "projects/p1", "projects/p2", "projects/p6", "queue",
    "queue/job-failed", "runs", "runs/run-running", "runs/run-failed", "events", "events/e1",
    "events/send", "functions", "costs", "goldens", "system",
  ]

  /// Serves a node's data for as long as `body` takes, and closes the tabs that it has opened: each of them is drawn, and
  /// asks for a node that is gone.
  static func show(
    _ node: ScriptedNode, _ body: @escaping @Sendable (_ address: String) async throws -> Void
  ) async throws {
    try await node.serve { address in
      let result: Result<Void, any Error>
      do { result = .success(try await body(address)) } catch { result = .failure(error) }
      let left = tabs.withLock { tabs in
        defer { tabs = [] }
        return tabs
      }
      for tab in left { try? await tab.close() }
      try result.get()
    }
  }

  /// A tab in which a page's data is to be seen. `script` runs before those of the page.
  static func open(
    _ address: String, _ page: String, width: Int = 1280, language: String = "en",
    script: String = ""
  ) async throws -> BrowserPage {
    let tab = try await browser.get().open(
      "\(address)/ui/\(page)", width: width, height: 900,
      script:
        "if (!sessionStorage.begun) { localStorage.language = '\(language)'; delete localStorage.theme; sessionStorage.begun = '1'; } \(script)"
    )
    tabs.withLock { $0.append(tab) }
    try await tab.wait(until: shown)
    return tab
  }

  /// Shows pages one after the other in one tab: a tab's beginning takes longer than a page's.
  static func visit(
    _ address: String, pages: [String] = pages, width: Int = 1280, language: String = "en",
    _ body: (_ tab: BrowserPage, _ page: String) async throws -> Void
  ) async throws {
    let tab = try await open(address, pages[0], width: width, language: language)
    for page in pages {
      if page != pages[0] { try await tab.go(to: "\(address)/ui/\(page)") }
      try await tab.wait(until: shown)
      try await body(tab, page)
    }
  }

  /// Nothing is awaited any more.
  static let shown =
    "document.querySelector('main h1') && !document.querySelector('.skeleton') && document.getElementById('live')?.dataset.state === 'live'"

  /// Keeps a screenshot for people to look at.
  static func keep(_ page: BrowserPage, as name: String) async throws {
    guard ProcessInfo.processInfo.environment["REELNODE_SCREENSHOTS"] != nil else { return }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "reelnode-screenshots")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(try await page.screenshot()).write(
      to: folder.appendingPathComponent(
        "dashboard-\(name.replacingOccurrences(of: "/", with: "-")).png"))
  }
}

extension JSONValue {
  var plainText: String { if case .string(let text) = self { text } else { "" } }
  var plainNumber: Double? { if case .number(let number) = self { number } else { nil } }
}

/// One page after the other: there is one browser.
@Suite(.serialized) enum DashboardTests {}
