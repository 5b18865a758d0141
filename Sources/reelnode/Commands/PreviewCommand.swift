internal import ArgumentParser
internal import Compositing
internal import Foundation
internal import Media
internal import Previewing
internal import SceneDocument

/// Shows frames of the film without making it.
struct PreviewCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Look at the film without making it.",
    discussion: """
      Without --at, --sheet and --wave it opens a page in the browser: every frame, playing, the layers and what is wrong \
      with the document. The page follows the document and its files while they are edited; Ctrl-C ends it. Only \
      this machine can see it.

      Frames come from the same code as the film's, so a picture is what goes into the encoder, pixel by pixel. \
      Only what the frame needs is decoded; nothing is encoded but the picture file.

      EXAMPLES
        reelnode preview film.json                           the page
        reelnode preview film.json --at 12.5 -o frame.png    the frame at 12.5 s
        reelnode preview film.json --at 375f -o frame.jpg    frame 375, as JPEG
        reelnode preview film.json --sheet sheet.png         five frames a scene
        reelnode preview film.json --wave wave.png           the sound as a wave

      EXIT CODES
        0    done
        1    failed
        2    document, asset or command line wrong
        130  cancelled
      """)

  @OptionGroup var input: InputOptions

  @Option(
    help: ArgumentHelp("The moment to show: seconds, or frames as '375f'.", valueName: "time"))
  var at: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "With --at: the picture file, .png or .jpg. (default: the document's name and the frame's number, .png)",
      valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp("Write a contact sheet to this PNG file.", valueName: "file"))
  var sheet: String?

  @OptionGroup var variant: VariantOptions
  @Option(
    help: ArgumentHelp(
      "Write the sound as a picture to this PNG file: wave, scenes, time, loudness.",
      valueName: "file"))
  var wave: String?

  @Option(
    help: ArgumentHelp("The page's port. (default: one that is free)", valueName: "port"))
  var port: Int?

  @Flag(help: "Print the page's address and open no browser.")
  var noOpen = false

  @OptionGroup var preset: PresetOptions
  @OptionGroup var cache: CacheOptions
  @OptionGroup var messages: MessageOptions

  func validate() throws {
    if let port, !(0...65_535).contains(port) {
      throw ValidationError("--port must be a number from 0 to 65535, not \(port)")
    }
    if !showsPage, port != nil || noOpen {
      throw ValidationError(
        "--port and --no-open are for the page: leave out --at, --sheet and --wave")
    }
    if showsPage, input.document == "-" {
      throw ValidationError("the page follows a file: give the document's path instead of '-'")
    }
    if showsPage, messages.json {
      throw ValidationError("the page has no JSON value to print: leave out --json")
    }
    if output != nil, at == nil { throw ValidationError("-o names the frame of --at: give both") }
    if output == "" || sheet == "" || wave == "" {
      throw ValidationError("the name of the picture is empty")
    }
    if let sheet, Self.format(of: sheet) != .png {
      throw ValidationError("--sheet needs a name that ends in .png")
    }
    if let wave, Self.format(of: wave) != .png {
      throw ValidationError("--wave needs a name that ends in .png")
    }
    if let output, Self.format(of: output) == nil {
      throw ValidationError("-o needs a name that ends in .png or .jpg")
    }
  }

  /// Nothing else is asked for.
  private var showsPage: Bool { at == nil && sheet == nil && wave == nil }

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let text = try input.read(for: &reporter)
    if showsPage { return try await showPage(of: text, reporter.console) }
    let made = try await cancelledBySignals { [self, reporter] in
      try await make(text, reporter)
    }
    for file in made { reporter.console.say("\(file.path): \(file.what)") }
    guard reporter.console.json else { return .done }
    return reporter.console.print([
      "spec": "preview/1",
      "pictures": .array(
        made.map { ["path": .string($0.path), "frames": .array($0.frames.map(JSONValue.integer))] }),
    ])
  }

  /// Serves the page until a signal ends it.
  private func showPage(of text: DocumentInput, _ console: Console) async throws -> ExitStatus {
    HostMemory.keepFreeBlocks()
    let preparer = Preparer(
      input: text, reading: preset.reading, assetFolder: input.assets, cacheFolder: cache.folder)
    let page = PreviewPage(
      session: PreviewSession(
        path: text.path, name: FilePath.name(of: text.path),
        read: preparer.projectReader(variant: variant.variant)),
      port: port ?? 0, opensBrowser: !noOpen, console: console)
    try await cancelledBySignals { try await page.run() }
    return .done
  }

  private struct Picture: Sendable {
    var path: String
    var what: String
    var frames: [Int]
  }

  private func make(_ text: DocumentInput, _ reporter: Reporter) async throws -> [Picture] {
    let preparation = try await Preparer(
      input: text, reading: preset.reading, assetFolder: input.assets, cacheFolder: cache.folder
    ).prepare()
    reporter.say(preparation.warnings)
    let request = try variant.request(of: preparation)
    let interrupt = Interrupt()
    return try await withTaskCancellationHandler {
      var made: [Picture] = []
      if let at {
        let frame = try frame(at, of: preparation)
        let path = output ?? "\(text.stem(of: preparation.document))-\(frame).png"
        try preparation.refuse(path)
        let bytes = try request.still(
          at: frame, as: Self.format(of: path) ?? .png, interrupt: interrupt)
        try HostFile.replace(path, with: bytes)
        made.append(Picture(path: path, what: "frame \(frame)", frames: [frame]))
      }
      if let sheet {
        try preparation.refuse(sheet)
        let contact = ContactSheet(request)
        let bytes = try contact.png(interrupt: interrupt)
        try HostFile.replace(sheet, with: bytes)
        let frames = contact.frames.map(\.frame)
        made.append(Picture(path: sheet, what: counted(frames.count, "frame"), frames: frames))
      }
      if let wave {
        try preparation.refuse(wave)
        let bytes = try WaveSheet(request).png(
          workFolder: FileManager.default.temporaryDirectory.path, interrupt: interrupt)
        try HostFile.replace(wave, with: bytes)
        made.append(Picture(path: wave, what: "the sound", frames: []))
      }
      return made
    } onCancel: {
      interrupt.cancel()
    }
  }

  private func frame(_ text: String, of preparation: Preparation) throws(Failure) -> Int {
    guard let time = FilmRange.time(text[...]) else {
      throw Failure.usage(
        .range, "'\(text)' is no time\n  → give seconds such as 12.5, or frames such as 375f")
    }
    let rate = preparation.document.output.frameRate
    let frame = time.frame(at: rate).value
    let count = preparation.timeline.frames
    guard frame < count else {
      throw Failure.usage(
        .range,
        "the film has no frame \(frame)\n  → it has \(count) frames, \((Double(count) / rate.framesPerSecond).shortText) s"
      )
    }
    return frame
  }

  private static func format(of path: String) -> Canvas.FileFormat? {
    switch (path as NSString).pathExtension.lowercased() {
    case "png": .png
    case "jpg", "jpeg": .jpeg
    default: nil
    }
  }
}
