internal import Foundation
internal import HTTPTypes
internal import NIOCore
internal import Storage
internal import Synchronization

/// The messages of late and the clients that read them.
///
/// A message is encoded once and lies in a ring that all clients share; a client is a place in it. Whoever falls behind
/// the ring's oldest message is told to fetch everything anew; whoever does not read at all is cut.
final class LiveHub: Sendable {
  /// Messages and bytes that the ring has at most.
  static let capacity = 4_096
  static let mostBytes = 8 << 20
  /// Bytes that a client is given at a time.
  private static let batch = 64 << 10
  /// Topics are looked at for this long after the last client has gone, for those that come back, milliseconds.
  static let linger: Int64 = 10_000

  private let settings: ServerSettings
  private let clock: any NodeClock
  /// Differs from that of any other process.
  let epoch: String
  private let state = Mutex(State())

  private struct Kept {
    var topics: [LiveTopic]
    var bytes: ByteBuffer
  }

  private struct State {
    /// Message number `first + n` is element `n`.
    var ring: [Kept] = []
    var first: Int64 = 1
    var bytes = 0
    var clients: [Int: LiveReader] = [:]
    var nextClient = 1
    var isClosed = false
    /// Who waits for the first client.
    var feed: CheckedContinuation<Void, Never>?
    /// Who waits for the end.
    var ending: CheckedContinuation<Void, Never>?
    /// When the last follower of a topic left, where there is none now.
    var left: [LiveTopic: Int64] = [:]
    /// From which message on each topic has been looked at without a gap.
    var watched: [LiveTopic: Int64] = [:]

    var end: Int64 { first + Int64(ring.count) }
  }

  init(_ settings: ServerSettings, clock: any NodeClock) {
    (self.settings, self.clock) = (settings, clock)
    epoch = String(ULID.make(at: clock.now).description.suffix(12)).lowercased()
  }

  var count: Int { state.withLock { $0.clients.count } }

  // MARK: Publishing

  /// Adds messages to the ring and wakes those that follow them.
  func publish(_ messages: [LiveMessage]) {
    if messages.isEmpty { return }
    let woken = state.withLock { state in
      for message in messages {
        let bytes = ByteBuffer(
          string:
            "id: \(epoch)-\(state.end)\nevent: \(message.event)\ndata: \(message.data)\n\n")
        state.ring.append(Kept(topics: message.topics, bytes: bytes))
        state.bytes += bytes.readableBytes
      }
      shrink(&state)
      let topics = Set(messages.flatMap(\.topics))
      var woken: [CheckedContinuation<Void, Never>] = []
      for (id, client) in state.clients where client.waiting != nil {
        if client.topics.isDisjoint(with: topics) { continue }
        if let waiting = state.clients[id]?.wake() { woken.append(waiting) }
      }
      return woken
    }
    for continuation in woken { continuation.resume() }
  }

  private func shrink(_ state: inout State) {
    var surplus = max(0, state.ring.count - Self.capacity)
    var bytes = state.bytes - state.ring.prefix(surplus).reduce(0) { $0 + $1.bytes.readableBytes }
    while bytes > Self.mostBytes, surplus < state.ring.count {
      bytes -= state.ring[surplus].bytes.readableBytes
      surplus += 1
    }
    // Moving the rest costs, so it is done for some at a time.
    guard surplus > 0, surplus >= Self.capacity / 16 || bytes < state.bytes - (1 << 20) else {
      return
    }
    state.ring.removeFirst(surplus)
    state.first += Int64(surplus)
    state.bytes = bytes
  }

  /// Keeps connections open, and cuts those to which nothing has gone for too long. Called every few seconds.
  func tick() {
    let now = clock.elapsed
    let patience = settings.livePatience.inMilliseconds
    let comment = settings.liveComment.inMilliseconds
    let (woken, stuck) = state.withLock { state in
      var woken: [CheckedContinuation<Void, Never>] = []
      var stuck: [@Sendable () -> Void] = []
      for (id, client) in state.clients {
        if now - (client.writingSince ?? client.lastSent + comment) > patience {
          stuck.append(client.cut)
          state.clients[id] = nil
          if let waiting = client.waiting { woken.append(waiting) }
        } else if client.writingSince == nil, now - client.lastSent >= comment {
          state.clients[id]?.owesComment = true
          if let waiting = state.clients[id]?.wake() { woken.append(waiting) }
        }
      }
      return (woken, stuck)
    }
    for continuation in woken { continuation.resume() }
    for cut in stuck { cut() }
  }

  // MARK: Clients

  /// Adds a client. `last` is the id of the last message it had, where it comes back; it begins anew when one of its topics
  /// was not looked at for a while since. Throws a 429.
  func join(
    _ topics: Set<LiveTopic>, last: String?, cut: @escaping @Sendable () -> Void
  ) throws(Problem) -> LiveClient {
    let known = last.flatMap { place(of: $0) }
    let (client, feed) = state.withLock { state in
      guard !state.isClosed, state.clients.count < settings.maximumLiveClients else {
        return (LiveClient?.none, CheckedContinuation<Void, Never>?.none)
      }
      let client = LiveClient(id: state.nextClient, topics: topics)
      state.nextClient += 1
      var reader = LiveReader(
        topics: topics, cut: cut, place: state.end, lastSent: clock.elapsed)
      if last != nil {
        if let known, (state.first - 1..<state.end).contains(known),
          topics.allSatisfy({ (state.watched[$0] ?? .max) <= known + 1 })
        {
          reader.place = known + 1
        } else {
          reader.owesReset = true
        }
      }
      state.clients[client.id] = reader
      for topic in topics {
        state.left[topic] = nil
        if state.watched[topic] == nil { state.watched[topic] = state.end }
      }
      defer { state.feed = nil }
      return (client, state.feed)
    }
    feed?.resume()
    guard let client else {
      throw Problem(
        .tooManyRequests, "too many clients follow this node's state",
        advice: "close some, or try again later", headers: [.retryAfter: "10"])
    }
    return client
  }

  func leave(_ client: LiveClient) {
    let now = clock.elapsed
    state.withLock { state in
      guard state.clients.removeValue(forKey: client.id) != nil else { return }
      for topic in client.topics { state.left[topic] = now }
    }
  }

  /// Ends one client's stream.
  func end(_ client: LiveClient) {
    let waiting = state.withLock { state in
      state.clients[client.id]?.isCancelled = true
      return state.clients[client.id]?.wake()
    }
    waiting?.resume()
  }

  /// The number in an id of this process; nil for those of others.
  private func place(of id: String) -> Int64? {
    let parts = id.split(separator: "-")
    guard parts.count == 2, parts[0] == epoch else { return nil }
    return Int64(parts[1])
  }

  /// What a client is to be sent first.
  func greeting(_ client: LiveClient) -> ByteBuffer {
    let place = state.withLock { ($0.clients[client.id]?.place ?? $0.end) - 1 }
    let time = TimeText.text(clock.now)
    return ByteBuffer(
      string: """
        retry: 1000
        id: \(epoch)-\(place)
        event: hello
        data: {"epoch":"\(epoch)","server_time":"\(time)"}


        """)
  }

  /// What a client has not been sent yet; waits until there is something. Nil when it is to end.
  func next(_ client: LiveClient) async -> [ByteBuffer]? {
    while true {
      let found = state.withLock { state in take(client.id, &state) }
      if let found { return found.isEmpty ? nil : found }
      await withTaskCancellationHandler {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
          let isReady = state.withLock { state in
            guard let reader = state.clients[client.id], !state.isClosed, !reader.isCancelled,
              !reader.hasWork(state.end)
            else { return true }
            state.clients[client.id]?.waiting = continuation
            return false
          }
          if isReady { continuation.resume() }
        }
      } onCancel: {
        end(client)
      }
    }
  }

  /// Nil: nothing yet. Empty: the end.
  private func take(_ id: Int, _ state: inout State) -> [ByteBuffer]? {
    guard var client = state.clients[id], !state.isClosed, !client.isCancelled else { return [] }
    defer { state.clients[id] = client }
    client.writingSince = nil
    var found: [ByteBuffer] = []
    if client.place < state.first || client.owesReset {
      client.owesReset = false
      client.place = max(client.place, state.end)
      found.append(
        ByteBuffer(string: "id: \(epoch)-\(client.place - 1)\nevent: reset\ndata: {}\n\n"))
    }
    var bytes = 0
    while client.place < state.end, bytes < Self.batch {
      let message = state.ring[Int(client.place - state.first)]
      client.place += 1
      guard message.topics.contains(where: client.topics.contains) else { continue }
      found.append(message.bytes)
      bytes += message.bytes.readableBytes
    }
    if client.owesComment, found.isEmpty {
      // An id without data moves the client's place on and is no message.
      found.append(ByteBuffer(string: ": here\nid: \(epoch)-\(client.place - 1)\n\n"))
    }
    if found.isEmpty { return nil }
    client.owesComment = false
    client.writingSince = clock.elapsed
    client.lastSent = clock.elapsed
    return found
  }

  // MARK: The feed

  /// What somebody follows, or has followed until a moment ago.
  var wanted: Set<LiveTopic> {
    let now = clock.elapsed
    return state.withLock { state in
      state.left = state.left.filter { now - $0.value < Self.linger }
      let wanted = state.clients.values.reduce(into: Set(state.left.keys)) {
        $0.formUnion($1.topics)
      }
      state.watched = state.watched.filter { wanted.contains($0.key) }
      return wanted
    }
  }

  /// Returns when there is a client, or the hub is closed. Meanwhile changes are not looked at, so that nobody can go on
  /// where they left.
  func waitForClient() async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isReady = state.withLock { state in
        if state.isClosed || !state.clients.isEmpty { return true }
        state.first = state.end + 1
        (state.ring, state.bytes) = ([], 0)
        state.feed = continuation
        return false
      }
      if isReady { continuation.resume() }
    }
  }

  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Ends all streams, and takes no more clients.
  func close() {
    let woken = state.withLock { state in
      state.isClosed = true
      defer { (state.feed, state.ending) = (nil, nil) }
      var woken = [state.feed, state.ending].compactMap(\.self)
      for id in state.clients.keys {
        if let waiting = state.clients[id]?.wake() { woken.append(waiting) }
      }
      return woken
    }
    for continuation in woken { continuation.resume() }
  }

  /// Waits until the hub is closed, leaves clients `patience` to read the end of their streams, and closes the connections
  /// of those that have not: what is being written to them would keep the server. Returns at once when the task is
  /// cancelled after the closing.
  func cutWhenClosed(after patience: Duration) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isReady = state.withLock { state in
        if !state.isClosed { state.ending = continuation }
        return state.isClosed
      }
      if isReady { continuation.resume() }
    }
    do { try await Task.sleep(for: patience) } catch { return }
    let cuts = state.withLock { state in
      defer { state.clients = [:] }
      return state.clients.values.map(\.cut)
    }
    for cut in cuts { cut() }
  }
}

/// A client, as the hub knows it.
struct LiveClient: Sendable {
  let id: Int
  let topics: Set<LiveTopic>
}

/// A client's place among the messages.
private struct LiveReader {
  let topics: Set<LiveTopic>
  /// Closes the connection.
  let cut: @Sendable () -> Void
  /// The number of the next message to look at.
  var place: Int64
  var lastSent: Int64
  var waiting: CheckedContinuation<Void, Never>?
  var owesReset = false
  var owesComment = false
  var isCancelled = false
  /// Since when something is being written to it.
  var writingSince: Int64?

  func hasWork(_ end: Int64) -> Bool { owesReset || owesComment || place < end }

  mutating func wake() -> CheckedContinuation<Void, Never>? {
    defer { waiting = nil }
    return waiting
  }
}
