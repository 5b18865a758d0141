internal import Storage

/// Asks apps for their functions, all of them at the same time: one that hangs keeps no other waiting.
struct AppPoll {
  let apps: RemoteApps
  let tell: @Sendable (String) -> Void
  /// Why each of the settings' apps was not there the last time.
  private var reasons: [String: String] = [:]

  init(apps: RemoteApps, tell: @escaping @Sendable (String) -> Void) {
    (self.apps, self.tell) = (apps, tell)
  }

  private var settings: RemoteSettings { apps.settings }

  /// Returns when the task is cancelled. Throws the database's error.
  mutating func run() async throws {
    var due = try await known()
    while true {
      let missed = await ask(due)
      let pause = WireTime.milliseconds(settings.pollInterval)
      do { try await apps.clock.sleep(milliseconds: pause) } catch { return }
      // Outside of development apps register by themselves, or when somebody asks for it.
      due =
        settings.isDevelopment
        ? try await known() : settings.appURLs.filter { missed.keys.contains($0) }
    }
  }

  /// Each address once, however it is written.
  private func known() async throws -> [String] {
    let registered = try await apps.database.read { try RemoteApp.places($0).map(\.url) }
    var seen: Set<String> = []
    return (settings.appURLs + registered).filter { url in
      seen.insert(AppURL(url)?.normalized ?? url).inserted
    }
  }

  /// Gives the reasons of those that were not there.
  private mutating func ask(_ urls: [String]) async -> [String: String] {
    let apps = self.apps
    let missed = await withTaskGroup(of: (String, String)?.self) { group in
      for url in urls {
        group.addTask {
          do {
            try await apps.sync(url)
            return nil
          } catch {
            return (url, "\(error)")
          }
        }
      }
      return await group.reduce(into: [String: String]()) { missed, one in
        if let one { missed[one.0] = one.1 }
      }
    }
    if Task.isCancelled { return missed }
    for url in settings.appURLs where missed[url] != reasons[url] {
      reasons[url] = missed[url]
      if let reason = missed[url] { tell(reason) }
    }
    return missed
  }
}
