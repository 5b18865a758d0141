import SceneDocument

/// Data as the API writes it, with a little of everything that a page can show.
extension ScriptedNode {
  static let hostile =
    #"<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>" onclick="window.hacked=1 &amp;"#
  private static let time: JSONValue = "2026-11-21T19:10:26.123Z"
  private static let later: JSONValue = "2026-11-21T19:10:56.500Z"

  static let estimate: JSONValue = [
    "title": "The sea", "script_is_draft": false,
    "scenes": [["title": "Waves", "narration": "They never stop.", "language": "en"]],
    "seconds": 61.4, "microdollars": 0, "items": [], "problems": [],
  ]

  /// A node with films, jobs, runs, events and functions in many states.
  static func busy(projects count: Int = 9, title: String = "Ocean energy") -> ScriptedNode {
    let node = ScriptedNode()
    let states = ["done", "producing", "failed", "paused", "cancelled", "writing"]
    let projects = (1...count).map { number in
      project("p\(number)", title: "\(title) \(number)", state: states[number % states.count])
    }
    node.list("projects", projects)
    for (number, project) in zip(1..., projects.prefix(12)) {
      node.value("projects/p\(number)", whole(project))
      node.list("projects/p\(number)/costs", [cost("a1")])
    }
    let jobs = ["leased", "queued", "failed", "done", "blocked", "cancelled"].map { job($0) }
    node.list("render-jobs", jobs)
    node.value("render-jobs/job-failed", job("failed"))
    node.value(
      "render-queue",
      ["paused": false, "counts": ["blocked": 1, "queued": 1, "leased": 1, "done": 1]])
    node.list("workers", [worker(jobs: 1)])
    let runs = ["running", "waiting", "sleeping", "failed", "completed", "queued"].map { run($0) }
    node.list("runs", runs)
    for state in ["running", "waiting", "failed"] {
      node.value("runs/run-\(state)", wholeRun(state))
    }
    node.list("events", [event])
    node.value("events/e1", event)
    node.list("functions", functions)
    node.list("costs", [cost("a1"), cost("a2")])
    node.value(
      "costs/totals",
      [
        "by_provider": [["provider": "veo", "microdollars": 3_200_000, "count": 2]],
        "by_day": [
          ["day": "2026-11-21", "microdollars": 2_000_000],
          ["day": "2026-11-18", "microdollars": 1_200_000],
        ],
        "microdollars": 3_200_000,
      ])
    node.list(
      "golden-reports",
      [
        [
          "name": "captions", "films": 3, "matching": 1,
          "url": "/api/v1/golden-reports/captions/index.html", "written_at": time,
        ]
      ])
    node.value("system", system)
    node.value("choices", choices)
    return node
  }

  static func project(_ id: String, title: String, state: String, done: Int = 1) -> JSONValue {
    let film: JSONValue =
      state == "done" ? ["sha256": "ab", "bytes": 8_123_456, "url": "/ui/files/x/mark.svg"] : .null
    return [
      "id": .string(id), "title": .string(title), "state": .string(state),
      "message": state == "failed" ? "scene 1: D-ID refuses the picture" : "",
      "error_code": .null, "advice": state == "failed" ? "give a picture with one face" : .null,
      "language": "en", "scenes": ["total": 2, "done": .integer(done)], "progress": 0.4,
      "eta_seconds": state == "producing" ? 42 : .null, "spent_microdollars": 1_200_000,
      "budget_microdollars": 5_000_000, "film": film, "poster_url": .null, "created_at": time,
      "updated_at": time, "ended_at": state == "done" ? later : .null,
    ]
  }

  static func whole(_ project: JSONValue) -> JSONValue {
    guard case .object(let members) = project, case .string(let id)? = project["id"] else {
      return project
    }
    let isFailed = project["state"] == "failed"
    let isCancelled = project["state"] == "cancelled"
    let more: [JSONValue.Member] = [
      .init(
        "document",
        [
          "id": "d1", "name": .string(hostile), "media_type": "application/pdf", "bytes": 1000,
          "pages": 2, "language": "en", "warnings": ["page 2 has no text"], "status": "read",
        ]),
      .init(
        "settings",
        ["voice": "espeak:en-us", "width": 1920, "height": 1080, "rate": 30, "captions": true]),
      .init(
        "scene_list",
        [
          scene(
            id, 0, speech: "done",
            avatar: isFailed ? "failed" : isCancelled ? "cancelled" : "running"),
          scene(
            id, 1, speech: isCancelled ? "cancelled" : "pending",
            avatar: isCancelled ? "cancelled" : "pending"),
        ]), .init("film_job_id", .null), .init("captions_url", .null),
      .init("warnings", project["state"] == "done" ? warnings : []),
    ]
    return .object(members + more)
  }

  static var warnings: JSONValue {
    [
      [
        "code": "W_LOW_CONTRAST", "severity": "warning", "retryable": false, "pointer": "/scenes/0",
        "scene": "s01", "message": .string("'\(hostile)' hardly stands out\n  → darken it"),
      ]
    ]
  }

  static func scene(
    _ project: String, _ position: Int, speech: String, avatar: String, part: Double = 0.25
  ) -> JSONValue {
    [
      "id": .string("\(project)-s\(position)"), "project_id": .string(project),
      "position": .integer(position), "title": .string("Scene of \(hostile)"),
      "narration": "The sea moves all day and all night.", "seconds": 9.5,
      "speech": .string(speech), "avatar": .string(avatar),
      "background": avatar == "cancelled" ? "cancelled" : "waiting", "captions": "done",
      "render": avatar == "cancelled" ? "cancelled" : "queued",
      "progress": ["speech": 1, "avatar": .number(part), "background": 0, "render": 0],
      "message": avatar == "failed" ? "D-ID refuses the picture" : "", "thumbnail_url": .null,
      "assets": [], "created_at": time, "updated_at": time, "started_at": time, "ended_at": .null,
    ]
  }

  static func worker(jobs: Int) -> JSONValue {
    [
      "id": "w1", "host": .string(hostile), "pid": 4123, "slots": 2, "jobs": .integer(jobs),
      "started_at": time, "seen_at": time, "is_live": true,
    ]
  }

  static func golden(_ name: String, films: Int = 3, matching: Int = 3) -> JSONValue {
    [
      "name": .string(name), "films": .integer(films), "matching": .integer(matching),
      "url": .string("/api/v1/golden-reports/\(name)/index.html"), "written_at": time,
    ]
  }

  static func job(_ state: String, frames: Int = 120, code: String = "media") -> JSONValue {
    let error: JSONValue = [
      "code": .string(code), "message": .string("cannot read \(hostile)"),
      "advice": "give another file",
    ]
    return [
      "id": .string("job-\(state)"), "kind": "segment", "state": .string(state),
      "label": .string("Ocean energy, \(state)"),
      "project_id": state == "queued" ? .null : "p1",
      "scene_id": state == "queued" ? .null : "p1-s0", "profile": "h264", "priority": 0,
      "attempt": 1,
      "max_attempts": 3, "owner": state == "leased" ? "w1" : .null, "paused": false, "frames": 300,
      "frames_done": .integer(frames), "progress": .number(Double(frames) / 300),
      "eta_seconds": 8, "parts": 0, "parts_done": 0,
      "error": state == "failed" ? error : .null, "created_at": time, "started_at": time,
      "ended_at": state == "done" ? later : .null, "output_path": .null,
    ]
  }

  static func run(_ state: String) -> JSONValue {
    [
      "id": .string("run-\(state)"), "function_id": "script-generator", "state": .string(state),
      "event_id": "e1", "event_name": "script/generate.requested", "parent_run_id": .null,
      "created_at": time, "started_at": time, "ended_at": state == "failed" ? later : .null,
      "error": state == "failed" ? ["name": "Error", "message": .string(hostile)] : .null,
      "steps": ["total": 2, "done": 1, "failed": state == "failed" ? 1 : 0],
    ]
  }

  static func wholeRun(_ state: String, project: String? = nil) -> JSONValue {
    guard case .object(let members) = run(state) else { return .null }
    return .object(
      members + [
        .init("events", [event(of: project)]), .init("output", .null),
        .init("cancel_reason", .null),
        .init(
          "step_list",
          [step("1", "read document", "done"), step("2", .string(hostile), .string(state))]),
        .init("waits", []), .init("children", []),
        .init("standing", [["kind": "step", "text": .string("is at \(hostile)")]]),
      ])
  }

  static func step(_ place: String, _ name: JSONValue, _ state: JSONValue) -> JSONValue {
    [
      "place": .string(place), "name": name, "kind": "run", "state": state, "attempt": 2,
      "started_at": time, "ended_at": state == "done" ? later : .null, "due_at": .null,
      "result": state == "done" ? ["text": .string(hostile)] : .null, "error": .null,
      "failures": [["name": "Error", "message": .string(hostile), "at": time]],
    ]
  }

  static var event: JSONValue { event(of: nil) }

  private static func event(of project: String?) -> JSONValue {
    [
      "id": "e1", "name": "script/generate.requested",
      "data": ["note": .string(hostile), "project": project.map { .string($0) } ?? .null],
      "sender_id": .null, "version": .null, "ts": time, "received_at": time, "is_repeat": false,
      "is_unheard": false, "runs": ["run-running"],
    ]
  }

  static var functions: [JSONValue] {
    [
      [
        "id": "script-generator", "name": "script-generator",
        "triggers": [
          ["event": "script/generate.requested", "expression": "event.data.n > 1"],
          ["cron": "0 4 * * *"],
        ],
        "source": "native", "retries": 3, "limits": ["concurrency": ["limit": 2]],
        "counts": ["running": 1, "queued": 0, "waiting": 2, "completed_24h": 12, "failed_24h": 1],
      ]
    ]
  }

  static func cost(_ attempt: String) -> JSONValue {
    [
      "project_id": "p1", "project_title": .string("Costly \(hostile)"), "scene_id": "p1-s0",
      "attempt_id": .string(attempt),
      "capability": "background", "provider": "veo", "state": "succeeded", "unit": "second",
      "amount": 8, "estimate_microdollars": 3_200_000, "actual_microdollars": .null, "at": time,
    ]
  }

  static var system: JSONValue {
    [
      "version": "0.6.0", "uptime_seconds": 4000, "cpu_count": 2, "load_1": 1.2,
      "memory_rss_bytes": 200_000_000,
      "disk": ["path": "/srv", "free_bytes": 8_000_000_000, "total_bytes": 90_000_000_000],
      "database": ["path": "/srv/node.sqlite", "bytes": 900_000, "wal_bytes": 1000],
      "cache_bytes": 12, "live_clients": 1, "golden_reports_path": "/srv/reports",
      "checks": [
        ["name": "speech", "ok": false, "detail": .string(hostile), "advice": "install it"]
      ],
    ]
  }

  static var choices: JSONValue {
    [
      "voices": [
        choice("espeak", isUsual: true), choice("elevenlabs", missing: "ELEVENLABS_API_KEY"),
      ],
      "avatars": [choice("drawn:mina", isUsual: true), choice("none")],
      "backgrounds": [choice("drawn", isUsual: true)],
      "languages": [choice("en"), choice("ko")], "sizes": [choice("1080x1920")],
      "scripts": [choice("rule", isUsual: true)],
    ]
  }

  private static func choice(
    _ id: String, missing: String? = nil, isUsual: Bool = false
  ) -> JSONValue {
    [
      "id": .string(id), "title": .string(id), "available": .bool(missing == nil),
      "missing": missing.map(JSONValue.string) ?? .null, "default": .bool(isUsual),
      "language": .null,
    ]
  }
}
