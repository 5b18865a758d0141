internal import Foundation
internal import Jobs

/// The queue as a table for people.
struct QueueScreen {
  var jobs: [RenderJob]
  /// Of films, by id.
  var progress: [String: FilmProgress]
  var workers: [WorkerRecord]
  /// Since when, in UTC milliseconds.
  var paused: Int64?

  func text(now: Date, console: Console) -> String {
    var lines: [String] = []
    if paused != nil {
      lines.append(console.styled("the queue is paused", .warning) + " → reelnode queue resume")
    }
    let slots = workers.reduce(0) { $0 + $1.slots }
    lines.append(
      workers.isEmpty
        ? "no worker is running → reelnode worker"
        : "\(counted(workers.count, "worker")), \(counted(slots, "job")) at a time, \(workers.reduce(0) { $0 + $1.jobs }) under way"
    )
    if jobs.isEmpty {
      lines.append("nothing is in the queue → reelnode queue add film.json")
    } else {
      let width = min(40, jobs.map(\.label.count).max() ?? 0)
      for job in jobs { lines += rows(of: job, now, width, console) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func rows(
    of job: RenderJob, _ now: Date, _ width: Int, _ console: Console
  ) -> [String] {
    let label = job.label.count > width ? String(job.label.prefix(width - 1)) + "…" : job.label
    var line = job.shortID + "  " + label.padded(to: width) + "  " + Self.word(job)
    if let progress = progress[job.id], !job.state.isEnded {
      line += "  " + Self.bar(progress.fraction)
      if let eta = progress.etaMS {
        line += "  " + (Double(eta) / 1000).rounded(.up).clockText + " left"
      }
    } else if let ended = job.endedMS {
      line += "  " + Self.age(now.timeIntervalSince1970 - Double(ended) / 1000)
    }
    if job.isPaused, !job.state.isEnded { line += "  paused" }
    guard let code = job.errorCode, let message = job.errorMessage else { return [line] }
    let first = message.split(separator: "\n").first.map(String.init) ?? ""
    return [line, "        " + console.styled(code, .error) + " " + first]
  }

  private static func word(_ job: RenderJob) -> String {
    let word =
      switch job.state {
      case .blocked: "rendering"
      case .leased: job.kind == .film ? "joining" : "rendering"
      case .doneWithWarnings: "done, warnings"
      default: job.state.rawValue
      }
    return word.padded(to: 14)
  }

  /// `▓▓▓▓▓░░░░░  50 %`
  static func bar(_ fraction: Double) -> String {
    let cells = 20
    let full = min(cells, Int(fraction * Double(cells)))
    let percent = String(Int(fraction * 100))
    return String(repeating: "█", count: full) + String(repeating: "░", count: cells - full)
      + String(repeating: " ", count: max(0, 4 - percent.count)) + percent + " %"
  }

  private static func age(_ seconds: Double) -> String {
    switch seconds {
    case ..<60: "just now"
    case ..<3600: "\(Int(seconds / 60)) min ago"
    case ..<86400: "\(Int(seconds / 3600)) h ago"
    default: "\(Int(seconds / 86400)) d ago"
    }
  }
}

extension String {
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
