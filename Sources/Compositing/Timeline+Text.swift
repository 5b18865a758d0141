internal import Media
import SceneDocument

extension TimelineMaker {
  // MARK: Styles

  /// A style in pixels of the film.
  func setting(_ style: TextStyle, language: String) -> TextSetting {
    let size = max(1, pixels(style.size, .vertical))
    return TextSetting(
      font: style.font, weight: style.weight, size: size, lineHeight: size * style.lineHeight,
      letterSpacing: pixels(style.letterSpacing),
      outline: style.outline.flatMap { outline in
        let width = pixels(outline.width)
        return width > 0 ? PictureLayer.Border(width: width, color: RGBA(outline.color)) : nil
      }, fill: RGBA(style.fill), isUpper: style.letterCase == .upper, language: language)
  }

  /// Tells of letters that would stand in one place.
  mutating func isReadable(_ style: TextStyle, at pointer: String) -> Bool {
    let size = pixels(style.size, .vertical)
    guard pixels(style.letterSpacing) < -0.3 * size else { return true }
    tell(
      .range, at: pointer + "/style",
      "the style's 'letter_spacing' takes away more than 30 % of the letters' size: they would stand one on "
        + "the other")
    return false
  }

  func plate(_ style: TextStyle) -> (plate: TextPicture.Plate, padding: Double)? {
    style.box.map {
      (
        TextPicture.Plate(color: RGBA($0.color), radius: pixels($0.radius)),
        max(0, pixels($0.padding))
      )
    }
  }

  func shadow(_ shadow: Layer.Shadow) -> PictureLayer.Shadow {
    PictureLayer.Shadow(
      dx: pixels(shadow.dx), dy: pixels(shadow.dy, .vertical), blur: pixels(shadow.blur),
      color: RGBA(shadow.color), opacity: shadow.opacity)
  }

  // MARK: Text layers

  /// The layer of a title card, lower third or text; nil when it cannot be set, which is then told.
  mutating func text(
    _ block: TextBlock, _ layer: Layer, from: Int, to: Int, _ setting: Setting
  ) -> PictureLayer? {
    let language = "und"
    let plate = plate(block.style)
    let padding = plate?.padding ?? 0
    let fixedWidth = layer.size.width.map { pixels($0) }
    let fixedHeight = layer.size.height.map { pixels($0, .vertical) }
    var frame = TextFrame(
      width: (fixedWidth ?? pixels(block.maxWidth)) - 2 * padding,
      height: (fixedHeight ?? Double(frameSize.height)) - 2 * padding, maxLines: block.maxLines)
    frame.anchor =
      switch block.align {
      case .left: .left
      case .center: .center
      case .right: .right
      }
    guard isReadable(block.style, at: setting.pointer) else { return nil }
    let main = TextFrame.Part(block.text, self.setting(block.style, language: language))
    let sub = block.sub.map {
      TextFrame.Part($0, self.setting(block.subStyle, language: language))
    }
    let set = frame.set([main] + (sub.map { [$0] } ?? []), layout)
    if reportMissing(at: setting.pointer + "/text", in: "the text", text: block.text) { return nil }
    guard let set else {
      let isSub = sub != nil && frame.set([main], layout) != nil
      tell(
        .textOverflow, at: setting.pointer + (isSub ? "/sub" : "/text"),
        "the text does not fit, not even at 70 % of its size: shorten it, or give it a smaller style, "
          + "a larger 'max_width' or more 'max_lines'")
      return nil
    }
    let width = fixedWidth ?? set.width + 2 * padding
    let height = fixedHeight ?? set.height + 2 * padding
    let box = place(layer.position, width: width, height: height)
    var picture = TextPicture(
      lines: set.lines(width: width, height: height, padding: padding), plate: plate?.plate)
    picture.shadow = block.style.shadow.map { shadow($0) }
    checkSafeArea(
      box, inset: padding, at: setting.pointer,
      "the text '\(excerpt(block.text))' of '\(layer.id)'")
    return PictureLayer(content: .text(picture), from: from, to: to, box: box)
  }

  /// Tells of characters without a glyph; true if there were any.
  mutating func reportMissing(at pointer: String, in what: String, text: String) -> Bool {
    let missing = layout.takeMissing()
    if missing.isEmpty { return false }
    let list = missing.prefix(8).map { character in
      let codes = character.unicodeScalars.map { scalar in
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      }
      return "'\(character)' (\(codes.joined(separator: " ")))"
    }
    let more = missing.count > 8 ? " and \(missing.count - 8) more" : ""
    let advice =
      resources.book.isInstalled
      ? "add a font that has them to 'styles.fonts' and 'styles.fallback'"
      : "install the fonts of the packages \(ShippedFonts.packages), or bring fonts in 'styles.fonts'"
    tell(
      .glyphMissing, at: pointer,
      "no font has \(list.joined(separator: ", "))\(more), in \(what) '\(excerpt(text))': \(advice)"
    )
    return true
  }

  /// Tells when text lies outside of the middle 90 % of the picture (EBU R 95), on the long side of a narrow
  /// picture outside of 8 % of the short one.
  mutating func checkSafeArea(_ box: PixelBox, inset: Double, at pointer: String, _ what: String) {
    let (w, h) = (Double(frameSize.width), Double(frameSize.height))
    let most = 0.08 * min(w, h)
    let (edgeX, edgeY) = (min(0.05 * w, most) - 1, min(0.05 * h, most) - 1)
    let left = box.x + inset
    let top = box.y + inset
    let right = box.x + box.width - inset
    let bottom = box.y + box.height - inset
    guard
      left < edgeX || top < edgeY || right > w - edgeX || bottom > h - edgeY
    else { return }
    tell(
      .safeArea, at: pointer,
      "\(what) reaches into the outer 5 % of the picture, where screens and players may cover it: "
        + "move it inwards")
  }

  func excerpt(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).reduce("") { line, next in
      line + WordSplitting.separator(between: line, and: String(next)) + next
    }
    return line.count <= 40 ? line : line.prefix(39) + "…"
  }
}

/// The room that text is set into.
struct TextFrame {
  struct Part {
    var paragraphs: [String]
    var setting: TextSetting

    init(_ text: String, _ setting: TextSetting) {
      let shown = setting.isUpper ? text.uppercased() : text
      paragraphs = shown.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        .map(String.init)
      self.setting = setting
    }
  }

  var width: Double
  var height: Double
  var maxLines: Int?
  var anchor = TextPicture.Line.Anchor.center

  init(width: Double, height: Double, maxLines: Int?) {
    (self.width, self.height, self.maxLines) = (width, height, maxLines)
  }

  /// Text that fits.
  struct Set {
    struct Line {
      var text: String
      var setting: TextSetting
      var runs: [TextPicture.Run]
      /// From the top of the text.
      var baseline: Double
      var isRightToLeft: Bool
    }

    var lines: [Line]
    var width: Double
    var height: Double
    var anchor: TextPicture.Line.Anchor

    /// The lines in a box of this size, centred between its top and bottom.
    func lines(width: Double, height: Double, padding: Double) -> [TextPicture.Line] {
      let top = (height - self.height) / 2
      let x =
        switch anchor {
        case .left: padding
        case .center: width / 2
        case .right: width - padding
        }
      return lines.map { line in
        TextPicture.Line(
          runs: line.runs, size: line.setting.size, letterSpacing: line.setting.letterSpacing,
          outline: line.setting.outline, anchor: anchor, x: x, baseline: top + line.baseline,
          isRightToLeft: line.isRightToLeft)
      }
    }
  }

  /// Sets the parts below each other, if need be down to 70 % of their size; nil when that does not fit.
  func set(_ parts: [Part], _ layout: TextLayout) -> Set? {
    for percent in stride(from: 100, through: 70, by: -5) {
      let factor = Double(percent) / 100
      let scaled = parts.map { part in
        var part = part
        part.setting = part.setting.scaled(by: factor)
        return part
      }
      if let set = setOnce(scaled, layout) { return set }
    }
    return nil
  }

  private func setOnce(_ parts: [Part], _ layout: TextLayout) -> Set? {
    var set = Set(lines: [], width: 0, height: 0, anchor: anchor)
    for (number, part) in parts.enumerated() {
      let setting = part.setting
      let text = part.paragraphs.joined(separator: " ")
      let reach = layout.reach(of: text, setting)
      if number > 0 { set.height += 0.25 * setting.size }
      var count = 0
      for paragraph in part.paragraphs {
        let isRightToLeft = TextScript.isRightToLeft(paragraph)
        let pieces = layout.pieces(of: paragraph, setting, width: width)
        guard let lines = pieces.isEmpty ? [0..<0] : layout.lines(of: pieces, width: width) else {
          return nil
        }
        for range in lines {
          let line = layout.trimmed(pieces[range].map(\.text).joined())
          let baseline =
            set.height + (setting.lineHeight - setting.size) / 2 + reach.above * setting.size
          set.lines.append(
            Set.Line(
              text: line, setting: setting, runs: layout.runs(of: line, setting),
              baseline: baseline, isRightToLeft: isRightToLeft))
          set.width = max(set.width, layout.width(of: line, setting))
          set.height += setting.lineHeight
          count += 1
        }
      }
      if number == 0, let maxLines, count > maxLines { return nil }
    }
    return set.height <= height + 0.5 ? set : nil
  }
}
