/// Removes a key colour from pictures: makes it clear and takes its light off what remains.
///
/// Alpha comes from the distance in the CbCr plane. Inside the subject spill is taken out of the chroma
/// alone, so no pixel of the subject becomes darker. Near its edge a pixel is a mixture of subject and
/// screen: there the screen's share is taken out of luma and chroma and goes to alpha, so that neither
/// a coloured nor a bright or dark rim remains.
@safe
public final class ChromaKeyer {
  private let table: ChromaKeyTable
  private let key: ChromaKey
  /// How far from clear pixels a pixel still counts as edge: the reach of 4:2:0 chroma.
  private static let edge = 3

  /// Builds a table of all chroma values (about a millisecond); keep it for all frames.
  public init(_ key: ChromaKey) {
    self.key = key
    table = ChromaKeyTable(key)
  }

  /// Keys `bitmap` in place; alpha it has already is kept where the key keeps the pixel.
  public func apply(to bitmap: Bitmap) {
    let alpha = Plane(width: bitmap.width, height: bitmap.height)
    unsafe table.entries.withUnsafeBufferPointer { entries in
      for y in 0..<bitmap.height {
        let (cb, cr) = unsafe (bitmap.cb.view.row(y), bitmap.cr.view.row(y))
        let row = unsafe alpha.view.row(y)
        for x in 0..<bitmap.width { unsafe row[x] = entries[Int(cb[x]) << 8 | Int(cr[x])].alpha }
      }
      let inside = alpha.copy()
      inside.erode(by: Self.edge)
      for y in 0..<bitmap.height {
        unsafe removeSpill(
          bitmap, row: y, alpha: alpha.view.row(y), inside: inside.view.row(y), entries: entries)
      }
    }
    if bitmap.isOpaque { bitmap.alpha = alpha } else { bitmap.multiplyAlpha(by: alpha) }
  }

  private func removeSpill(
    _ bitmap: Bitmap, row: Int, alpha: UnsafeMutablePointer<UInt8>, inside: UnsafePointer<UInt8>,
    entries: UnsafeBufferPointer<ChromaKeyTable.Entry>
  ) {
    let luma = unsafe bitmap.luma.view.row(row)
    let (cb, cr) = unsafe (bitmap.cb.view.row(row), bitmap.cr.view.row(row))
    for x in 0..<bitmap.width where unsafe alpha[x] != 0 {
      let entry = unsafe entries[Int(cb[x]) << 8 | Int(cr[x])]
      if unsafe inside[x] == 255 {
        unsafe cb[x] = entry.cb
        unsafe cr[x] = entry.cr
      } else if entry.keyShare > 0 {
        let share = Int(entry.keyShare)
        unsafe alpha[x] = UInt8(min(Int(alpha[x]), 255 &- share))
        unsafe luma[x] = Self.unmixed(luma[x], key.colour.luma, share: share, 16, 235)
        unsafe cb[x] = Self.unmixed(cb[x], key.colour.cb, share: share, 16, 240)
        unsafe cr[x] = Self.unmixed(cr[x], key.colour.cr, share: share, 16, 240)
      }
    }
  }

  /// The value that, mixed with `share` / 255 of the key, gives `value`.
  private static func unmixed(
    _ value: UInt8, _ key: UInt8, share: Int, _ lowest: Int, _ highest: Int
  ) -> UInt8 {
    let rest = 255 &- share
    guard rest > 0 else { return value }
    let scaled = Int(value) &* 255 &- share &* Int(key)
    let result = (scaled &+ (scaled < 0 ? -rest : rest) / 2) / rest
    return UInt8(truncatingIfNeeded: min(max(result, lowest), highest))
  }
}

extension Plane {
  /// Replaces each sample by the lowest in the square of 2 · `radius` + 1 around it.
  func erode(by radius: Int) {
    let across = copy()
    for y in 0..<height {
      let (from, to) = unsafe (view.row(y), across.view.row(y))
      for offset in 1...radius {
        guard offset < width else { break }
        unsafe Self.lower(to + offset, to: from, count: width - offset)
        unsafe Self.lower(to, to: from + offset, count: width - offset)
      }
    }
    for y in 0..<height {
      let to = unsafe view.row(y)
      unsafe to.update(from: across.view.row(y), count: width)
      for other in max(y - radius, 0)...min(y + radius, height - 1) where other != y {
        unsafe Self.lower(to, to: across.view.row(other), count: width)
      }
    }
  }

  private static func lower(
    _ row: UnsafeMutablePointer<UInt8>, to limit: UnsafePointer<UInt8>, count: Int
  ) {
    for x in 0..<count { unsafe row[x] = min(row[x], limit[x]) }
  }
}
