internal import Foundation
internal import Media
internal import SceneDocument

/// A folder that shows a run: one page with everything in it, the same as JSON, and the pictures as files.
public struct GoldenReport: Sendable {
  public let outcomes: [GoldenOutcome]

  public init(_ outcomes: [GoldenOutcome]) { self.outcomes = outcomes }

  /// Where tests put reports: `$REELNODE_GOLDEN_REPORT`, or a folder for temporary files.
  public static var defaultFolder: String {
    let named = ProcessInfo.processInfo.environment["REELNODE_GOLDEN_REPORT"] ?? ""
    if !named.isEmpty { return named }
    return FileManager.default.temporaryDirectory.appendingPathComponent("golden-report").path
  }

  /// Writes `index.html`, `report.json` and `pictures/` into `folder`, in place of those of an earlier run. Gives
  /// the path of the page.
  @discardableResult
  public func write(into folder: String) throws -> String {
    let files = FileManager.default
    let pictures = folder + "/pictures"
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if files.fileExists(atPath: pictures) { try files.removeItem(atPath: pictures) }
    var page = ReportPage(outcomes)
    var list: [JSONValue] = []
    for (number, outcome) in outcomes.enumerated() {
      var shown: [ReportPage.Figure] = []
      if case .differs(let verdict, _, let exhibits) = outcome.result {
        for exhibit in exhibits {
          let made = try ReportPictures(exhibit, of: verdict.golden)
          shown.append(ReportPage.Figure(exhibit: exhibit, pictures: made))
          let place = pictures + "/" + Self.slug(outcome.name, number)
          try files.createDirectory(atPath: place, withIntermediateDirectories: true)
          for picture in made.frames + made.crops {
            let name = "frame-\(exhibit.finding.index)-\(picture.name).png"
            try HostFile.replace(place + "/" + name, with: picture.png)
          }
        }
      }
      page.add(outcome, shown)
      list.append(outcome.json)
    }
    let json: JSONValue = [
      "spec": "golden-report/1", "build": .string(GoldenBuild.current),
      "state": .string(isMatch ? "match" : "differs"), "documents": .array(list),
    ]
    try HostFile.replace(
      folder + "/report.json", with: Array((json.prettyText + "\n").utf8))
    try HostFile.replace(folder + "/index.html", with: Array(page.html.utf8))
    return folder + "/index.html"
  }

  public var isMatch: Bool { outcomes.allSatisfy(\.isMatch) }

  /// For tests: writes below `folder` under the document's name, and gives the page's path, or why there is none.
  public static func write(
    _ outcomes: [GoldenOutcome], below folder: String, named name: String
  ) -> String {
    do {
      return try GoldenReport(outcomes).write(into: folder + "/" + slug(name, nil))
    } catch {
      return "no report, for it could not be written: \(error)"
    }
  }

  /// The last parts of a path as the name of a folder.
  static func slug(_ name: String, _ number: Int?) -> String {
    let stem = FilePath.stem(of: name)
    let safe = String(
      stem.unicodeScalars.map { scalar in
        scalar.isASCII
          && (scalar.properties.isAlphabetic || "0123456789-_".unicodeScalars.contains(scalar))
          ? Character(scalar) : "-"
      })
    return (number.map { "\($0 + 1)-" } ?? "") + (safe.isEmpty ? "film" : safe)
  }
}
