import Foundation
import Media
import Providers
import TestSupport
import Testing

@Suite struct StockBackgroundMakerTests {
  /// A folder of stills with these names, each of another colour.
  private func folder(_ names: [String]) throws -> TempFolder {
    let folder = try TempFolder()
    for (index, name) in names.enumerated() { try folder.write(Self.still(index), to: name) }
    return folder
  }

  private static func still(_ index: Int) throws -> [UInt8] {
    let color = Colour(red: UInt8(9 * index), green: 90, blue: 200)
    return try Canvas(width: 32, height: 18, filledWith: color).encoded(as: .png)
  }

  private func choose(
    _ request: BackgroundRequest, from stock: TempFolder, before: [BackgroundRequest] = []
  ) async throws -> String {
    let target = try TempFolder()
    let maker = StockBackgroundMaker(folder: stock.path)
    var request = request
    request.earlier = before
    let file = try #require(try await maker.start(request, .into(target)).file)
    let bytes = try readBytes(file.path)
    #expect(file.path.hasPrefix(target.path + "/background."))
    let names = FileManager.default.enumerator(atPath: stock.path)?.compactMap { $0 as? String }
    let found = try names?.first { name in
      let type = try FileManager.default.attributesOfItem(atPath: stock.file(name))[.type]
      return try type as? FileAttributeType == .typeRegular && readBytes(stock.file(name)) == bytes
    }
    return try #require(found)
  }

  @Test(
    "names and folders are met by a scene's words",
    arguments: [
      (["ocean"], "ocean-blue.png"), (["Bridges"], "city/Bridge 02.png"),
      (["CITY"], "city/Bridge 02.png"), (["바다"], "바다_파도.png"), (["바다를"], "바다_파도.png"),
      (["unknown", "mountains"], "mountain.png"),
    ])
  func matches(keywords: [String], name: String) async throws {
    let stock = try folder([
      "a.png", "ocean-blue.png", "city/Bridge 02.png", "mountain.png", "바다_파도.png",
    ])
    for position in 0..<3 {
      let found = try await choose(
        .small(title: "", keywords: keywords, position: position), from: stock)
      #expect(found == name)
    }
  }

  @Test("a name in another form of Unicode is met too")
  func decomposed() async throws {
    let stock = try folder(["a.png", "\u{1107}\u{1161}\u{1103}\u{1161}.png"])
    let found = try await choose(.small(title: "", keywords: ["\u{BC14}\u{B2E4}"]), from: stock)
    #expect(found.unicodeScalars.first?.value == 0x1107)
  }

  @Test("without a match files take turns by position")
  func turns() async throws {
    let stock = try folder(["a.png", "b.png", "c.png"])
    var found: [String] = []
    for position in 0..<6 {
      found.append(
        try await choose(.small(title: "", keywords: ["x"], position: position), from: stock))
    }
    #expect(found == ["a.png", "b.png", "c.png", "a.png", "b.png", "c.png"])
  }

  @Test("neighbours get different files while there are others")
  func neighbours() async throws {
    let stock = try folder(["city.png", "sea.png"])
    let scenes = (0..<4).map { BackgroundRequest.small(keywords: ["sea"], position: $0) }
    var found: [String] = []
    for index in scenes.indices {
      found.append(
        try await choose(scenes[index], from: stock, before: Array(scenes[..<index])))
    }
    #expect(found == ["sea.png", "city.png", "sea.png", "city.png"])
    let lonely = try folder(["sea.png"])
    #expect(try await choose(scenes[1], from: lonely, before: [scenes[0]]) == "sea.png")
  }

  @Test("what cannot be decoded is passed over")
  func broken() async throws {
    let stock = try folder(["zebra.png"])
    try stock.write("not a picture", to: "sea.png")
    try stock.write([UInt8](), to: "sea.mp4")
    try stock.write("words", to: "sea.txt")
    #expect(try await choose(.small(), from: stock) == "zebra.png")
  }

  @Test("a clip keeps its kind")
  func clip() async throws {
    let stock = try TempFolder()
    let writer = try ClipWriter(
      path: stock.file("sea.mp4"), width: 32, height: 18, rate: 10, kind: .opaque)
    for _ in 0..<5 { try writer.write(Canvas(width: 32, height: 18)) }
    try writer.finish()
    let target = try TempFolder()
    let started = try await StockBackgroundMaker(folder: stock.path).start(.small(), .into(target))
    #expect(started.file?.mediaType == "video/mp4")
    #expect(try readBytes(target.file("background.mp4")) == readBytes(stock.file("sea.mp4")))
  }

  @Test("links that lead out of the folder are refused, those within are followed")
  func links() async throws {
    let outside = try TempFolder()
    try outside.write(Self.still(20), to: "secret sea.png")
    let stock = try folder(["other.png", "deep/waves.png"])
    let files = FileManager.default
    try files.createSymbolicLink(
      atPath: stock.file("sea.png"), withDestinationPath: outside.file("secret sea.png"))
    try files.createSymbolicLink(
      atPath: stock.file("seaside"), withDestinationPath: outside.path)
    try files.createSymbolicLink(
      atPath: stock.file("sea2.png"), withDestinationPath: "../../../../../etc/hostname")
    try files.createSymbolicLink(
      atPath: stock.file("deep/self"), withDestinationPath: stock.path)
    for position in 0..<4 {
      let target = try TempFolder()
      let maker = StockBackgroundMaker(folder: stock.path)
      let file = try #require(
        try await maker.start(.small(position: position), .into(target)).file)
      #expect(
        try [stock.file("other.png"), stock.file("deep/waves.png")].contains {
          try readBytes($0) == readBytes(file.path)
        })
    }
  }

  @Test("the user's folder may itself be a link")
  func linkedFolder() async throws {
    let stock = try folder(["sea.png"])
    let place = try TempFolder()
    try FileManager.default.createSymbolicLink(
      atPath: place.file("stock"), withDestinationPath: stock.path)
    let target = try TempFolder()
    let maker = StockBackgroundMaker(folder: place.file("stock"))
    #expect(try await maker.start(.small(), .into(target)).file != nil)
  }

  @Test(
    "an unset, missing or empty folder is told with its setting",
    arguments: ["unset", "missing", "empty", "broken"])
  func unusable(kind: String) async throws {
    let place = try TempFolder()
    var path = place.file("clips")
    if kind == "unset" { path = "" }
    if kind == "empty" { try place.write("x", to: "clips/readme.txt") }
    if kind == "broken" { try place.write("x", to: "clips/sea.png") }
    let target = try TempFolder()
    let maker = StockBackgroundMaker(folder: path, setting: "background.stock_folder")
    let error = await #expect(throws: ProviderError.self) {
      try await maker.start(.small(), .into(target))
    }
    #expect(error?.kind == .permanent)
    let words = "\(try #require(error))"
    #expect(words.contains("background.stock_folder") && (path.isEmpty || words.contains(path)))
    #expect(try FileManager.default.contentsOfDirectory(atPath: target.path).isEmpty)
  }
}
