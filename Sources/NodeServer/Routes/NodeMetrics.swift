internal import Jobs
internal import Storage
internal import Workflows

/// The node's numbers for Prometheus.
struct NodeMetrics {
  let server: NodeService

  func text() async throws -> String {
    let backend = server.backend
    let (jobs, runs) = (try await backend.queue.counts(), try await backend.engine.runCounts())
    let workers = try await backend.queue.workers()
    let frames = try await backend.queue.framesRendered()
    let events = try await backend.engine.lastEventSequence()
    var text = MetricsText()
    server.metrics.write(to: &text)
    text.family("reelnode_render_jobs", "gauge", "Jobs of the render queue by state.")
    for state in JobState.allCases {
      text.value(
        "reelnode_render_jobs", [("state", state.rawValue)], Double(jobs[state, default: 0]))
    }
    text.family("reelnode_runs", "gauge", "Runs that are kept, by state.")
    for state in Run.State.allCases {
      text.value("reelnode_runs", [("state", state.rawValue)], Double(runs[state, default: 0]))
    }
    text.family("reelnode_events_total", "counter", "Events received.")
    text.value("reelnode_events_total", [], Double(events))
    text.family("reelnode_render_frames_total", "counter", "Frames of the jobs that are kept.")
    text.value("reelnode_render_frames_total", [], Double(frames))
    text.gauge("reelnode_workers", "Workers seen within a minute.", Double(workers.count))
    text.gauge(
      "reelnode_worker_slots", "Jobs that they do at a time.",
      Double(workers.reduce(0) { $0 + $1.slots }))
    text.gauge("reelnode_live_clients", "Clients of live state.", Double(server.live.count))
    text.gauge(
      "reelnode_memory_rss_bytes", "Memory of this process.", Double(ProcessFacts.memory ?? 0))
    text.family("reelnode_info", "gauge", "The program.")
    text.value("reelnode_info", [("version", backend.version)], 1)
    return text.text
  }
}
