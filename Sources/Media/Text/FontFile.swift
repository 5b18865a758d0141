internal import CLibav
internal import CText

/// A font file on disk: one face, or several in a collection.
///
/// The file is mapped, not read. Faces may be used from any thread.
@safe
public final class FontFile: Sendable {
  public let path: String
  public let faces: [FontFace]
  /// Immutable, and freed with the last that holds it.
  nonisolated(unsafe) private let blob: OpaquePointer

  /// Faces beyond this number are not looked at.
  static let facesAtMost = 256

  /// Throws when the file cannot be opened or holds no face with outlines that can be drawn.
  public init(path: String) throws(MediaError) {
    self.path = path
    guard let blob = unsafe hb_blob_create_from_file_or_fail(path) else {
      throw MediaError(operation: .open, code: RN_ENOENT, subject: path)
    }
    unsafe hb_blob_make_immutable(blob)
    let count = min(Int(unsafe hb_face_count(blob)), Self.facesAtMost)
    faces = (0..<count).compactMap { unsafe FontFace(blob: blob, index: $0) }
    if faces.isEmpty {
      let name = unsafe FontFace.familyName(blob)
      unsafe hb_blob_destroy(blob)
      throw MediaError(
        operation: .recognise, code: MediaError.invalidData, subject: path,
        detail: name.map {
          "its family is called '\($0.prefix(40))', a name that no text can be set by"
        }
          ?? "it is not a font in TrueType or OpenType form")
    }
    unsafe self.blob = unsafe blob
  }

  deinit { unsafe hb_blob_destroy(blob) }

  /// The file's bytes as libass needs them.
  var widenedBytes: [UInt8] {
    var length: UInt32 = 0
    guard let bytes = unsafe hb_blob_get_data(blob, &length) else { return [] }
    let file = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(length))
    return unsafe Self.widened(Array(file))
  }
}

/// One face of a font file.
@safe
public final class FontFace: Sendable {
  /// Place in its file.
  public let index: Int
  /// As in `Noto Sans CJK KR`: what libass finds it by.
  public let family: String
  /// 100 … 900.
  public let weight: Int
  public let isItalic: Bool
  /// Reach above and below the baseline, in em: the box by which libass sizes a font.
  public let ascent: Double
  public let descent: Double
  /// Height of a capital letter, in em.
  public let capHeight: Double
  /// Immutable from here on, which HarfBuzz promises to be safe on any thread.
  nonisolated(unsafe) private let font: OpaquePointer
  private let unitsPerEm: Double

  init?(blob: OpaquePointer, index: Int) {
    let face = unsafe hb_face_create(blob, UInt32(index))
    defer { unsafe hb_face_destroy(face) }
    guard unsafe hb_face_get_glyph_count(face) > 0, let font = unsafe hb_font_create(face) else {
      return nil
    }
    let units = unsafe hb_face_get_upem(face)
    unsafe hb_font_set_scale(font, Int32(units), Int32(units))
    let family = unsafe Self.name(face, 16) ?? Self.name(face, 1)
    guard let family, Self.isUsable(family), units > 0 else {
      unsafe hb_font_destroy(font)
      return nil
    }
    self.index = index
    self.family = family
    unitsPerEm = Double(units)
    weight = Int(unsafe hb_style_get_value(font, HB_STYLE_TAG_WEIGHT).rounded())
    isItalic = unsafe hb_style_get_value(font, HB_STYLE_TAG_ITALIC) > 0.5
    func metric(_ tag: hb_ot_metrics_tag_t) -> Double? {
      var value: hb_position_t = 0
      guard unsafe hb_ot_metrics_get_position(font, tag, &value) != 0 else { return nil }
      return Double(value) / Double(units)
    }
    let above =
      metric(HB_OT_METRICS_TAG_HORIZONTAL_CLIPPING_ASCENT)
      ?? metric(HB_OT_METRICS_TAG_HORIZONTAL_ASCENDER) ?? 0.8
    let below =
      metric(HB_OT_METRICS_TAG_HORIZONTAL_CLIPPING_DESCENT)
      ?? metric(HB_OT_METRICS_TAG_HORIZONTAL_DESCENDER) ?? 0.2
    (ascent, descent) = (max(abs(above), 0.1), abs(below))
    capHeight = metric(HB_OT_METRICS_TAG_CAP_HEIGHT) ?? 0.7
    unsafe hb_font_make_immutable(font)
    unsafe self.font = unsafe font
  }

  deinit { unsafe hb_font_destroy(font) }

  private static func name(_ face: OpaquePointer?, _ id: UInt32) -> String? {
    var bytes = [CChar](repeating: 0, count: 256)
    var count = UInt32(bytes.count)
    let language = unsafe hb_language_from_string("en", -1)
    let length = unsafe hb_ot_name_get_utf8(face, id, language, &count, &bytes)
    guard length > 0 else { return nil }
    return String(
      decoding: bytes.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether libass finds a font by this name: it stands in a tag, where some signs mean something else.
  private static func isUsable(_ name: String) -> Bool {
    guard let first = name.first, let last = name.last, name.utf8.count < 200, name != "0" else {
      return false
    }
    return first != "@" && !first.isWhitespace && !last.isWhitespace
      && !name.contains { ",\\{}()".contains($0) || $0.isNewline }
  }

  /// The family of the first face, usable or not.
  static func familyName(_ blob: OpaquePointer) -> String? {
    let face = unsafe hb_face_create(blob, 0)
    defer { unsafe hb_face_destroy(face) }
    return unsafe name(face, 16) ?? name(face, 1)
  }

  /// Whether it has a glyph for the character, or the character needs none.
  public func covers(_ scalar: Unicode.Scalar) -> Bool {
    var glyph: hb_codepoint_t = 0
    if unsafe hb_font_get_nominal_glyph(font, scalar.value, &glyph) != 0 { return glyph != 0 }
    return rn_is_ignorable(scalar.value) != 0 || scalar == "\n"
  }

  /// How far the text reaches along its line when it is set in one run, in em.
  public func advance(of text: String) -> Double {
    let buffer = unsafe hb_buffer_create()
    defer { unsafe hb_buffer_destroy(buffer) }
    let bytes = Array(text.utf8).map { CChar(bitPattern: $0) }
    unsafe hb_buffer_add_utf8(buffer, bytes, Int32(bytes.count), 0, Int32(bytes.count))
    unsafe hb_buffer_guess_segment_properties(buffer)
    // libass takes the language from the script too, and some fonts set these with other spaces than the rest.
    switch unsafe hb_buffer_get_script(buffer) {
    case HB_SCRIPT_HANGUL: unsafe hb_buffer_set_language(buffer, hb_language_from_string("ko", 2))
    case HB_SCRIPT_HIRAGANA, HB_SCRIPT_KATAKANA:
      unsafe hb_buffer_set_language(buffer, hb_language_from_string("ja", 2))
    default: break
    }
    unsafe hb_shape(font, buffer, nil, 0)
    var count: UInt32 = 0
    guard let glyphs = unsafe hb_buffer_get_glyph_positions(buffer, &count) else { return 0 }
    var total: Int64 = 0
    for place in 0..<Int(count) { total += Int64(unsafe glyphs[place].x_advance) }
    return Double(total) / unitsPerEm
  }
}
