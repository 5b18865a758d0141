import Foundation

/// Writes small PDFs, good ones and bad ones.
struct TinyPDF {
  /// A line of text: points from the page's left and bottom.
  struct Line {
    var text: String
    var x = 72.0
    var y: Double
    var size = 11.0
    /// In the predefined Korean font, which is not embedded: its letters come out only with poppler-data.
    var isKorean = false
  }
  /// The numbered objects, from 1; the first is the catalogue.
  var objects: [String] = []
  /// Bytes before the header.
  var junk = ""

  /// Pages of lines, 612 by 792 points.
  init(pages: [[Line]], title: String? = nil) {
    objects = [
      "", "", Self.latinFont, Self.koreanFont, Self.koreanDescendant, Self.koreanDescriptor,
    ]
    var kids: [String] = []
    for page in pages {
      let content = page.map(Self.content).joined(separator: "\n")
      objects.append("<</Length \(content.utf8.count)>>stream\n\(content)\nendstream")
      objects.append(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>/Contents \(objects.count) 0 R>>"
      )
      kids.append("\(objects.count) 0 R")
    }
    objects[0] = "<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = "<</Type/Pages/Count \(kids.count)/Kids[\(kids.joined(separator: " "))]>>"
    if let title { info = "<</Title(\(title))>>" }
  }

  /// Any objects at all.
  init(objects: [String]) { self.objects = objects }

  private var info: String?

  /// A page of paragraphs: a first line starting with `#` is a heading; lines are broken by the caller.
  static func page(_ text: String, size: Double = 11) -> [Line] {
    var y = 720.0
    return text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { raw in
      let isHeading = raw.hasPrefix("# ")
      let shown = isHeading ? String(raw.dropFirst(2)) : String(raw)
      let letters = isHeading ? size * 1.6 : size
      y -= letters * (isHeading ? 1.6 : 1.25)
      return shown.isEmpty
        ? nil
        : Line(
          text: shown, y: y, size: letters,
          isKorean: shown.unicodeScalars.contains { $0.value > 0xAC00 })
    }
  }

  var data: Data {
    var bytes = Data(junk.utf8)
    let start = bytes.count
    bytes.append(Data("%PDF-1.4\n%\u{E2}\u{E3}\n".utf8))
    var places: [Int] = []
    let all = objects + (info.map { [$0] } ?? [])
    for (index, object) in all.enumerated() {
      places.append(bytes.count - start)
      bytes.append(Data("\(index + 1) 0 obj\n\(object)\nendobj\n".utf8))
    }
    let table = bytes.count - start
    bytes.append(Data("xref\n0 \(all.count + 1)\n0000000000 65535 f \n".utf8))
    for place in places { bytes.append(Data("\(Self.digits(place)) 00000 n \n".utf8)) }
    let tail = info.map { _ in "/Info \(all.count) 0 R" } ?? ""
    bytes.append(
      Data(
        "trailer\n<</Size \(all.count + 1)/Root 1 0 R\(tail)>>\nstartxref\n\(table)\n%%EOF\n".utf8))
    return bytes
  }

  private static func digits(_ number: Int) -> String {
    String(repeating: "0", count: 10 - String(number).count) + String(number)
  }

  private static func content(_ line: Line) -> String {
    let place = "BT /\(line.isKorean ? "F2" : "F1") \(line.size) Tf \(line.x) \(line.y) Td "
    if line.isKorean {
      let units = line.text.utf16.map { unit in
        let digits = String(unit, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
      }
      return place + "<\(units.joined())> Tj ET"
    }
    let escaped = line.text.replacing("\\", with: "\\\\").replacing("(", with: "\\(").replacing(
      ")", with: "\\)")
    return place + "(\(escaped)) Tj ET"
  }

  private static let latinFont =
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
  private static let koreanFont =
    "<</Type/Font/Subtype/Type0/BaseFont/HYSMyeongJo-Medium/Encoding/UniKS-UCS2-H/DescendantFonts[5 0 R]>>"
  private static let koreanDescendant =
    "<</Type/Font/Subtype/CIDFontType0/BaseFont/HYSMyeongJo-Medium/CIDSystemInfo<</Registry(Adobe)/Ordering(Korea1)/Supplement 1>>/DW 1000/FontDescriptor 6 0 R>>"
  private static let koreanDescriptor =
    "<</Type/FontDescriptor/FontName/HYSMyeongJo-Medium/Flags 6/FontBBox[0 -148 1001 880]/ItalicAngle 0/Ascent 880/Descent -148/CapHeight 880/StemV 93>>"
}
