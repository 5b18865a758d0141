internal import Compositing
internal import Media
internal import SceneDocument

/// Gives out pictures of frames: from memory, or from the renderer that stands nearest.
///
/// Of what one viewer asks for only the newest is worked on; the same picture asked for twice is made once.
actor FrameStudio {
  /// A picture that is wanted.
  struct Order: Sendable {
    enum Kind: Sendable {
      case exact
      /// When there is time for it.
      case thumbnail
    }

    var frame: Int
    var work: FramePainter.Work
    var kind = Kind.exact
    /// Who looks: a later order of the same viewer takes the place of this one.
    var viewer: String?
  }

  private struct Key: Hashable {
    var look: SegmentPicture
    var work: FramePainter.Work
  }

  /// A painter with where it stands.
  private struct Bench {
    let painter: FramePainter
    let kind: Order.Kind
    var place: (scene: Int, frame: Int)?
    var isBusy = false
    var lastUse = 0
  }

  /// A picture that is being made, or waits for a painter.
  private struct Running {
    var order: Order
    var bench: Int?
    /// Waits for a painter.
    var queued: CheckedContinuation<Int, any Error>?
    /// Others who want the same.
    var joined: [CheckedContinuation<FramePainter.Outcome, any Error>] = []
  }

  private var request: RenderRequest?
  private var generation = 0
  private var benches: [Bench]
  private var cache: PictureCache<Key>
  private var running: [Int: Running] = [:]
  private var keys: [Key: Int] = [:]
  private var serial = 0

  /// - Parameters:
  ///   - painters: renderers for exact frames, each at a place of its own; one more makes thumbnails.
  ///   - cacheLimit: bytes of pictures that are kept.
  init(painters: Int = 3, cacheLimit: Int = 192 << 20) {
    benches = (0..<painters).map { _ in Bench(painter: FramePainter(), kind: .exact) }
    benches.append(Bench(painter: FramePainter(), kind: .thumbnail))
    cache = PictureCache(limit: cacheLimit)
  }

  deinit { for bench in benches { bench.painter.close() } }

  /// Shows another version of the film from now on. Pictures that look the same in it stay in memory.
  func show(_ request: RenderRequest) {
    self.request = request
    generation += 1
  }

  /// A picture file of a frame. Throws `MediaError`, `PreviewError`.
  func picture(_ order: Order) async throws -> Picture {
    guard case .picture(let picture) = try await outcome(order) else {
      throw PreviewError.nothingToShow
    }
    return picture
  }

  /// The layer that is seen at a pixel of a frame of the film; nil where there is none.
  func layer(at frame: Int, x: Int, y: Int) async throws -> LayerHit? {
    let order = Order(frame: frame, work: .layer(x: x, y: y))
    guard case .layer(let hit) = try await outcome(order) else { return nil }
    return hit
  }

  // MARK: Orders

  private func outcome(_ order: Order) async throws -> FramePainter.Outcome {
    guard let film = request else { throw PreviewError.nothingToShow }
    guard let look = film.timeline.look(of: order.frame) else {
      throw PreviewError.noFrame(order.frame, of: film.timeline.frames)
    }
    if let viewer = order.viewer { supersede(viewer) }
    let key = Key(look: look, work: order.work)
    if let picture = cache.picture(for: key) { return .picture(picture) }
    if let number = keys[key] {
      do {
        return try await withCheckedThrowingContinuation { running[number]?.joined.append($0) }
      } catch PreviewError.superseded {
        // Not by this viewer.
        return try await outcome(order)
      }
    }
    serial += 1
    let number = serial
    running[number] = Running(order: order)
    keys[key] = number
    let result = await make(number, order, film)
    keys[key] = nil
    if case .success(.picture(let picture)) = result { cache.keep(picture, for: key) }
    for waiting in running.removeValue(forKey: number)?.joined ?? [] {
      waiting.resume(with: result)
    }
    return try result.get()
  }

  private func make(
    _ number: Int, _ order: Order, _ film: RenderRequest
  ) async -> Result<FramePainter.Outcome, any Error> {
    let version = generation
    do {
      let bench = try await painter(for: number, order, film)
      defer { release(bench) }
      let outcome = try await benches[bench].painter.perform(
        order.work, frame: order.frame, of: film, generation: version)
      let place = film.timeline.place(of: order.frame)
      benches[bench].place = place
      return .success(outcome)
    } catch {
      return .failure(error)
    }
  }

  /// Ends what `viewer` asked for before, unless someone else waits for it too.
  private func supersede(_ viewer: String) {
    for (number, entry) in running where entry.order.viewer == viewer && entry.joined.isEmpty {
      if let queued = entry.queued {
        running[number]?.queued = nil
        queued.resume(throwing: PreviewError.superseded)
      } else if let bench = entry.bench {
        benches[bench].painter.abandon()
      }
    }
  }

  // MARK: Painters

  private func painter(
    for number: Int, _ order: Order, _ film: RenderRequest
  ) async throws -> Int {
    if let bench = idle(for: order, film) {
      take(bench, for: number)
      return bench
    }
    return try await withCheckedThrowingContinuation { running[number]?.queued = $0 }
  }

  private func take(_ bench: Int, for number: Int) {
    serial += 1
    benches[bench].isBusy = true
    benches[bench].lastUse = serial
    running[number]?.bench = bench
  }

  /// The idle painter that has the least way to go. Where none is near, one in the same scene, whose files are open;
  /// of several the one that was not used for longest.
  private func idle(for order: Order, _ film: RenderRequest) -> Int? {
    let free = benches.indices.filter { !benches[$0].isBusy && benches[$0].kind == order.kind }
    let reach = 2 * max(1, Int(film.timeline.frameRate.doubleValue.rounded()))
    guard let place = film.timeline.place(of: order.frame) else { return free.first }
    let inScene = free.filter { benches[$0].place?.scene == place.scene }
    func way(_ bench: Int) -> Int { place.frame - (benches[bench].place?.frame ?? .max) }
    let near = inScene.filter { (0...reach).contains(way($0)) }
    return near.min { way($0) < way($1) }
      ?? (inScene.isEmpty ? free : inScene).min { benches[$0].lastUse < benches[$1].lastUse }
  }

  /// Hands the painter to whoever asked last for an exact frame, or first for a thumbnail.
  private func release(_ bench: Int) {
    benches[bench].isBusy = false
    let kind = benches[bench].kind
    let waiting = running.filter { $0.value.queued != nil && $0.value.order.kind == kind }.keys
    guard let next = kind == .exact ? waiting.max() : waiting.min(),
      let queued = running[next]?.queued
    else { return }
    running[next]?.queued = nil
    take(bench, for: next)
    queued.resume(returning: bench)
  }
}
