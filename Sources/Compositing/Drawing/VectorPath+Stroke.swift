/// How a line is drawn.
public struct StrokeStyle: Sendable, Hashable {
  public enum Cap: Sendable { case butt, round, square }
  public enum Join: Sendable { case miter, round, bevel }

  public var width: Double
  public var cap: Cap
  public var join: Join
  /// Miters that reach farther than this many half widths are cut off.
  public var miterLimit = 4.0

  public init(width: Double, cap: Cap = .butt, join: Join = .miter) {
    (self.width, self.cap, self.join) = (width, cap, join)
  }
}

extension VectorPath {
  /// The outlines of the lines themselves, to be filled by the non-zero rule. `scale` is how much larger they are drawn.
  public func stroked(_ style: StrokeStyle, scale: Double = 1) -> VectorPath {
    let half = style.width / 2
    guard half > 0, half.isFinite, scale > 0, scale.isFinite else { return VectorPath() }
    let tolerance = 0.02 / scale
    var stroker = Stroker(style: style, half: half, tolerance: tolerance)
    for line in polylines(tolerance: tolerance) {
      stroker.add(line.points, isClosed: line.isClosed)
    }
    return stroker.path
  }

  /// Straight lines instead of curves; points that are equal or no numbers left out.
  private func polylines(tolerance: Double) -> [(points: [VectorPoint], isClosed: Bool)] {
    var lines: [(points: [VectorPoint], isClosed: Bool)] = []
    var points: [VectorPoint] = []
    func add(_ point: VectorPoint) {
      guard point.x.isFinite, point.y.isFinite, abs(point.x) < 1e7, abs(point.y) < 1e7 else {
        return
      }
      if let last = points.last, (last - point).length < 1e-6 { return }
      points.append(point)
    }
    func end(closed: Bool) {
      if closed, points.count > 2, (points[0] - points[points.count - 1]).length < 1e-6 {
        points.removeLast()
      }
      if !points.isEmpty { lines.append((points, closed && points.count > 2)) }
      points = []
    }
    var pen = VectorPoint()
    var start = VectorPoint()
    for element in elements {
      switch element {
      case .move(let p):
        end(closed: false)
        (pen, start) = (p, p)
        add(p)
      case .line(let p):
        if points.isEmpty { add(pen) }
        add(p)
        pen = p
      case .quad(let c, let p):
        if points.isEmpty { add(pen) }
        let bend = (pen - 2 * c + p).length
        for t in Self.places(0.25 * bend / tolerance) {
          add(pen + t * (2 * (c - pen) + t * (pen - 2 * c + p)))
        }
        pen = p
      case .cubic(let a, let b, let p):
        if points.isEmpty { add(pen) }
        let bend = max((pen - 2 * a + b).length, (a - 2 * b + p).length)
        let (u, v, w) = (3 * (a - pen), 3 * (pen - 2 * a + b), p - pen + 3 * (a - b))
        for t in Self.places(0.75 * bend / tolerance) { add(pen + t * (u + t * (v + t * w))) }
        pen = p
      case .close:
        end(closed: true)
        pen = start
      }
    }
    end(closed: false)
    return lines
  }

  private static func places(_ square: Double) -> [Double] {
    let count = square.isFinite ? max(1, Int(min(square.squareRoot(), 300).rounded(.up))) : 1
    return (1...count).map { Double($0) / Double(count) }
  }
}

/// Walks along both sides of lines.
private struct Stroker {
  let style: StrokeStyle
  let half: Double
  let tolerance: Double
  var path = VectorPath()
  private var begins = true

  init(style: StrokeStyle, half: Double, tolerance: Double) {
    (self.style, self.half, self.tolerance) = (style, half, tolerance)
  }

  mutating func add(_ points: [VectorPoint], isClosed: Bool) {
    guard points.count > 1 else { return dot(points[0]) }
    begins = true
    if isClosed {
      loop(points)
      loop(points.reversed())
    } else {
      side(points)
      cap(
        points[points.count - 1],
        along: direction(points[points.count - 2], points[points.count - 1]))
      side(points.reversed())
      cap(points[0], along: direction(points[1], points[0]))
      path.close()
    }
  }

  private mutating func emit(_ point: VectorPoint) {
    if begins { path.move(to: point) } else { path.line(to: point) }
    begins = false
  }

  private func direction(_ a: VectorPoint, _ b: VectorPoint) -> VectorPoint {
    (b - a) / (b - a).length
  }

  /// To the left of a direction, half a width long.
  private func normal(_ direction: VectorPoint) -> VectorPoint {
    half * VectorPoint(direction.y, -direction.x)
  }

  private mutating func dot(_ point: VectorPoint) {
    begins = true
    switch style.cap {
    case .butt: break
    case .round: path.append(.circle(center: point, radius: half))
    case .square:
      path.append(
        .rect(x: point.x - half, y: point.y - half, width: 2 * half, height: 2 * half))
    }
  }

  private mutating func side(_ points: [VectorPoint]) {
    emit(points[0] + normal(direction(points[0], points[1])))
    for index in 1..<points.count - 1 {
      corner(points[index - 1], points[index], points[index + 1])
    }
    let last = points.count - 1
    emit(points[last] + normal(direction(points[last - 1], points[last])))
  }

  private mutating func loop(_ points: [VectorPoint]) {
    begins = true
    let count = points.count
    for index in 0..<count {
      corner(points[(index + count - 1) % count], points[index], points[(index + 1) % count])
    }
    path.close()
  }

  private mutating func corner(_ before: VectorPoint, _ point: VectorPoint, _ after: VectorPoint) {
    let (into, out) = (direction(before, point), direction(point, after))
    let (a, b) = (normal(into), normal(out))
    let cosine = into.x * out.x + into.y * out.y
    let turn = into.x * out.y - into.y * out.x
    // Where both sides meet, from the point: at most so far as a nearly straight line or a short miter reaches.
    let meeting = (a + b) / max(1 + cosine, 1e-6)
    if cosine > 0.98 {
      emit(point + meeting)
    } else if turn < 0 {
      // The inner side. Sides that are shorter than the corner go by way of the point itself.
      let reach = (meeting - a).length
      if reach < min((point - before).length, (after - point).length) {
        emit(point + meeting)
      } else {
        emit(point + a)
        emit(point)
        emit(point + b)
      }
    } else {
      outer(point, a, b, into, meeting)
    }
  }

  private mutating func outer(
    _ point: VectorPoint, _ a: VectorPoint, _ b: VectorPoint, _ into: VectorPoint,
    _ meeting: VectorPoint
  ) {
    emit(point + a)
    switch style.join {
    case .round: arc(point, a, b, by: half * into, depth: 0)
    case .miter where meeting.length <= style.miterLimit * half: emit(point + meeting)
    case .miter, .bevel: break
    }
    emit(point + b)
  }

  private mutating func cap(_ point: VectorPoint, along direction: VectorPoint) {
    let (side, ahead) = (normal(direction), half * direction)
    switch style.cap {
    case .butt: break
    case .square:
      emit(point + side + ahead)
      emit(point - side + ahead)
    case .round:
      arc(point, side, ahead, by: ahead, depth: 0)
      emit(point + ahead)
      arc(point, ahead, -side, by: ahead, depth: 0)
    }
  }

  /// Points between two spokes of a circle, halved until they are near enough. `by` is where to go when the spokes are
  /// opposite.
  private mutating func arc(
    _ center: VectorPoint, _ a: VectorPoint, _ b: VectorPoint, by: VectorPoint, depth: Int
  ) {
    let sum = a + b
    let length = sum.length
    if length / 2 > half - tolerance || depth > 8 { return }
    let middle = length > 1e-6 * half ? sum * (half / length) : by
    arc(center, a, middle, by: by, depth: depth + 1)
    emit(center + middle)
    arc(center, middle, b, by: by, depth: depth + 1)
  }
}

extension VectorPoint {
  var length: Double { (x * x + y * y).squareRoot() }
}
