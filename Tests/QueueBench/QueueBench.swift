import Foundation

/// Measures the queue with many processes on one file, and tries to make it accept what a stale worker says.
///
/// Prints one line of JSON; ends with status 1 where something was lost, done twice or accepted wrongly.
@main
enum QueueBench {
  static func main() async throws {
    let arguments = Arguments(CommandLine.arguments.dropFirst())
    let isSound: Bool
    switch arguments.command {
    case "claims": isSound = try await ClaimBench(arguments).run()
    case "claimer": isSound = try await Claimer(arguments).run()
    case "races": isSound = try await RaceBench(arguments).run()
    default:
      FileHandle.standardError.write(
        Data(
          """
          usage: queue-bench claims [--processes 16] [--claims 10000] [--folder DIR]
                 queue-bench races [--rounds 10000] [--folder DIR]

          """.utf8))
      exit(2)
    }
    exit(isSound ? 0 : 1)
  }
}

/// `command --name value …`.
struct Arguments {
  let command: String
  private var values: [String: String] = [:]

  init(_ words: ArraySlice<String>) {
    command = words.first ?? ""
    var name: String?
    for word in words.dropFirst() {
      if let known = name {
        values[known] = word
        name = nil
      } else if word.hasPrefix("--") {
        name = String(word.dropFirst(2))
      }
    }
  }

  func number(_ name: String, _ otherwise: Int) -> Int {
    values[name].flatMap(Int.init) ?? otherwise
  }
  func text(_ name: String) -> String? { values[name] }
}

/// Percentiles of what was measured, in milliseconds.
struct Latencies {
  private let sorted: [Double]

  init(_ values: [Double]) { sorted = values.sorted() }

  var json: [String: Any] {
    ["p50_ms": percentile(0.5), "p99_ms": percentile(0.99), "max_ms": rounded(sorted.last ?? 0)]
  }

  private func percentile(_ share: Double) -> Double {
    if sorted.isEmpty { return 0 }
    return rounded(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])
  }

  private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

func printJSON(_ value: [String: Any]) throws {
  let data = try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys])
  print(String(decoding: data, as: UTF8.self))
}

func temporaryFolder(_ arguments: Arguments) throws -> String {
  let folder =
    (arguments.text("folder") ?? NSTemporaryDirectory()) + "/queue-bench-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  return folder
}
