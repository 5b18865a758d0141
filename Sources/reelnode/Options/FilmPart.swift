internal import ArgumentParser
internal import Compositing
internal import SceneDocument

/// A stretch of the film: `2.5..6` in seconds, `75f..180f` in frames, `..6`, `2.5..`; the end is open.
struct FilmRange: Hashable, ExpressibleByArgument {
  var from: Time?
  var to: Time?
  /// As it was written.
  var text: String

  init?(argument: String) {
    text = argument
    guard let dots = argument.firstRange(of: "..") else { return nil }
    let (first, last) = (argument[..<dots.lowerBound], argument[dots.upperBound...])
    if first.isEmpty && last.isEmpty { return nil }
    if !first.isEmpty {
      guard let time = Self.time(first) else { return nil }
      from = time
    }
    if !last.isEmpty {
      guard let time = Self.time(last) else { return nil }
      to = time
    }
  }

  /// `2.5-6`, `0-6`, `2.5-end`: for names of files.
  var name: String {
    let ends = text.split(separator: "..", omittingEmptySubsequences: false)
    let (first, last) = (ends.first ?? "", ends.last ?? "")
    return (first.isEmpty ? "0" : first) + "-" + (last.isEmpty ? "end" : last)
  }

  /// `2.5`, `2.5s` or `75f`; nil for anything else.
  static func time(_ text: Substring) -> Time? {
    var text = text
    if text.hasSuffix("f") {
      guard let frames = Int(text.dropLast()), frames >= 0 else { return nil }
      return .frames(frames)
    }
    if text.hasSuffix("s") { text = text.dropLast() }
    guard text.first?.isNumber == true, let seconds = Double(text), seconds >= 0,
      seconds <= Double(Time.maximumSeconds)
    else { return nil }
    return .seconds(seconds)
  }
}

/// Which part of the film is made.
struct PartOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Make this scene alone.", valueName: "id"))
  var scene: String?

  @Option(
    help: ArgumentHelp(
      "Make this part alone: seconds '2.5..6', frames '75f..180f', or open '2.5..'; with --scene counted from its beginning.",
      valueName: "a..b"))
  var range: FilmRange?

  var isWhole: Bool { scene == nil && range == nil }

  /// What is added to the film's name, so that a part never takes the place of the whole.
  var suffix: String {
    [scene, range?.name].compactMap { $0.map { "-" + $0 } }.joined()
  }

  /// The part of `timeline` that was asked for; all of it when none was.
  func part(of timeline: Timeline, rate: FrameRate) throws(Failure) -> Timeline {
    var frames = 0..<timeline.frames
    if let scene {
      guard let found = timeline.frames(ofScene: scene) else {
        let ids = timeline.scenes.prefix(20).map { "'\($0.id)'" }.joined(separator: ", ")
        let more = timeline.scenes.count > 20 ? " …" : ""
        throw Failure.usage(
          .unknownReference,
          "cannot make scene '\(scene)': the film has no such scene\n  → one of \(ids)\(more)")
      }
      frames = found
    }
    if let range {
      let from = frames.lowerBound + (range.from?.frame(at: rate).value ?? 0)
      let to = range.to.map { frames.lowerBound + $0.frame(at: rate).value } ?? frames.upperBound
      guard from < min(to, frames.upperBound) else {
        let seconds = Double(frames.count) / rate.framesPerSecond
        let whole = scene == nil ? "the film" : "the scene"
        throw Failure.usage(
          .range,
          "cannot make the part '\(range.text)': there is no frame in it\n  → \(whole) has \(frames.count) frames, \(seconds.shortText) s"
        )
      }
      frames = from..<min(to, frames.upperBound)
    }
    return frames == 0..<timeline.frames ? timeline : timeline.part(frames)
  }
}

/// Which of a document's films is meant.
struct VariantOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The variant meant; 'main' is the film of the output itself. (default: main)", valueName: "id"
    ))
  var variant: String?

  /// The document and timeline of the variant.
  func request(of preparation: Preparation) throws(Failure) -> RenderRequest {
    try Self.request(variant ?? SceneDocument.mainVariant, of: preparation)
  }

  /// The films of those variants, or of all where none is named, in the document's order.
  static func films(
    _ ids: [String], of preparation: Preparation, path: (String) throws -> String
  ) throws -> [FilmVariant] {
    for id in ids { _ = try request(id, of: preparation) }
    let all = [SceneDocument.mainVariant] + preparation.variants.map(\.id)
    return try all.filter { ids.isEmpty || ids.contains($0) }.map { id in
      FilmVariant(
        id: id, request: try request(id, of: preparation), outputPath: try path(id))
    }
  }

  static func request(
    _ id: String, of preparation: Preparation
  ) throws(Failure) -> RenderRequest {
    if id == SceneDocument.mainVariant { return preparation.request }
    if let variant = preparation.variants.first(where: { $0.id == id }) {
      return preparation.prepared.request(of: variant)
    }
    let ids = ([SceneDocument.mainVariant] + preparation.variants.map(\.id)).map { "'\($0)'" }
    throw Failure.usage(
      .unknownReference,
      "the document has no variant '\(id)'\n  → one of \(ids.joined(separator: ", "))")
  }
}
