import Foundation
import Providers
import Testing

@Suite struct BriefReaderPDFTests {
  let folder: BriefFolder
  let reader = BriefReader()

  init() throws { folder = try BriefFolder() }

  static let tides = """
    # Tides and the moon
    The moon pulls on the sea and the water rises along the coast. It does so twice
    a day, and engineers have long dreamt of this power. Today some of them use it.

    # Waves
    Wind pushes on open water. The waves that it raises cross an entire ocean, and
    they carry the wind's work to far shores.
    """

  private func document(_ pdf: TinyPDF) async throws -> ParsedDocument {
    try await reader.read(folder.write(pdf.data, "brief.pdf")).document
  }

  private func refusal(_ data: Data, _ name: String = "brief.pdf") async throws -> BriefError {
    let path = try folder.write(data, name)
    return try #require(
      await #expect(throws: BriefError.self) { try await reader.read(path) })
  }

  @Test("a good PDF gives its headings and paragraphs, its size and hash")
  func good() async throws {
    let path = try folder.write(TinyPDF(pages: [TinyPDF.page(Self.tides)]).data, "brief.pdf")
    let brief = try await reader.read(path)
    #expect(brief.kind == .pdf)
    #expect(brief.sha256.count == 64)
    #expect(brief.size > 500)
    #expect(brief.document.title == "Tides and the moon")
    #expect(brief.document.language == "en")
    let blocks = try #require(brief.document.pages.first).blocks
    #expect(blocks.map(\.kind) == [.heading, .paragraph, .heading, .paragraph])
    #expect(blocks[1].text.contains("twice a day"))
    #expect(blocks[3].text.hasSuffix("to far shores."))
    #expect(brief.document.warnings.isEmpty)
  }

  @Test("the same file read twice is the same")
  func deterministic() async throws {
    let path = try folder.write(TinyPDF(pages: [TinyPDF.page(Self.tides)]).data, "brief.pdf")
    #expect(try await reader.read(path) == reader.read(path))
  }

  @Test("Korean text of a font that is not embedded is there on each page")
  func korean() async throws {
    let page = TinyPDF.page("# 조석과 달\n달이 바다를 끌어당긴다. 물은 하루에 두 번 오르내린다.")
    let found = try await document(TinyPDF(pages: [page, page]))
    #expect(found.language == "ko")
    #expect(found.pages.count == 2)
    for page in found.pages {
      #expect(page.blocks.contains { $0.text.contains("달이 바다를 끌어당긴다.") })
    }
  }

  @Test("a page without text is told by its number")
  func emptyPage() async throws {
    let found = try await document(
      TinyPDF(pages: [TinyPDF.page(Self.tides), [], TinyPDF.page(Self.tides), []]))
    #expect(found.pages.count == 4)
    #expect(found.pages[1].blocks.isEmpty)
    #expect(found.warnings == ["no text on pages 2, 4: empty, or pictures only"])
  }

  @Test("a PDF of pictures only is refused with a word about text recognition")
  func scanned() async throws {
    let error = try await refusal(TinyPDF(pages: [[], []]).data)
    #expect(error.code == .noText)
    #expect(error.advice.contains("ocrmypdf"))
  }

  @Test("running heads, footers and page numbers are not read")
  func margins() async throws {
    let pages = (1...6).map { number in
      [TinyPDF.Line(text: "The Ocean Energy Review", y: 760, size: 9)]
        + TinyPDF.page("This page tells of matter number \(number) in words.\nIt ends here.")
        + [TinyPDF.Line(text: "Page \(number) of 6", y: 30, size: 9)]
    }
    let text = try await document(TinyPDF(pages: pages)).pages.flatMap(\.blocks).map(\.text)
    #expect(text.count == 6)
    #expect(!text.contains { $0.contains("Review") || $0.contains("Page ") })
  }

  @Test(
    "a word cut at a line's end is one word again, and a paragraph over two pages is one paragraph")
  func joined() async throws {
    let first = TinyPDF.page(
      "The engineers looked for a place where the current is strong and pre-\ndictable, and they found it between two islands that stand in the"
    )
    let second = TinyPDF.page(
      "open sea far from the land. Then they began to build, and the work was\nfinished in a year.")
    let found = try await document(TinyPDF(pages: [first, second]))
    #expect(
      found.pages[0].blocks.map(\.text).joined().contains(
        "strong and predictable, and they found it between two islands that stand in the open sea"))
    #expect(found.pages[1].blocks.isEmpty)
  }

  @Test("columns are read one after the other")
  func columns() async throws {
    let left = [
      "The left column begins with", "a sentence about the tides", "and it goes on to its end.",
    ]
    let right = [
      "Then the right column tells", "of waves that cross the sea", "until they reach a shore.",
    ]
    let lines =
      zip(left, 0...).map { TinyPDF.Line(text: $0, y: 700 - Double($1) * 14) }
      + zip(right, 0...).map { TinyPDF.Line(text: $0, x: 330, y: 700 - Double($1) * 14) }
    let text = try await document(TinyPDF(pages: [lines])).pages[0].blocks.map(\.text).joined(
      separator: " ")
    #expect(text.contains("tides and it goes on to its end. Then the right column"))
  }

  @Test("five hundred pages are read, each with its own text")
  func manyPages() async throws {
    let pages = (1...500).map {
      TinyPDF.page("Sheet \($0) says something about the sea.\nIt has a second line too.")
    }
    let found = try await document(TinyPDF(pages: pages))
    #expect(found.pages.count == 500)
    #expect(
      found.pages.allSatisfy { page in
        page.blocks.contains { $0.text.contains("Sheet \(page.number) says") }
      })
  }

  @Test("damage that qpdf repairs is read and told")
  func repaired() async throws {
    var data = TinyPDF(pages: [TinyPDF.page(Self.tides)]).data
    let mark = try #require(data.range(of: Data("startxref\n".utf8), options: .backwards))
    data.replaceSubrange(mark, with: Data("startxxxx\n".utf8))
    let brief = try await reader.read(folder.write(data, "brief.pdf"))
    #expect(brief.document.title == "Tides and the moon")
    #expect(brief.document.warnings.contains { $0.contains("repaired") })
  }

  @Test("bytes before the header are forgiven", arguments: [20, 900])
  func junk(_ count: Int) async throws {
    var pdf = TinyPDF(pages: [TinyPDF.page(Self.tides)])
    pdf.junk = String(repeating: "mail header\n", count: count / 12)
    #expect(try await document(pdf).title == "Tides and the moon")
  }

  @Test(
    "what is no PDF or no whole one is refused, and says so",
    arguments: ["cut", "header", "zero pages", "no catalogue", "picture"])
  func broken(_ kind: String) async throws {
    let whole = TinyPDF(pages: [TinyPDF.page(Self.tides)]).data
    let data =
      switch kind {
      case "cut": whole.prefix(whole.count * 6 / 10)
      case "header": Data("%PDF-1.4\n".utf8)
      case "zero pages": TinyPDF(pages: []).data
      case "no catalogue": TinyPDF(objects: ["<</Type/Catalog>>"]).data
      default: Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) + Data(count: 200)
      }
    let error = try await refusal(Data(data))
    #expect(error.code == (kind == "zero pages" ? .noText : .damaged))
    #expect(!error.advice.isEmpty)
    #expect(error.description.contains("\n  → "))
    #expect(error.providerError.kind == .permanent)
  }

  @Test("an empty file, a missing one, a folder and a device are refused")
  func noFile() async throws {
    #expect(try await refusal(Data()).code == .empty)
    for path in [folder.path + "/none.pdf", folder.path, "/dev/null", "", "a\0b"] {
      let error = await #expect(throws: BriefError.self) { try await reader.read(path) }
      #expect(error?.code == .unreadable)
    }
  }

  @Test("locked files are refused with what to do", arguments: [256, 128, 40])
  func locked(_ bits: Int) async throws {
    guard let path = try encrypted(user: "secret", bits: bits, options: []) else { return }
    let error = await #expect(throws: BriefError.self) { try await reader.read(path) }
    #expect(error?.code == .locked)
    #expect(error?.advice.contains("password") == true)
  }

  @Test(
    "the author's ban on taking out text is kept; an owner's password without it is not in the way")
  func ownerLocked() async throws {
    guard let banned = try encrypted(user: "", bits: 256, options: ["--extract=n"]),
      let open = try encrypted(user: "", bits: 256, options: ["--print=none"])
    else { return }
    let error = await #expect(throws: BriefError.self) { try await reader.read(banned) }
    #expect(error?.code == .extractionForbidden)
    #expect(try await reader.read(open).document.title == "Tides and the moon")
  }

  /// nil where qpdf's command is not installed.
  private func encrypted(user: String, bits: Int, options: [String]) throws -> String? {
    let command = "/usr/bin/qpdf"
    guard FileManager.default.isExecutableFile(atPath: command) else { return nil }
    let plain = try folder.write(TinyPDF(pages: [TinyPDF.page(Self.tides)]).data, "plain.pdf")
    let locked = folder.path + "/locked-\(UUID().uuidString).pdf"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command)
    process.arguments =
      (bits < 256 ? ["--allow-weak-crypto"] : []) + ["--encrypt", user, "owner", "\(bits)"]
      + options + ["--", plain, locked]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return locked
  }
}
