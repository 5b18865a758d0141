/// The samples of a 4:2:0 picture in one piece: luma, Cb, Cr, each in reading order and without padding.
///
/// Unlike a `Canvas` it is a value: it may be hashed, kept and handed to other threads.
public struct PackedPicture: Sendable, Hashable {
  public let width: Int
  public let height: Int
  public let samples: [UInt8]

  /// Chroma is half the luma size, rounded up.
  public var chromaWidth: Int { (width + 1) / 2 }
  public var chromaHeight: Int { (height + 1) / 2 }

  /// The number of samples of a picture of this size.
  public static func count(width: Int, height: Int) -> Int {
    width * height + 2 * ((width + 1) / 2) * ((height + 1) / 2)
  }

  /// Nil when the sizes are not positive or `samples` is not of that many.
  public init?(width: Int, height: Int, samples: [UInt8]) {
    guard width > 0, height > 0, samples.count == Self.count(width: width, height: height) else {
      return nil
    }
    (self.width, self.height, self.samples) = (width, height, samples)
  }

  /// What is on `canvas` now.
  public init(_ canvas: Canvas) {
    (width, height) = (canvas.width, canvas.height)
    let view = canvas.view
    let count = Self.count(width: width, height: height)
    samples = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
      for plane in [view.luma, view.cb, view.cr] {
        for y in 0..<plane.height {
          unsafe (buffer.baseAddress! + used).initialize(from: plane.row(y), count: plane.width)
          used += plane.width
        }
      }
    }
  }

  /// A canvas with these samples.
  public func canvas() throws(MediaError) -> Canvas {
    let canvas = try Canvas(width: width, height: height)
    let view = try canvas.writable
    unsafe samples.withUnsafeBufferPointer { buffer in
      var start = 0
      for plane in [view.luma, view.cb, view.cr] {
        for y in 0..<plane.height {
          unsafe plane.row(y).update(from: buffer.baseAddress! + start, count: plane.width)
          start += plane.width
        }
      }
    }
    return canvas
  }

  /// Where plane `index` (0 luma, 1 Cb, 2 Cr) lies in `samples`, and its size.
  public func plane(_ index: Int) -> (start: Int, width: Int, height: Int) {
    if index == 0 { return (0, width, height) }
    let size = chromaWidth * chromaHeight
    return (width * height + (index - 1) * size, chromaWidth, chromaHeight)
  }

  /// Means of squares of `side` × `side` samples, in 64ths of a sample: luma's in reading order, then Cb's,
  /// then Cr's. `side` is a power of two from 8 to 128.
  ///
  /// Squares at the right and lower edge are smaller; their mean is rounded to the nearest 64th.
  public func squareMeans(side: Int) -> [UInt16] {
    precondition(8...128 ~= side && side & (side - 1) == 0, "a power of two from 8 to 128")
    let shift = side.trailingZeroBitCount
    var means: [UInt16] = []
    unsafe samples.withUnsafeBufferPointer { buffer in
      for index in 0..<3 {
        let plane = plane(index)
        let columns = (plane.width + side - 1) / side
        for top in stride(from: 0, to: plane.height, by: side) {
          let rows = min(side, plane.height - top)
          var sums = [UInt32](repeating: 0, count: columns)
          for y in top..<top + rows {
            let row = unsafe buffer.baseAddress! + plane.start + y * plane.width
            for x in 0..<plane.width { sums[x &>> shift] &+= UInt32(unsafe row[x]) }
          }
          for column in 0..<columns {
            let count = UInt32(rows * min(side, plane.width - column * side))
            means.append(UInt16((sums[column] * 64 + count / 2) / count))
          }
        }
      }
    }
    return means
  }

  /// Luma over a grid of `columns` × `rows` cells, rounded down.
  public func lumaGrid(columns: Int, rows: Int) -> [Int] {
    var grid: [Int] = []
    for row in 0..<rows {
      let top = row * height / rows
      let bottom = max((row + 1) * height / rows, top + 1)
      for column in 0..<columns {
        let left = column * width / columns
        let right = max((column + 1) * width / columns, left + 1)
        var sum = 0
        for y in top..<bottom {
          for x in left..<right { sum += Int(samples[y * width + x]) }
        }
        grid.append(sum / ((bottom - top) * (right - left)))
      }
    }
    return grid
  }

  /// A part of the picture, each sample `times` as wide and high. The part's edges are moved to even pixels and into
  /// the picture.
  public func enlarged(x: Int, y: Int, width: Int, height: Int, times: Int) -> PackedPicture? {
    let (left, top) = (max(0, x) & ~1, max(0, y) & ~1)
    let (right, bottom) = (min(self.width, x + width) & ~1, min(self.height, y + height) & ~1)
    guard left < right, top < bottom, times > 0 else { return nil }
    var part: [UInt8] = []
    for index in 0..<3 {
      let plane = plane(index)
      let step = index == 0 ? 1 : 2
      for row in top / step..<bottom / step {
        var line: [UInt8] = []
        for column in left / step..<right / step {
          line += repeatElement(samples[plane.start + row * plane.width + column], count: times)
        }
        for _ in 0..<times { part += line }
      }
    }
    return PackedPicture(
      width: (right - left) * times, height: (bottom - top) * times, samples: part)
  }
}
