internal import Synchronization

extension TextRenderer {
  /// Lends a renderer with these fonts. One that is free is taken again: reading the fonts of a script with
  /// thousands of letters takes longer than drawing with them.
  public static func withRenderer<Result>(
    of fonts: [FontFile], _ body: (TextRenderer) throws(MediaError) -> Result
  ) throws(MediaError) -> Result {
    let renderer: TextRenderer
    if let free = pool.take(fonts) {
      renderer = free
    } else {
      renderer = try TextRenderer(fonts: fonts)
    }
    let result = try body(renderer)
    pool.give(renderer, fonts)
    return result
  }

  private static let pool = TextRendererPool()
}

/// Renderers that nobody uses.
private final class TextRendererPool: Sendable {
  /// How many are kept; each holds its fonts in memory.
  private static let limit = 4

  private let lock = Mutex<Void>(())
  /// Touched under `lock` alone, and a renderer in here is held by nobody else.
  nonisolated(unsafe) private var free: [(fonts: [FontFile], renderer: TextRenderer)] = []

  func take(_ fonts: [FontFile]) -> TextRenderer? {
    lock.withLock { _ in
      let place = unsafe free.lastIndex { $0.fonts.elementsEqual(fonts, by: ===) }
      guard let place else { return nil }
      return unsafe free.remove(at: place).renderer
    }
  }

  func give(_ renderer: TextRenderer, _ fonts: [FontFile]) {
    lock.withLock { _ in
      unsafe free.append((fonts, renderer))
      if unsafe free.count > Self.limit { _ = unsafe free.removeFirst() }
    }
  }
}
