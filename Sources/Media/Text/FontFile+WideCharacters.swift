extension FontFile {
  /// A copy of the file in which the table of characters up to U+FFFF is replaced by the one of all characters,
  /// in every face that has both.
  ///
  /// libass 0.17.1 looks letters up in the first Microsoft table a font has, which is the small one: emoji and
  /// rare ideographs would be drawn as boxes.
  static func widened(_ file: [UInt8]) -> [UInt8] {
    var bytes = file
    func half(_ place: Int) -> Int? {
      guard place >= 0, place + 2 <= bytes.count else { return nil }
      return Int(bytes[place]) << 8 | Int(bytes[place + 1])
    }
    func word(_ place: Int) -> Int? {
      guard let high = half(place), let low = half(place + 2) else { return nil }
      return high << 16 | low
    }
    var faces = [0]
    if file.starts(with: Array("ttcf".utf8)) {
      faces = (0..<min(word(8) ?? 0, facesAtMost)).compactMap { word(12 + 4 * $0) }
    }
    for face in faces {
      guard let tables = half(face + 4) else { continue }
      for entry in (0..<tables).map({ face + 12 + 16 * $0 }) where word(entry) == 0x636D_6170 {
        guard let map = word(entry + 8), let count = half(map + 2) else { continue }
        let records = (0..<min(count, 64)).map { map + 4 + 8 * $0 }
        // Platform 3 is Microsoft; encoding 1 is the basic plane, 10 is all of Unicode.
        let wide = records.first { word($0) == 3 << 16 | 10 }.flatMap { word($0 + 4) }
        guard let wide, let small = records.first(where: { word($0) == 3 << 16 | 1 }) else {
          continue
        }
        for (step, shift) in [24, 16, 8, 0].enumerated() where small + 4 + step < bytes.count {
          bytes[small + 4 + step] = UInt8(truncatingIfNeeded: wide >> shift)
        }
      }
    }
    return bytes
  }
}
