/// A run in the XML that continuous integration reads: a test case for each document.
public struct JUnitReport: Sendable {
  private let outcomes: [GoldenOutcome]

  public init(_ outcomes: [GoldenOutcome]) { self.outcomes = outcomes }

  public var xml: String {
    let failures = outcomes.count { $0.state == "differs" }
    let errors = outcomes.count { $0.state == "broken" }
    let counts =
      "tests=\"\(outcomes.count)\" failures=\"\(failures)\" errors=\"\(errors)\" time=\"\(time(outcomes.reduce(0) { $0 + $1.seconds }))\""
    var lines = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#, "<testsuites \(counts)>",
      "  <testsuite name=\"golden frames\" \(counts)>",
    ]
    for outcome in outcomes {
      let head =
        "    <testcase classname=\"golden\" name=\"\(escaped(outcome.name))\" time=\"\(time(outcome.seconds))\""
      switch outcome.result {
      case .match: lines.append(head + "/>")
      case .differs(let verdict, let explanation, _):
        lines += [
          head + ">",
          "      <failure type=\"differs\" message=\"\(escaped(verdict.summary))\">\(escaped(explanation.text))</failure>",
          "    </testcase>",
        ]
      case .broken(let reason):
        lines += [
          head + ">",
          "      <error type=\"broken\" message=\"\(escaped(reason))\"/>", "    </testcase>",
        ]
      }
    }
    return (lines + ["  </testsuite>", "</testsuites>", ""]).joined(separator: "\n")
  }

  private func time(_ seconds: Double) -> String { decimal(seconds, 3) }

  private func escaped(_ text: String) -> String { markup(text, lineFeed: "&#10;") }
}

/// `text` as it may stand in an element or between double quotes; without what XML does not allow.
func markup(_ text: String, lineFeed: String = "\n") -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\n": result += lineFeed
    case "\t": result += " "
    case _ where scalar.value < 32 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
      result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
