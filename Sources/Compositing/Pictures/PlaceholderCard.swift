internal import Media

/// The card that stands in for a missing asset: stripes, a frame and its name, hard to take for a picture.
enum PlaceholderCard {
  /// A bitmap of `width` × `height` with `label` in the middle, as large as fits.
  static func draw(_ label: String, width: Int, height: Int) -> Bitmap {
    let bitmap = Bitmap(
      width: width, height: height, filledWith: Colour(red: 58, green: 58, blue: 66))
    let stripe = max(8, min(width, height) / 12)
    let stripes = Plane(width: width, height: height)
    for y in 0..<height {
      stripes.withMutableRow(y) { row in
        for x in 0..<width where (x + y) / stripe % 2 == 0 { row[x] = 255 }
      }
    }
    bitmap.compose(Colour(red: 80, green: 70, blue: 40), coverage: stripes)
    let edge = max(1, min(width, height) / 60)
    bitmap.compose(
      Colour(red: 240, green: 180, blue: 40),
      coverage: MaskShape.rectangle.borderCoverage(
        width: width, height: height, thickness: Double(edge)))
    write(["MISSING", label], on: bitmap)
    return bitmap
  }

  private static func write(_ lines: [String], on bitmap: Bitmap) {
    let longest = lines.map(\.count).max() ?? 1
    // A cell is 6 by 9 dots of `dot` pixels.
    let dot = max(
      1,
      min(bitmap.width * 8 / 10 / (6 * max(longest, 1)), bitmap.height * 6 / 10 / (9 * lines.count))
    )
    let ink = Plane(width: bitmap.width, height: bitmap.height)
    var top = (bitmap.height - 9 * dot * lines.count) / 2
    for line in lines {
      DotFont.write(
        line, on: ink, x: (bitmap.width - 6 * dot * line.count) / 2, y: top, dot: dot)
      top += 9 * dot
    }
    bitmap.compose(.white, coverage: ink)
  }
}

/// Letters of 5 × 7 dots, for cards and contact sheets: text of films comes from real fonts.
enum DotFont {
  private static let glyphs: [Character: [UInt8]] = [
    "A": [14, 17, 17, 31, 17, 17, 17], "B": [30, 17, 17, 30, 17, 17, 30],
    "C": [14, 17, 16, 16, 16, 17, 14], "D": [30, 17, 17, 17, 17, 17, 30],
    "E": [31, 16, 16, 30, 16, 16, 31], "F": [31, 16, 16, 30, 16, 16, 16],
    "G": [14, 17, 16, 23, 17, 17, 15], "H": [17, 17, 17, 31, 17, 17, 17],
    "I": [14, 4, 4, 4, 4, 4, 14], "J": [7, 2, 2, 2, 2, 18, 12],
    "K": [17, 18, 20, 24, 20, 18, 17], "L": [16, 16, 16, 16, 16, 16, 31],
    "M": [17, 27, 21, 21, 17, 17, 17], "N": [17, 25, 21, 19, 17, 17, 17],
    "O": [14, 17, 17, 17, 17, 17, 14], "P": [30, 17, 17, 30, 16, 16, 16],
    "Q": [14, 17, 17, 17, 21, 18, 13], "R": [30, 17, 17, 30, 20, 18, 17],
    "S": [15, 16, 16, 14, 1, 1, 30], "T": [31, 4, 4, 4, 4, 4, 4],
    "U": [17, 17, 17, 17, 17, 17, 14], "V": [17, 17, 17, 17, 17, 10, 4],
    "W": [17, 17, 17, 21, 21, 27, 17], "X": [17, 17, 10, 4, 10, 17, 17],
    "Y": [17, 17, 10, 4, 4, 4, 4], "Z": [31, 1, 2, 4, 8, 16, 31],
    "0": [14, 17, 19, 21, 25, 17, 14], "1": [4, 12, 4, 4, 4, 4, 14],
    "2": [14, 17, 1, 6, 8, 16, 31], "3": [30, 1, 1, 14, 1, 1, 30],
    "4": [2, 6, 10, 18, 31, 2, 2], "5": [31, 16, 30, 1, 1, 17, 14],
    "6": [6, 8, 16, 30, 17, 17, 14], "7": [31, 1, 2, 4, 8, 8, 8],
    "8": [14, 17, 17, 14, 17, 17, 14], "9": [14, 17, 17, 15, 1, 2, 12],
    "-": [0, 0, 0, 14, 0, 0, 0], "_": [0, 0, 0, 0, 0, 0, 31], ".": [0, 0, 0, 0, 0, 12, 12],
    "/": [1, 1, 2, 4, 8, 16, 16], ":": [0, 12, 12, 0, 12, 12, 0], " ": [0, 0, 0, 0, 0, 0, 0],
  ]

  /// Seven rows of five bits; a box for letters it does not have.
  static func rows(of letter: Character) -> [UInt8] {
    glyphs[Character(letter.uppercased().prefix(1).description)] ?? [31, 17, 17, 17, 17, 17, 31]
  }

  /// Writes a line with its top left corner at (`x`, `y`); a letter takes 6 × 9 dots of `dot` pixels.
  static func write(_ line: String, on ink: Plane, x: Int, y: Int, dot: Int) {
    var left = x
    for letter in line {
      for (row, bits) in rows(of: letter).enumerated() {
        for column in 0..<5 where bits & (16 >> column) != 0 {
          fill(ink, x: left + column * dot, y: y + row * dot, size: dot)
        }
      }
      left += 6 * dot
    }
  }

  private static func fill(_ plane: Plane, x: Int, y: Int, size: Int) {
    let columns = max(x, 0)..<max(min(x + size, plane.width), max(x, 0))
    for row in max(y, 0)..<max(min(y + size, plane.height), max(y, 0)) {
      plane.withMutableRow(row) { line in for column in columns { line[column] = 255 } }
    }
  }
}
