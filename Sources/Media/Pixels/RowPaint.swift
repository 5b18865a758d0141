/// What a shape is filled with, ready to be asked row by row: premultiplied sRGB.
public struct RowPaint: Sendable {
  /// A colour on the way of a gradient; alpha is straight.
  public struct Stop: Sendable, Hashable {
    /// 0 … 1.
    public var offset: Double
    public var red, green, blue, alpha: UInt8

    public init(_ offset: Double, red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8 = 255) {
      (self.offset, self.red, self.green, self.blue) = (offset, red, green, blue)
      self.alpha = alpha
    }
  }

  /// From pixels to where a paint is asked: `x' = a·x + c·y + e`, `y' = b·x + d·y + f`.
  public struct Map: Sendable, Hashable {
    public var a, b, c, d, e, f: Double

    public init(_ a: Double, _ b: Double, _ c: Double, _ d: Double, _ e: Double, _ f: Double) {
      (self.a, self.b, self.c, self.d, self.e, self.f) = (a, b, c, d, e, f)
    }

    var isFinite: Bool { [a, b, c, d, e, f].allSatisfy { abs($0) < 1e9 } }
  }

  enum Kind: Sendable {
    case solid(UInt32)
    /// The place on the way is the mapped point's x.
    case linear([UInt32], Map)
    /// The place on the way is the mapped point's distance from the origin.
    case radial([UInt32], Map)
  }

  let kind: Kind
  let isOpaque: Bool

  private init(_ kind: Kind, isOpaque: Bool) { (self.kind, self.isOpaque) = (kind, isOpaque) }

  public init(red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8 = 255) {
    let stop = Stop(0, red: red, green: green, blue: blue, alpha: alpha)
    self.init(.solid(Self.pixel(stop, stop, 0)), isOpaque: alpha == 255)
  }

  /// A gradient that goes on with its end colours. Colours are mixed as premultiplied sRGB values, as CSS does.
  ///
  /// No stops, or a map that is no number or too steep for pixels, give the last colour.
  public init(_ stops: [Stop], _ map: Map, isRadial: Bool) {
    let last = stops.last ?? Stop(0, red: 0, green: 0, blue: 0, alpha: 0)
    guard stops.count > 1, map.isFinite else {
      self.init(red: last.red, green: last.green, blue: last.blue, alpha: last.alpha)
      return
    }
    let table = Self.table(Self.ordered(stops))
    self.init(
      isRadial ? .radial(table, map) : .linear(table, map),
      isOpaque: stops.allSatisfy { $0.alpha == 255 })
  }

  static let steps = 1024

  /// Offsets within 0 … 1 that never go back.
  private static func ordered(_ stops: [Stop]) -> [Stop] {
    var least = 0.0
    return stops.map { stop in
      var stop = stop
      least = stop.offset.isNaN ? least : min(max(stop.offset, least), 1)
      stop.offset = least
      return stop
    }
  }

  /// The colours at `index / 1023`.
  private static func table(_ stops: [Stop]) -> [UInt32] {
    var table: [UInt32] = []
    table.reserveCapacity(steps)
    var next = 0
    for index in 0..<steps {
      let place = Double(index) / Double(steps - 1)
      while next < stops.count, !(stops[next].offset > place) { next += 1 }
      if next == 0 {
        table.append(pixel(stops[0], stops[0], 0))
      } else if next == stops.count {
        table.append(pixel(stops[next - 1], stops[next - 1], 0))
      } else {
        let (from, to) = (stops[next - 1], stops[next])
        table.append(pixel(from, to, (place - from.offset) / (to.offset - from.offset)))
      }
    }
    return table
  }

  private static func pixel(_ from: Stop, _ to: Stop, _ share: Double) -> UInt32 {
    // 16 bits of share; no sum of bytes and shares is rounded twice.
    let share = Int((min(max(share, 0), 1) * 65536).rounded())
    func mixed(_ a: Int, _ b: Int) -> UInt32 {
      UInt32(truncatingIfNeeded: (a * (65536 - share) + b * share + 255 * 32768) / (255 * 65536))
    }
    let (a, b) = (Int(from.alpha), Int(to.alpha))
    let red = mixed(Int(from.red) * a, Int(to.red) * b)
    let green = mixed(Int(from.green) * a, Int(to.green) * b)
    let blue = mixed(Int(from.blue) * a, Int(to.blue) * b)
    return red | green << 8 | blue << 16 | mixed(255 * a, 255 * b) << 24
  }

  /// Writes the pixels of `count` columns from `x` of row `y`.
  func fill(_ pixels: UnsafeMutablePointer<UInt32>, x: Int, y: Int, count: Int) {
    switch kind {
    case .solid(let pixel): unsafe pixels.update(repeating: pixel, count: count)
    case .linear(let table, let map):
      unsafe table.withUnsafeBufferPointer {
        unsafe Self.linear($0.baseAddress!, map, pixels, x: x, y: y, count: count)
      }
    case .radial(let table, let map):
      unsafe table.withUnsafeBufferPointer {
        unsafe Self.radial($0.baseAddress!, map, pixels, x: x, y: y, count: count)
      }
    }
  }

  private static func linear(
    _ table: UnsafePointer<UInt32>, _ map: Map, _ pixels: UnsafeMutablePointer<UInt32>, x: Int,
    y: Int, count: Int
  ) {
    // 16 bits after the point: over 4096 pixels the sum is wrong by 1/32 of a step at most.
    let scale = Double(steps - 1) * 65536
    let begin = map.a * (Double(x) + 0.5) + map.c * (Double(y) + 0.5) + map.e
    var place = fixed(begin * scale + 32768)
    let step = fixed(map.a * scale)
    if step == 0 {
      let pixel = unsafe table[min(max(place >> 16, 0), steps &- 1)]
      return unsafe pixels.update(repeating: pixel, count: count)
    }
    for index in 0..<count {
      unsafe pixels[index] = table[min(max(place >> 16, 0), steps &- 1)]
      place = place &+ step
    }
  }

  private static func fixed(_ value: Double) -> Int {
    Int(min(max(value, -0x1p44), 0x1p44).rounded())
  }

  private static func radial(
    _ table: UnsafePointer<UInt32>, _ map: Map, _ pixels: UnsafeMutablePointer<UInt32>, x: Int,
    y: Int, count: Int
  ) {
    let (column, row) = (Double(x) + 0.5, Double(y) + 0.5)
    let scale = Double(steps - 1)
    let u = Float((map.a * column + map.c * row + map.e) * scale)
    let v = Float((map.b * column + map.d * row + map.f) * scale)
    let lanes = SIMD4<Float>(0, 1, 2, 3)
    let (du, dv) = (Float(map.a * scale), Float(map.b * scale))
    let end = SIMD4<Float>(repeating: Float(steps - 1))
    var index = 0
    while index < count {
      let along = lanes + Float(index)
      let (px, py) = (along * du + u, along * dv + v)
      let distance = (px * px + py * py).squareRoot()
      let places = rounded(distance.replacing(with: end, where: distance .> end))
      if index &+ 4 <= count {
        for lane in 0..<4 { unsafe pixels[index &+ lane] = table[Int(places[lane])] }
      } else {
        for lane in 0..<count &- index { unsafe pixels[index &+ lane] = table[Int(places[lane])] }
      }
      index = index &+ 4
    }
  }
}
