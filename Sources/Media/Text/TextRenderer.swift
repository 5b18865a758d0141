internal import CLibav
internal import CText

/// Letters of one font and colour that follow each other in a line.
public struct TextRun: Sendable {
  public var text: String
  public var file: FontFile
  public var face: FontFace
  public var colour: Colour

  public init(_ text: String, file: FontFile, face: FontFace, colour: Colour) {
    (self.text, self.file, self.face, self.colour) = (text, file, face, colour)
  }
}

/// One line of text in its place; lengths are pixels.
public struct TextLine: Sendable {
  public enum Anchor: Sendable { case left, center, right }

  /// In the order in which they are read.
  public var runs: [TextRun]
  /// Height of an em.
  public var size: Double
  public var letterSpacing = 0.0
  /// A stroke around the letters, outside of them.
  public var outline: (width: Double, colour: Colour)?
  /// What `x` is of the line.
  public var anchor: Anchor
  public var x: Double
  public var baseline: Double
  /// The direction of the paragraph that the line is part of.
  public var isRightToLeft = false

  public init(runs: [TextRun], size: Double, anchor: Anchor, x: Double, baseline: Double) {
    (self.runs, self.size, self.anchor) = (runs, size, anchor)
    (self.x, self.baseline) = (x, baseline)
  }
}

/// Draws lines of text with libass, from the given font files alone. Not `Sendable`.
@safe
public final class TextRenderer {
  private let library: OpaquePointer
  private let renderer: OpaquePointer

  /// Reads the fonts into memory.
  public init(fonts: [FontFile]) throws(MediaError) {
    guard let library = unsafe ass_library_init() else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: "libass")
    }
    unsafe rn_ass_silence(library)
    unsafe ass_set_extract_fonts(library, 0)
    for (number, file) in fonts.enumerated() {
      var bytes = file.widenedBytes.map { CChar(bitPattern: $0) }
      unsafe ass_add_font(library, "font\(number)", &bytes, Int32(bytes.count))
    }
    guard let renderer = unsafe ass_renderer_init(library) else {
      unsafe ass_library_done(library)
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: "libass")
    }
    unsafe ass_set_fonts(renderer, nil, nil, Int32(ASS_FONTPROVIDER_NONE.rawValue), nil, 0)
    unsafe ass_set_cache_limits(renderer, 2000, 16)
    unsafe ass_set_hinting(renderer, ASS_HINTING_NONE)
    unsafe (self.library, self.renderer) = unsafe (library, renderer)
  }

  deinit {
    unsafe ass_renderer_done(renderer)
    unsafe ass_library_done(library)
  }

  /// The lines on a clear ground of this size: all outlines first, then all letters.
  public func draw(_ lines: [TextLine], width: Int, height: Int) throws(MediaError) -> Bitmap {
    let bitmap = Bitmap(width: width, height: height, filledWith: .clear)
    var script = TextScriptFile(width: width, height: height)
    for line in lines { script.add(line) }
    unsafe ass_set_frame_size(renderer, Int32(width), Int32(height))
    unsafe ass_set_storage_size(renderer, Int32(width), Int32(height))
    var bytes = Array(script.text.utf8).map { CChar(bitPattern: $0) }
    guard
      let track = unsafe ass_read_memory(library, &bytes, bytes.count, nil)
    else { throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: "libass") }
    defer { unsafe ass_free_track(track) }
    // Otherwise every run is a paragraph of its own, and a highlighted word would change the order of the line.
    _ = unsafe ass_track_set_feature(track, ASS_FEATURE_WHOLE_TEXT_LAYOUT, 1)
    let images = unsafe ass_render_frame(renderer, track, 0, nil)
    for isOutline in [true, false] {
      for (number, colour) in script.colours.enumerated() {
        let coverage = Plane(width: width, height: height)
        var isEmpty = true
        var next = unsafe images
        while let image = unsafe next {
          let picture = unsafe image.pointee
          unsafe next = unsafe picture.next
          let kind = unsafe picture.type == IMAGE_TYPE_OUTLINE
          guard kind == isOutline, unsafe script.index(of: picture.color) == number else {
            continue
          }
          isEmpty = false
          unsafe coverage.view.add(picture)
        }
        if !isEmpty { bitmap.compose(colour, coverage: coverage) }
      }
    }
    return bitmap
  }
}

extension PlaneView {
  /// Lays a picture of libass over the coverage that is there.
  fileprivate func add(_ picture: ASS_Image) {
    let (left, top) = unsafe (Int(picture.dst_x), Int(picture.dst_y))
    let columns = max(0, -left)..<max(min(unsafe Int(picture.w), width - left), max(0, -left))
    for y in max(0, -top)..<max(min(unsafe Int(picture.h), height - top), max(0, -top)) {
      let from = unsafe picture.bitmap + y * Int(picture.stride)
      let onto = unsafe row(top + y) + left
      for x in columns {
        let (above, below) = unsafe (Int(from[x]), Int(onto[x]))
        unsafe onto[x] = UInt8(truncatingIfNeeded: above + divided255(below * (255 - above)))
      }
    }
  }
}

/// The subtitle script that tells libass what to draw.
///
/// Its colours are numbers in `colours`: libass hands them through untouched, and the picture's own colours
/// are never rounded to RGB.
private struct TextScriptFile {
  private(set) var colours: [Colour] = []
  private(set) var text: String

  init(width: Int, height: Int) {
    text = """
      [Script Info]
      ScriptType: v4.00+
      PlayResX: \(width)
      PlayResY: \(height)
      WrapStyle: 2
      ScaledBorderAndShadow: yes
      Kerning: yes
      YCbCr Matrix: None

      [V4+ Styles]
      Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
      Style: ltr,none,10,&H0,&H0,&H0,&H0,0,0,0,0,100,100,0,0,1,0,0,7,0,0,0,1
      Style: rtl,none,10,&H0,&H0,&H0,&H0,0,0,0,0,100,100,0,0,1,0,0,7,0,0,0,-1

      [Events]
      Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text

      """
  }

  mutating func add(_ line: TextLine) {
    guard !line.runs.isEmpty, line.size > 0 else { return }
    // libass puts the top of the highest font's box at the place it is given.
    let ascent = line.runs.map(\.face.ascent).max() ?? 0
    let anchor =
      switch line.anchor {
      case .left: 7
      case .center: 8
      case .right: 9
      }
    var event = "{\\an\(anchor)\\pos(\(Self.number(line.x)),"
    event += "\(Self.number(line.baseline - ascent * line.size)))\\q2"
    if line.letterSpacing != 0 { event += "\\fsp\(Self.number(line.letterSpacing))" }
    if let outline = line.outline, outline.width > 0 {
      event += "\\bord\(Self.number(outline.width))\\3c\(self.code(outline.colour))"
    }
    event += "}"
    for (number, run) in line.runs.enumerated() {
      let height = (run.face.ascent + run.face.descent) * line.size
      event += "{\\fn\(run.face.family)\\fs\(Self.number(height))"
      event += "\\b\(run.face.weight)\\i\(run.face.isItalic ? 1 : 0)\\1c\(self.code(run.colour))}"
      // A right-to-left mark makes the direction certain where the line begins with other letters.
      if line.isRightToLeft, number == 0 { event += "\u{200F}" }
      event += Self.escaped(run.text)
    }
    let style = line.isRightToLeft ? "rtl" : "ltr"
    text += "Dialogue: 0,0:00:00.00,1:00:00.00,\(style),,0,0,0,,\(event)\n"
  }

  private mutating func code(_ colour: Colour) -> String {
    let number = colours.firstIndex(of: colour) ?? colours.count
    if number == colours.count { colours.append(colour) }
    let digits = String(number, radix: 16)
    return "&H" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + "&"
  }

  /// The number that is in a picture's colour, which libass gives as RRGGBBTT of a script's BBGGRR.
  func index(of colour: UInt32) -> Int {
    let (red, green, blue) = (colour >> 24, colour >> 16 & 255, colour >> 8 & 255)
    return Int(red | green << 8 | blue << 16)
  }

  /// Three decimals, without a locale and without an exponent.
  private static func number(_ value: Double) -> String {
    let thousandths = Int((min(max(value, -1e7), 1e7) * 1000).rounded())
    let digits = String(thousandths.magnitude % 1000 + 1000).dropFirst()
    return "\(thousandths < 0 ? "-" : "")\(thousandths.magnitude / 1000).\(digits)"
  }

  /// Plain text as libass reads it: no braces or backslashes that mean something.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "{", "}":
        escaped += "\\"
        escaped.unicodeScalars.append(scalar)
      // A word joiner, which shows nothing, keeps a backslash from meaning something with what follows.
      case "\\": escaped += "\\\u{2060}"
      case "\n", "\r", "\u{2028}", "\u{2029}": escaped += " "
      case " ": escaped += escaped.isEmpty ? "\\h" : " "
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
