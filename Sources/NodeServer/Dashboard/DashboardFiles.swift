internal import Crypto
internal import Foundation

/// The files of the dashboard, as they are in the program.
struct DashboardFiles: Sendable {
  struct File: Sendable {
    var bytes: [UInt8]
    var type: String
    /// Of the bytes; quoted.
    var tag: String
  }

  /// By their names.
  let files: [String: File]
  /// The one page, which shows what its address says.
  let page: File
  /// Of all files together: a part of their addresses, so that browsers may keep them for good.
  let version: String

  static let shared = DashboardFiles()

  private init() {
    var digest = SHA256()
    for (name, bytes) in Self.embedded.sorted(by: { $0.key < $1.key }) {
      digest.update(data: Array(name.utf8))
      digest.update(data: bytes)
    }
    let version = String(Self.hex(digest.finalize()).prefix(16))
    self.version = version
    files = Dictionary(
      uniqueKeysWithValues: Self.embedded.map { name, bytes in
        (name, File(bytes: bytes, type: Self.type(of: name), tag: Self.tag(bytes)))
      })
    let text = String(decoding: PackageResources.index_html, as: UTF8.self)
    let bytes = Array(text.replacingOccurrences(of: "{{version}}", with: version).utf8)
    page = File(bytes: bytes, type: "text/html; charset=utf-8", tag: Self.tag(bytes))
  }

  private static func tag(_ bytes: [UInt8]) -> String {
    "\"\(hex(SHA256.hash(data: bytes)).prefix(32))\""
  }

  private static func hex(_ digest: SHA256.Digest) -> String {
    digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  private static func type(of name: String) -> String {
    switch name.split(separator: ".").last {
    case "js": "text/javascript; charset=utf-8"
    case "css": "text/css; charset=utf-8"
    case "svg": "image/svg+xml"
    default: "application/octet-stream"
    }
  }

  private static var embedded: [String: [UInt8]] {
    [
      "api.js": PackageResources.api_js,
      "app.js": PackageResources.app_js,
      "base.css": PackageResources.base_css,
      "boot.js": PackageResources.boot_js,
      "dialogs.js": PackageResources.dialogs_js,
      "dom.js": PackageResources.dom_js,
      "en.js": PackageResources.en_js,
      "exact.js": PackageResources.exact_js,
      "format.js": PackageResources.format_js,
      "i18n.js": PackageResources.i18n_js,
      "icons.js": PackageResources.icons_js,
      "ko.js": PackageResources.ko_js,
      "list.js": PackageResources.list_js,
      "live.js": PackageResources.live_js,
      "live-exchange.js": PackageResources.live_exchange_js,
      "live-worker.js": PackageResources.live_worker_js,
      "mark.svg": PackageResources.mark_svg,
      "page-costs.js": PackageResources.page_costs_js,
      "page-event.js": PackageResources.page_event_js,
      "page-events.js": PackageResources.page_events_js,
      "page-functions.js": PackageResources.page_functions_js,
      "page-goldens.js": PackageResources.page_goldens_js,
      "page-job.js": PackageResources.page_job_js,
      "page-new.js": PackageResources.page_new_js,
      "page-project.js": PackageResources.page_project_js,
      "page-projects.js": PackageResources.page_projects_js,
      "page-queue.js": PackageResources.page_queue_js,
      "page-run.js": PackageResources.page_run_js,
      "page-runs.js": PackageResources.page_runs_js,
      "page-send.js": PackageResources.page_send_js,
      "page-system.js": PackageResources.page_system_js,
      "pages.css": PackageResources.pages_css,
      "parts.css": PackageResources.parts_css,
      "parts.js": PackageResources.parts_js,
      "router.js": PackageResources.router_js,
      "scene-card.js": PackageResources.scene_card_js,
      "told.js": PackageResources.told_js,
      "waterfall.js": PackageResources.waterfall_js,
    ]
  }
}
