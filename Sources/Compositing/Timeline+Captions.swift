internal import Media
import SceneDocument

extension TimelineMaker {
  /// Where captions stand in the stack, above every layer of their scene.
  static let captionLevel = 900

  struct MadeCaptions {
    var cues: [CaptionCue] = []
    var layers: [PlacedLayer] = []
  }

  // MARK: What is said

  /// What the captions of a scene say; nil without captions, or when they cannot be read, which is told once.
  mutating func spoken(_ scene: Scene, index: Int) -> SpokenText? {
    guard let captions = scene.captions else { return nil }
    if let known = spoken[index] { return known.items.isEmpty ? nil : known }
    var text = SpokenText(items: [], areWords: false, language: captions.language ?? "und")
    read(captions, scene, index, &text)
    spoken[index] = text
    if captionLanguage == nil, !text.items.isEmpty { captionLanguage = text.language }
    return text.items.isEmpty ? nil : text
  }

  private mutating func read(
    _ captions: Captions, _ scene: Scene, _ index: Int, _ text: inout SpokenText
  ) {
    if case .cues(let cues) = captions.source {
      let timed = cues.map { cue in
        TimedCue(
          start: cue.from.seconds(at: rate).microseconds,
          end: cue.to.seconds(at: rate).microseconds, lines: cue.text)
      }
      text.items = timed.map { SpokenText.Item(text: $0.lines, start: $0.start, end: $0.end) }
      text.words = TimedCue.words(of: timed).map {
        SpokenText.Item(text: $0.text, start: $0.start, end: $0.end)
      }
      return
    }
    let (id, key): (String, String)
    switch captions.source {
    case .words(let asset): (id, key) = (asset, "words")
    case .srt(let asset): (id, key) = (asset, "srt")
    case .vtt(let asset): (id, key) = (asset, "vtt")
    case .cues: return
    }
    if unreadable.contains(id) { return }
    let pointer = "/scenes/\(index)/captions/\(key)"
    guard probes[id] != nil, let bytes = resources.captionFiles[id] else {
      let path = document.assets[id]?.path ?? id
      tell(
        .assetMissing, at: pointer,
        "the captions file '\(path)' is not there: put it below the asset root, or correct its path"
      )
      return
    }
    do throws(CaptionFileError) {
      let kind: CaptionFile.Kind =
        switch captions.source {
        case .srt: .srt
        case .vtt: .vtt
        case .words, .cues: .words
        }
      let track = try CaptionFile.read(bytes, as: kind)
      let offset = speechOffset(scene, index)
      if captions.language == nil, let language = track.language { text.language = language }
      text.areWords = kind == .words
      let words = text.areWords ? track.words : TimedCue.words(of: track.cues)
      text.words = words.compactMap { item($0.text, $0.start, $0.end, offset) }
      text.items =
        text.areWords
        ? text.words : track.cues.compactMap { item($0.lines, $0.start, $0.end, offset) }
      text.words.removeAll { $0.end <= 0 }
      text.items.removeAll { $0.end <= 0 }
    } catch {
      let path = document.assets[id]?.path ?? id
      tell(
        error.code, at: pointer,
        "'\(path)', line \(error.line), column \(error.column): \(error.message)")
    }
  }

  private func item(
    _ text: String, _ start: Int64, _ end: Int64, _ offset: Offset
  ) -> SpokenText.Item? {
    func moved(_ time: Int64) -> Int64 {
      (Rational(microseconds: time - offset.trimmed) / offset.speed).microseconds + offset.start
    }
    if end <= offset.trimmed || start >= offset.end { return nil }
    return SpokenText.Item(
      text: text, start: max(0, moved(start)), end: moved(min(end, offset.end)))
  }

  /// Where a time of the speech's file lies in its scene; all in microseconds.
  private struct Offset {
    /// When the speech begins in the scene, and how much of its file is cut off before and behind.
    var start: Int64
    var trimmed: Int64 = 0
    var end = Int64.max
    var speed = Rational(1)
  }

  private mutating func speechOffset(_ scene: Scene, _ index: Int) -> Offset {
    let head = scene.head.seconds(at: rate)
    if let narration = scene.narration {
      let start = head + narration.offset.seconds(at: rate)
      var offset = Offset(start: start.microseconds)
      if let trim = narration.trim {
        offset.trimmed = trim.start.seconds(at: rate).microseconds
        offset.end = trim.end.seconds(at: rate).microseconds
      }
      return offset
    }
    guard let avatar = scene.avatar else { return Offset(start: head.microseconds) }
    var offset = Offset(start: max(avatar.from.seconds(at: rate), head).microseconds)
    if let trim = avatar.trim {
      offset.trimmed = trim.start.seconds(at: rate).microseconds
      offset.end = trim.end.seconds(at: rate).microseconds
    }
    offset.speed = speed(avatar)
    return offset
  }

  // MARK: Captions of a scene

  /// Cuts, times and places what a scene says. `layers` are those that captions should not lie over.
  mutating func captions(_ placed: PlacedScene, under layers: [PlacedLayer]) -> MadeCaptions {
    guard let captions = placed.scene.captions,
      let text = spoken(placed.scene, index: placed.index)
    else { return MadeCaptions() }
    let pointer = placed.pointer + "/captions"
    guard isReadable(captions.style, at: pointer) else { return MadeCaptions() }
    let plate = plate(captions.style)
    let width = pixels(captions.maxWidth) - 2 * (plate?.padding ?? 0)
    let setting = setting(captions.style, language: text.language)
    func microseconds(_ time: Time) -> Int64 { time.seconds(at: rate).microseconds }
    let cutter = CaptionCutter(
      width: width, maxLines: captions.maxLines, minimumShow: microseconds(captions.minimumShow),
      bridge: microseconds(captions.bridge), pauseBreak: microseconds(captions.pauseBreak),
      setting: setting, layout: layout)
    let end = rate.time(of: FrameIndex(placed.count)).microseconds
    let items = text.items.filter { $0.start < end }
    warnOfLate(text, items.count, placed, pointer)
    var cut: [CutCaption]
    let words =
      text.areWords || captions.mode != .word ? items : text.words.filter { $0.start < end }
    do throws(CaptionCutter.Overflow) {
      cut =
        switch (captions.mode, text.areWords) {
        case (.word, _): try cutter.single(words)
        case (_, true): try cutter.lines(of: words)
        case (_, false): try cutter.lines(ofCues: items)
        }
    } catch {
      _ = layout.takeMissing()
      tell(
        .captionOverflow, at: self.pointer(pointer, captions, error.item),
        "the caption '\(excerpt(words[error.item].text))' at \(self.text(words[error.item].start)) does not fit "
          + "into \(counted(captions.maxLines, "line")) of \(Int(width)) pixels: shorten it, make the style smaller, or raise "
          + "'max_width' or 'max_lines'")
      return MadeCaptions()
    }
    let missing = cut.first { caption in
      !layout.book.itemize(
        caption.text, font: setting.font, weight: setting.weight, language: setting.language
      ).missing.allSatisfy(\.isNewline)
    }
    if let missing {
      let place = self.pointer(pointer, captions, missing.items.lowerBound)
      _ = reportMissing(
        at: place, in: "the caption at \(self.text(missing.start))", text: missing.text)
    }
    _ = layout.takeMissing()
    cut = cutter.timed(cut, end: end)
    warnOfSpeed(cut, captions, text, pointer)
    return make(cut, captions, text, words, cutter, placed, under: layers)
  }

  private mutating func make(
    _ cut: [CutCaption], _ captions: Captions, _ text: SpokenText, _ words: [SpokenText.Item],
    _ cutter: CaptionCutter, _ placed: PlacedScene, under layers: [PlacedLayer]
  ) -> MadeCaptions {
    var made = MadeCaptions()
    let burns = [.burn, .both].contains(document.output.subtitles) && !captions.hidden
    let reach = layout.reach(of: cut.first?.text ?? "", cutter.setting)
    let plate = plate(captions.style)
    var boxes: [(box: PixelBox, frames: Range<Int>)] = []
    for caption in cut {
      let frames =
        frame(caption.start)..<min(max(frame(caption.end), frame(caption.start) + 1), placed.count)
      if frames.isEmpty { continue }
      made.cues.append(CaptionCue(frames: frames, text: caption.text))
      guard burns else { continue }
      let padding = plate?.padding ?? 0
      let inner = caption.lines.map { layout.width(of: $0.text, cutter.setting) }.max() ?? 0
      let width = inner + 2 * padding
      let height = Double(caption.lines.count) * cutter.setting.lineHeight + 2 * padding
      let box = place(
        .place(captions.place, margin: captions.margin), width: width, height: height)
      boxes.append((box, frames))
      func layer(_ frames: Range<Int>, lit: Int?) {
        var picture = picture(caption, lit: lit, captions, cutter.setting, reach, box, padding)
        picture.plate = plate?.plate
        picture.shadow = captions.style.shadow.map { shadow($0) }
        var layer = PictureLayer(
          content: .text(picture), from: frames.lowerBound, to: frames.upperBound, box: box)
        layer.name = "\(placed.scene.id)/captions"
        made.layers.append(PlacedLayer(z: Self.captionLevel, layer: layer, id: layer.name))
      }
      guard captions.mode == .karaoke, text.areWords else {
        layer(frames, lit: nil)
        continue
      }
      for stretch in stretches(caption, words, frames, cutter.bridge) {
        layer(stretch.frames, lit: stretch.word)
      }
    }
    warnOfPlace(boxes, plate?.padding ?? 0, placed, under: layers)
    return made
  }

  /// The frames of a caption by the word that is spoken in them.
  private func stretches(
    _ caption: CutCaption, _ words: [SpokenText.Item], _ frames: Range<Int>, _ bridge: Int64
  ) -> [(frames: Range<Int>, word: Int?)] {
    var stretches: [(frames: Range<Int>, word: Int?)] = []
    var place = frames.lowerBound
    func add(to end: Int, _ word: Int?) {
      let end = min(end, frames.upperBound)
      guard end > place else { return }
      stretches.append((place..<end, word))
      place = end
    }
    for index in caption.items {
      add(to: frame(words[index].start), nil)
      let next = index + 1 < caption.items.upperBound ? words[index + 1].start : Int64.max
      let end = next != .max && next - words[index].end < bridge ? next : words[index].end
      add(to: max(frame(end), place + 1), index)
    }
    add(to: frames.upperBound, nil)
    return stretches
  }

  private func picture(
    _ caption: CutCaption, lit: Int?, _ captions: Captions, _ setting: TextSetting,
    _ reach: (above: Double, below: Double), _ box: PixelBox, _ padding: Double
  ) -> TextPicture {
    let point = captions.place.point
    let anchor: TextPicture.Line.Anchor = point.x == 0 ? .left : point.x == 1 ? .right : .center
    let x =
      switch anchor {
      case .left: padding
      case .center: box.width / 2
      case .right: box.width - padding
      }
    let isRightToLeft = TextScript.isRightToLeft(caption.text)
    let color = RGBA(captions.style.highlight)
    let lines = caption.lines.enumerated().map { number, line in
      let range = line.words.first { $0.word == lit }?.characters
      let top = padding + Double(number) * setting.lineHeight
      return TextPicture.Line(
        runs: layout.runs(of: line.text, setting, highlight: range.map { ($0, color) }),
        size: setting.size, letterSpacing: setting.letterSpacing, outline: setting.outline,
        anchor: anchor, x: x,
        baseline: top + (setting.lineHeight - setting.size) / 2 + reach.above * setting.size,
        isRightToLeft: isRightToLeft)
    }
    return TextPicture(lines: lines)
  }

  // MARK: What is to be told

  /// Words and cues that the scene has no time for.
  private mutating func warnOfLate(
    _ text: SpokenText, _ kept: Int, _ placed: PlacedScene, _ pointer: String
  ) {
    let end = rate.time(of: FrameIndex(placed.count)).microseconds
    if text.items.count == kept {
      // Half a second more or less is how speech and its file differ.
      guard let cut = text.items.last(where: { $0.end > end + 500_000 }) else { return }
      tell(
        .captionsCut, at: pointer,
        "'\(excerpt(cut.text))' would show until \(self.text(cut.end)), but scene '\(placed.scene.id)' ends at "
          + "\(self.text(end)): correct the times, or lengthen the scene")
      return
    }
    let lost = text.items.count - kept
    guard let first = text.items.first(where: { $0.start >= end }) else { return }
    tell(
      .captionsCut, at: pointer,
      "\(counted(lost, text.areWords ? "word" : "caption")) from '\(excerpt(first.text))' on (\(self.text(first.start))) "
        + "would begin after the end of scene '\(placed.scene.id)' and are not shown: correct the times, or "
        + "lengthen the scene")
  }

  private mutating func warnOfSpeed(
    _ cut: [CutCaption], _ captions: Captions, _ text: SpokenText, _ pointer: String
  ) {
    guard captions.mode != .word else { return }
    for caption in cut {
      let characters = caption.text.filter { !$0.isWhitespace }
      let dense = characters.count { TextScript.isIdeographic($0) || TextScript.isHangul($0) }
      let limit = captions.maximumCPS ?? (2 * dense > characters.count ? 12 : 20)
      let seconds = Double(caption.end - caption.start) / 1e6
      let speed = Double(characters.count) / max(seconds, 0.001)
      guard speed > limit + 0.05 else { continue }
      tell(
        .readingSpeed, at: self.pointer(pointer, captions, caption.items.lowerBound),
        "the caption '\(excerpt(caption.text))' at \(self.text(caption.start)) has \(characters.count) characters in "
          + "\(Self.oneDecimal(seconds)) s, \(Self.oneDecimal(speed)) a second; \(Self.oneDecimal(limit)) can be read: shorten it, or show it longer"
      )
    }
  }

  private mutating func warnOfPlace(
    _ boxes: [(box: PixelBox, frames: Range<Int>)], _ padding: Double, _ placed: PlacedScene,
    under layers: [PlacedLayer]
  ) {
    let pointer = placed.pointer + "/captions"
    if let widest = boxes.max(by: { $0.box.width < $1.box.width }) {
      checkSafeArea(
        widest.box, inset: padding, at: pointer, "a caption of scene '\(placed.scene.id)'")
    }
    for layer in layers where layer.isAvatar || layer.z > 500 {
      let share =
        boxes.filter { $0.frames.overlaps(layer.layer.from..<layer.layer.to) }
        .map { $0.box.share(coveredBy: layer.layer.box) }.max() ?? 0
      guard share > 0.1 else { continue }
      tell(
        .captionOccluded, at: pointer,
        "scene '\(placed.scene.id)': its captions and '\(layer.id)' share \(Int((100 * share).rounded())) % of the captions' place: "
          + "move one of them, with 'place', 'margin' or 'max_width'")
    }
  }

  private func pointer(_ captions: String, _ source: Captions, _ item: Int) -> String {
    switch source.source {
    case .cues: "\(captions)/cues/\(item)/text"
    case .words: captions + "/words"
    case .srt: captions + "/srt"
    case .vtt: captions + "/vtt"
    }
  }

  private func frame(_ microseconds: Int64) -> Int {
    rate.frame(atMicroseconds: microseconds).value
  }

  private func text(_ microseconds: Int64) -> String { text(Rational(microseconds: microseconds)) }

  private func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  private static func oneDecimal(_ value: Double) -> String {
    let tenths = Int((min(value, 1e6) * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}

extension PixelBox {
  /// The share of this box that another lies over.
  fileprivate func share(coveredBy other: PixelBox) -> Double {
    let w = min(x + width, other.x + other.width) - max(x, other.x)
    let h = min(y + height, other.y + other.height) - max(y, other.y)
    return w > 0 && h > 0 ? w * h / max(width * height, 1) : 0
  }
}
