internal import Foundation
internal import Media

/// The page of a run: one file with its pictures in it, which needs nothing else and no network.
struct ReportPage {
  struct Figure {
    var exhibit: GoldenOutcome.Exhibit
    var pictures: ReportPictures
  }

  private let outcomes: [GoldenOutcome]
  private var sections: [String] = []

  init(_ outcomes: [GoldenOutcome]) { self.outcomes = outcomes }

  mutating func add(_ outcome: GoldenOutcome, _ figures: [Figure]) {
    let number = sections.count + 1
    var parts: [String] = []
    switch outcome.result {
    case .match: break
    case .broken(let reason):
      parts.append("<p class=\"cause\">\(markup(reason, lineFeed: "<br>"))</p>")
    case .differs(let verdict, let explanation, _):
      parts.append(causes(explanation))
      parts.append("<p>\(markup(verdict.summary)).</p>")
      parts.append(facts(verdict))
      parts.append(strip(verdict))
      parts += figures.map { figure($0, verdict) }
      if let sound = verdict.sound, !sound.isAccepted {
        parts.append("<h3>Sound</h3><p>\(markup(sound.text)).</p>" + drawing(sound))
      }
    }
    let body = parts.isEmpty ? "" : parts.joined(separator: "\n")
    sections.append(
      outcome.isMatch
        ? ""
        : "<section id=\"d\(number)\"><h2><span class=\"dot \(outcome.state)\"></span>\(markup(outcome.name))</h2>\n\(body)</section>"
    )
  }

  var html: String {
    let failed = outcomes.count { !$0.isMatch }
    let title =
      failed == 0
      ? "All \(outcomes.count) films match"
      : "\(failed) of \(outcomes.count) \(outcomes.count == 1 ? "film" : "films") \(failed == 1 ? "does" : "do") not match"
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <meta name="color-scheme" content="light dark"><title>Golden frames: \(title)</title>
      <style>\(Self.style)</style></head><body>
      <header><p class="quiet">Golden frames</p><h1>\(title)</h1><p class="quiet">\(markup(GoldenBuild.current))</p></header>
      \(table)
      \(sections.filter { !$0.isEmpty }.joined(separator: "\n"))
      \(matches)
      </body></html>

      """
  }

  /// What does not match.
  private var table: String {
    let rows = outcomes.enumerated().filter { !$0.element.isMatch }.map { number, outcome in
      let (news, why) =
        switch outcome.result {
        case .match: ("", "")
        case .differs(let verdict, let explanation, _):
          (Self.news(verdict), explanation.causes.first?.text ?? "")
        case .broken: ("no verdict", "golden or document is missing or wrong")
        }
      return row(
        outcome, "<a href=\"#d\(number + 1)\">\(markup(outcome.name))</a>", news, why)
    }
    if rows.isEmpty { return "" }
    return Self.table(rows, "differs in", "likeliest cause")
  }

  private var matches: String {
    let matches = outcomes.filter(\.isMatch)
    if matches.isEmpty { return "" }
    let rows = matches.map { outcome in
      guard case .match(let verdict) = outcome.result else { return "" }
      return row(outcome, markup(outcome.name), verdict.summary, "")
    }
    let count = matches.count == 1 ? "1 film matches" : "\(matches.count) films match"
    let open = matches.count == outcomes.count ? " open" : ""
    return
      "<details\(open)><summary>\(count)</summary>\(Self.table(rows, "compared", ""))</details>"
  }

  private static func news(_ verdict: Verdict) -> String {
    var parts = verdict.shape
    if !verdict.failures.isEmpty {
      parts.append("\(verdict.failures.count) of \(verdict.range.count) frames")
    }
    if verdict.sound?.isAccepted == false { parts.append("sound") }
    return parts.joined(separator: ", ")
  }

  private func row(
    _ outcome: GoldenOutcome, _ name: String, _ news: String, _ why: String
  ) -> String {
    "<tr><td><span class=\"dot \(outcome.state)\"></span>\(outcome.state)</td><td>\(name)</td><td>\(markup(news))</td><td>\(markup(why))</td><td class=\"number\">\(decimal(outcome.seconds, 2)) s</td></tr>"
  }

  private static func table(_ rows: [String], _ third: String, _ fourth: String) -> String {
    """
    <div class="wide"><table><thead><tr><th>state</th><th>document</th><th>\(third)</th><th>\(fourth)</th><th class="number">time</th></tr></thead>
    <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
    """
  }

  /// The loudness of what was recorded upwards, of what is there now downwards.
  private func drawing(_ sound: SoundFinding) -> String {
    let (expected, actual) = sound.levels
    guard expected.count == actual.count, expected.count > 1 else { return "" }
    let peak = max(expected.max() ?? 0, actual.max() ?? 0, 0.001)
    func area(_ levels: [Double], _ kind: String, _ sign: Double) -> String {
      let points = levels.enumerated().map { index, level in
        "\(decimal(Double(index) * 1000 / Double(levels.count - 1), 1)),\(decimal(60 - sign * 56 * level / peak, 1))"
      }
      return
        "<polygon class=\"\(kind)\" points=\"0,60 \(points.joined(separator: " ")) 1000,60\"/>"
    }
    let limit = peak * 0.002
    let marks = zip(expected, actual).enumerated().filter { abs($1.0 - $1.1) > limit }.map {
      "<rect class=\"far\" x=\"\(decimal(Double($0.offset) * 1000 / Double(expected.count), 1))\" y=\"122\" width=\"\(decimal(1000 / Double(expected.count), 2))\" height=\"6\"/>"
    }.joined()
    return """
      <svg class="sound" viewBox="0 0 1000 130" preserveAspectRatio="none" role="img" aria-label="loudness, expected and actual">
      \(area(expected, "expected", 1))\(area(actual, "actual", -1))\(marks)</svg>
      <p class="quiet">Loudness over time: expected above the middle, actual below; red where they differ.</p>
      """
  }

  private func causes(_ explanation: Explanation) -> String {
    let lines = explanation.text.split(separator: "\n")
    guard let first = lines.first else { return "" }
    let rest = lines.dropFirst().map { "<li>\(markup(String($0)))</li>" }.joined()
    return "<p class=\"cause\">\(markup(String(first)))</p>"
      + (rest.isEmpty ? "" : "<ul>\(rest)</ul>")
  }

  private func facts(_ verdict: Verdict) -> String {
    let bounds = verdict.bounds
    let rule =
      verdict.tier == .exact
      ? "Tier A: the golden was recorded by this build, so every sample must be equal."
      : "Tier B: the golden was recorded by another build. Allowed: largest difference \(bounds.largest), worst block \(decimal(bounds.blockDB, 0)) dB, \(bounds.overOnePercent) % of samples off by more than 1."
    return "<p class=\"quiet\">\(markup(rule))</p>"
  }

  /// A mark for each frame: grey the same, amber inside the bounds, red different; a dot below key frames.
  private func strip(_ verdict: Verdict) -> String {
    let count = verdict.golden.reference.frames.count
    func bar(_ frame: Int, _ kind: String) -> String {
      let x = decimal(Double(frame) * 1000 / Double(count), 2)
      let width = decimal(max(1000 / Double(count) * 0.86, 0.4), 2)
      return "<rect class=\"\(kind)\" x=\"\(x)\" y=\"2\" width=\"\(width)\" height=\"18\"/>"
    }
    let marks = verdict.frames.map { bar($0.index, $0.isAccepted ? "near" : "far") }.joined()
    let keys = verdict.golden.reference.keyFrames.map { frame in
      "<circle cx=\"\(decimal((Double(frame) + 0.5) * 1000 / Double(count), 2))\" cy=\"26\" r=\"2.5\"/>"
    }.joined()
    return """
      <svg class="strip" viewBox="0 0 1000 30" preserveAspectRatio="none" role="img" aria-label="frames that differ">
      <rect class="same" x="0" y="2" width="1000" height="18"/>\(marks)\(keys)</svg>
      <p class="quiet">Frames 0 to \(count - 1); red differ, dots are key frames, of which the picture was kept.</p>
      """
  }

  private func figure(_ figure: Figure, _ verdict: Verdict) -> String {
    let finding = figure.exhibit.finding
    func pictures(_ list: [ReportPictures.Picture], _ kind: String) -> String {
      let items = list.map {
        "<figure><img class=\"\(kind)\" alt=\"\($0.title)\" src=\"data:image/png;base64,\(Data($0.png).base64EncodedString())\"><figcaption>\($0.title)</figcaption></figure>"
      }
      return "<div class=\"row\">\(items.joined())</div>"
    }
    var numbers =
      "\(Self.capital(verdict.numbers(finding))). Perceptual hashes differ in \(finding.hashDistance) of 64 bits."
    if let difference = finding.difference {
      numbers +=
        " \(difference.differing) of \(difference.samples) samples differ; PSNR of the whole frame \(decimal(difference.psnr, 1)) dB."
    } else {
      numbers += " Of this frame no picture was kept, only means of small squares."
    }
    return """
      <h3>Frame \(finding.index) <span class="quiet">\(verdict.time(of: finding.index))</span></h3>
      <p>\(markup(numbers))</p>
      \(pictures(figure.pictures.frames, "frame"))
      <p class="quiet">Where it differs most, \(ReportPictures.zoom) times as large:</p>
      \(pictures(figure.pictures.crops, "crop"))
      """
  }

  private static func capital(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  private static let style = """
    :root{--ground:#fbfbfa;--card:#fff;--ink:#1c1d21;--soft:#6b6f7a;--line:#e3e3e0;--far:#d4342c;--near:#d99a1e;--same:#dfe2e6;--fine:#2f8f4e;--link:#2458c5}
    @media(prefers-color-scheme:dark){:root{--ground:#141519;--card:#1d1f25;--ink:#e9eaee;--soft:#9a9fac;--line:#32353e;--far:#ff6257;--near:#e6b04a;--same:#343842;--fine:#59c27d;--link:#8fb3ff}}
    *{box-sizing:border-box}body{margin:0 auto;max-width:1240px;padding:28px 20px 60px;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,"Noto Sans",sans-serif}
    h1{margin:0;font-size:26px;font-weight:650}h2{margin:0 0 10px;font-size:18px;font-weight:650;overflow-wrap:anywhere}h3{margin:22px 0 4px;font-size:15px}
    p{margin:4px 0 10px}a{color:var(--link)}.quiet{color:var(--soft);font-size:13px;font-weight:400;overflow-wrap:anywhere}
    header{margin-bottom:18px}section,.wide{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:18px 20px;margin:0 0 18px}
    .wide{overflow-x:auto;padding:6px 12px}table{border-collapse:collapse;width:100%;font-size:14px}th{text-align:left;color:var(--soft);font-weight:500;font-size:13px}
    td,th{padding:6px 8px;border-top:1px solid var(--line);vertical-align:top}thead th{border-top:0}.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    .dot{display:inline-block;width:9px;height:9px;border-radius:50%;margin-right:7px;background:var(--far)}.dot.match{background:var(--fine)}.dot.broken{background:var(--near)}
    .cause{font-size:16px;font-weight:600;border-left:4px solid var(--far);padding:2px 0 2px 12px;overflow-wrap:anywhere}
    .row{display:flex;flex-wrap:wrap;gap:12px;margin:6px 0 12px}figure{margin:0;flex:1 1 260px;max-width:400px}figcaption{color:var(--soft);font-size:13px;margin-top:2px}
    img{display:block;width:100%;border:1px solid var(--line);border-radius:4px;background:#000}img.crop{image-rendering:pixelated}
    .strip{display:block;width:100%;height:34px}.strip .same{fill:var(--same)}.strip .far{fill:var(--far)}.strip .near{fill:var(--near)}.strip circle{fill:var(--soft)}
    .sound{display:block;width:100%;height:130px}.sound .expected{fill:var(--fine)}.sound .actual{fill:var(--link)}.sound .far{fill:var(--far)}
    details{margin:0 0 18px}summary{cursor:pointer;color:var(--soft);padding:4px 0 10px}
    ul{margin:4px 0 12px;padding-left:22px}
    """
}
