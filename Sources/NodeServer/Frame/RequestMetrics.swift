internal import HTTPTypes
internal import Synchronization

/// Counts requests by route and status, and how long they took until the answer began.
final class RequestMetrics: Sendable {
  /// Upper bounds in seconds.
  static let bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

  private struct Key: Hashable, Comparable {
    var route: String
    var method: String
    var status: Int

    static func < (left: Key, right: Key) -> Bool {
      (left.route, left.method, left.status) < (right.route, right.method, right.status)
    }
  }

  private struct Series {
    var buckets = [Int](repeating: 0, count: bounds.count + 1)
    var sum = 0.0
    var count = 0
  }

  private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

  private let series = Mutex<[Key: Series]>([:])

  /// `route` is the pattern that the request met; nil for none.
  func count(method: HTTPRequest.Method, route: String?, status: Int, took: Duration) {
    let name = Self.methods.contains(method.rawValue) ? method.rawValue : "OTHER"
    let key = Key(
      route: route == "NotFound" ? "none" : route ?? "none", method: name, status: status)
    let seconds = took / .seconds(1)
    let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
    series.withLock { series in
      series[key, default: Series()].buckets[bucket] += 1
      series[key]!.sum += seconds
      series[key]!.count += 1
    }
  }

  func write(to text: inout MetricsText) {
    let series = series.withLock { $0 }.sorted { $0.key < $1.key }
    text.family(
      "reelnode_http_request_seconds", "histogram", "Time until the answer to a request began.")
    for (key, value) in series {
      let labels = [("route", key.route), ("method", key.method), ("status", String(key.status))]
      var count = 0
      for (place, bound) in Self.bounds.enumerated() {
        count += value.buckets[place]
        text.value(
          "reelnode_http_request_seconds_bucket", labels + [("le", String(bound))], Double(count))
      }
      text.value(
        "reelnode_http_request_seconds_bucket", labels + [("le", "+Inf")], Double(value.count))
      text.value("reelnode_http_request_seconds_sum", labels, value.sum)
      text.value("reelnode_http_request_seconds_count", labels, Double(value.count))
    }
  }
}

/// Writes Prometheus' text form, version 0.0.4.
struct MetricsText {
  private(set) var text = ""

  mutating func family(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  mutating func value(_ name: String, _ labels: [(String, String)] = [], _ value: Double) {
    text += name
    if !labels.isEmpty {
      text += "{" + labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",") + "}"
    }
    let isWhole = value == value.rounded() && abs(value) < 1e15
    text += " \(isWhole ? String(Int64(value)) : String(value))\n"
  }

  mutating func gauge(_ name: String, _ help: String, _ value: Double) {
    family(name, "gauge", help)
    self.value(name, [], value)
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
