import Foundation
import SceneDocument
import TestSupport
import Testing

/// Tabs that show the dashboard.
enum DashboardStage {
  private static let browser = Result { try Browser() }

  static let pages = [
    "projects", "projects/new", "projects/p1", "projects/p2", "projects/p6", "queue",
    "queue/job-failed", "runs", "runs/run-running", "runs/run-failed", "events", "events/e1",
    "events/send", "functions", "costs", "goldens", "system",
  ]

  /// A tab in which a page's data is to be seen.
  static func open(
    _ address: String, _ page: String, width: Int = 1280, isDark: Bool = false,
    language: String = "en"
  ) async throws -> BrowserPage {
    let tab = try await browser.get().open(
      "\(address)/ui/\(page)", width: width, height: 900, isDark: isDark,
      script:
        "if (!sessionStorage.begun) { localStorage.language = '\(language)'; delete localStorage.theme; sessionStorage.begun = '1'; }"
    )
    try await tab.wait(until: shown)
    return tab
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

/// One page after the other, in a process of their own (see `Scripts/test`): the pages' node answers on the threads that
/// all tests of a process share.
@Suite(.serialized) enum DashboardTests {}
