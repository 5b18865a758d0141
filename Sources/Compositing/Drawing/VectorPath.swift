internal import Media

/// Outlines of lines and Bézier curves. Filling closes those that are open.
public struct VectorPath: Sendable, Hashable {
  public enum Element: Sendable, Hashable {
    case move(VectorPoint)
    case line(VectorPoint)
    case quad(VectorPoint, to: VectorPoint)
    case cubic(VectorPoint, VectorPoint, to: VectorPoint)
    case close
  }

  public private(set) var elements: [Element] = []
  /// Where the next line begins.
  public private(set) var pen = VectorPoint()

  public init() {}

  public init(_ build: (inout VectorPath) -> Void) { build(&self) }

  public var isEmpty: Bool { elements.isEmpty }

  public mutating func move(_ x: Double, _ y: Double) { move(to: VectorPoint(x, y)) }
  public mutating func move(to point: VectorPoint) {
    elements.append(.move(point))
    pen = point
  }

  public mutating func line(_ x: Double, _ y: Double) { line(to: VectorPoint(x, y)) }
  public mutating func line(to point: VectorPoint) {
    begin()
    elements.append(.line(point))
    pen = point
  }

  public mutating func quad(_ cx: Double, _ cy: Double, _ x: Double, _ y: Double) {
    quad(VectorPoint(cx, cy), to: VectorPoint(x, y))
  }
  public mutating func quad(_ control: VectorPoint, to point: VectorPoint) {
    begin()
    elements.append(.quad(control, to: point))
    pen = point
  }

  public mutating func cubic(
    _ ax: Double, _ ay: Double, _ bx: Double, _ by: Double, _ x: Double, _ y: Double
  ) { cubic(VectorPoint(ax, ay), VectorPoint(bx, by), to: VectorPoint(x, y)) }
  public mutating func cubic(_ a: VectorPoint, _ b: VectorPoint, to point: VectorPoint) {
    begin()
    elements.append(.cubic(a, b, to: point))
    pen = point
  }

  public mutating func close() {
    guard !elements.isEmpty else { return }
    elements.append(.close)
  }

  public mutating func append(_ other: VectorPath) {
    elements += other.elements
    pen = other.pen
  }

  /// A line that nothing came before begins where the pen is.
  private mutating func begin() {
    if elements.isEmpty { elements.append(.move(pen)) }
  }

  public func transformed(by transform: AffineTransform2D) -> VectorPath {
    var path = VectorPath()
    path.elements = elements.map { element in
      switch element {
      case .move(let p): .move(transform.apply(p))
      case .line(let p): .line(transform.apply(p))
      case .quad(let c, let p): .quad(transform.apply(c), to: transform.apply(p))
      case .cubic(let a, let b, let p):
        .cubic(transform.apply(a), transform.apply(b), to: transform.apply(p))
      case .close: .close
      }
    }
    path.pen = transform.apply(pen)
    return path
  }

  /// The smallest box around all points and control points; nil when there are none.
  public var bounds: (low: VectorPoint, high: VectorPoint)? {
    var (low, high): (VectorPoint, VectorPoint) = (
      VectorPoint(repeating: .infinity), VectorPoint(repeating: -.infinity)
    )
    func take(_ point: VectorPoint) {
      low = VectorPoint(min(low.x, point.x), min(low.y, point.y))
      high = VectorPoint(max(high.x, point.x), max(high.y, point.y))
    }
    for element in elements {
      switch element {
      case .move(let p), .line(let p): take(p)
      case .quad(let c, let p):
        take(c)
        take(p)
      case .cubic(let a, let b, let p):
        take(a)
        take(b)
        take(p)
      case .close: break
      }
    }
    return low.x <= high.x && low.y <= high.y ? (low, high) : nil
  }

  func outline(_ transform: AffineTransform2D) -> FlatOutline {
    var outline = FlatOutline()
    for element in elements {
      switch element {
      case .move(let p): outline.move(to: transform.apply(p))
      case .line(let p): outline.line(to: transform.apply(p))
      case .quad(let c, let p): outline.quad(transform.apply(c), to: transform.apply(p))
      case .cubic(let a, let b, let p):
        outline.cubic(transform.apply(a), transform.apply(b), to: transform.apply(p))
      case .close: outline.close()
      }
    }
    outline.close()
    return outline
  }
}
