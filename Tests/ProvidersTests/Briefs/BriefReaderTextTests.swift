import Foundation
import Providers
import Testing

@Suite struct BriefReaderTextTests {
  let folder: BriefFolder

  init() throws { folder = try BriefFolder() }

  private func blocks(_ text: String, _ name: String = "brief.md") async throws -> [String] {
    let brief = try await BriefReader().read(folder.write(text, name))
    return brief.document.pages.flatMap(\.blocks).map { block in
      switch block.kind {
      case .heading: "\(String(repeating: "#", count: block.level)) \(block.text)"
      case .listItem: "- \(block.text)"
      case .paragraph: block.text
      }
    }
  }

  @Test(
    "Markdown is read as what it means",
    arguments: [
      ("# Title #\n\nA *line*\nand **another**.", ["# Title", "A line and another."]),
      ("Title\n=====\n\nPart\n---\nText.", ["# Title", "## Part", "Text."]),
      ("- one\n- two\n  more\n* three\n1. four", ["- one", "- two more", "- three", "- four"]),
      ("Before\n```swift\n# no heading\nlet x = 1\n```\nafter.", ["Before", "after."]),
      ("A [link](https://example.org/a_(b)) and ![picture](x.png) here.", ["A link and here."]),
      ("See [this][ref].\n\n[ref]: https://example.org", ["See this."]),
      ("A note[^1].\n\n[^1]: Small print.", ["A note."]),
      (
        "<div>Hello <b>you</b></div>\n<!-- not\nthis -->\n<script>\nevil()\n</script>\nEnd.",
        ["Hello you End."]
      ),
      (
        "| Sea | Depth |\n|---|---|\n| North | 95 m |\n| Black | 1253 m |",
        ["- North: Depth 95 m", "- Black: Depth 1253 m"]
      ),
      ("> A quote\n> of two lines.", ["A quote of two lines."]),
      ("Text\n\n    code()\n\nMore.", ["Text", "More."]),
      (
        "Fish &amp; chips &#233; \\*not bold\\* snake_case",
        ["Fish & chips é *not bold* snake_case"]
      ),
      (
        "The `<script>` element loads `a *b* <!--`.\n\n## Second\n\nMore.",
        ["The <script> element loads a *b* <!--.", "## Second", "More."]
      ),
      ("A tag <script> and <!-- no end.\n\nStays.", ["A tag and <!-- no end.", "Stays."]),
      ("<styles are many\n\nStays.", ["<styles are many", "Stays."]),
      ("<style>\np {}\n\nq {}\n</STYLE> Seen After\n\nEnd.", ["Seen After", "End."]),
      ("<script src='a.js'></script> Behind It", ["Behind It"]),
      ("```\n<style>\n```\n\nText.\n\n</style>", ["Text."]),
      ("- [x] done\n- [ ] open", ["- done", "- open"]),
      ("## 2.1 Waves\n\nText.", ["## Waves", "Text."]),
      ("In the year\n2010. It was.", ["In the year 2010. It was."]),
      ("One\n\n* * *\n\nTwo", ["One", "Two"]),
    ])
  func markdown(_ text: String, _ blocks: [String]) async throws {
    #expect(try await self.blocks(text) == blocks)
  }

  @Test("front matter is not read aloud, its title is the title")
  func frontMatter() async throws {
    let text = "---\ntitle: \"The Sea\"\ntags: [a, b]\n---\n\n# Heading\n\nText."
    let brief = try await BriefReader().read(folder.write(text, "brief.md"))
    #expect(brief.document.title == "The Sea")
    #expect(try await blocks(text) == ["# Heading", "Text."])
  }

  @Test("a plain text has paragraphs, headings and lists by their shape")
  func plain() async throws {
    let text =
      "The Sea\n\nIt is wide\nand deep.\n\nWaves\n\nThey rise:\n\n- high\n- low\n\nAnd an end."
    #expect(
      try await blocks(text, "brief.txt") == [
        "# The Sea", "It is wide and deep.", "## Waves", "They rise:", "- high", "- low",
        "And an end.",
      ])
  }

  @Test("lines end as on any system, with or without a byte order mark, in UTF-8 and UTF-16")
  func encodings() async throws {
    let text = "# 바다\r\n\r\n넓고 깊다.\r\n"
    var files = [Data(text.utf8), Data([0xEF, 0xBB, 0xBF]) + Data(text.utf8)]
    for little in [true, false] {
      let bytes = text.utf16.flatMap {
        little ? [UInt8($0 & 255), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 255)]
      }
      files.append(Data(little ? [0xFF, 0xFE] : [0xFE, 0xFF]) + Data(bytes))
    }
    for data in files {
      let document = try await BriefReader().read(folder.write(data, "brief.md")).document
      #expect(document.title == "바다")
      #expect(document.language == "ko")
      #expect(document.pages[0].blocks.last?.text == "넓고 깊다.")
    }
  }

  @Test("bytes that are no text are refused with their place")
  func notText() async throws {
    let cases: [(Data, String)] = [
      (Data("Good line\nbad ".utf8) + Data([0xE9, 0x20]), "line 2, byte 15"),
      (Data("a\0b".utf8), "line 1, byte 2"),
    ]
    for (data, place) in cases {
      let path = try folder.write(data, "brief.txt")
      let error = await #expect(throws: BriefError.self) { try await BriefReader().read(path) }
      #expect(error?.code == .encoding)
      #expect(error?.place == place)
    }
  }

  @Test("what a file is, is decided by its bytes")
  func sniffed() async throws {
    let pdf = TinyPDF(pages: [TinyPDF.page("The tide rises and falls along the coast.")]).data
    #expect(try await BriefReader().read(folder.write(pdf, "brief.md")).kind == .pdf)
    #expect(
      try await BriefReader().read(
        folder.write("A PDF begins with %PDF-1.4, they say.", "brief.txt")
      ).kind == .text)
    #expect(try await BriefReader().read(folder.write("# Sea\n\nText.", "brief")).kind == .markdown)
    for (bytes, name) in [
      ("PK\u{3}\u{4}docx", "brief.docx"), ("<!DOCTYPE html><p>x", "brief.html"),
      ("{\\rtf1", "a.txt"),
    ] {
      let path = try folder.write(bytes, name)
      let error = await #expect(throws: BriefError.self) { try await BriefReader().read(path) }
      #expect(error?.code == .unknownFormat)
    }
  }

  @Test("a text of white space or marks only has no words")
  func wordless() async throws {
    for text in ["  \n\n", "---\n***\n", "```\ncode\n```", "\u{FEFF}"] {
      let path = try folder.write(text, "brief.md")
      let error = await #expect(throws: BriefError.self) { try await BriefReader().read(path) }
      #expect(error?.code == .noText)
    }
  }

  @Test("controls, direction overrides, ligatures and soft hyphens do not survive")
  func cleaned() async throws {
    #expect(
      try await blocks(
        "The e\u{FB03}cient\u{AD}ly \u{202E}turned\u{202C} cafe\u{301}\u{7} \u{E0041}is open.")
        == ["The efficiently turned café is open."])
  }

  @Test(
    "languages are told by their letters and small words",
    arguments: [
      ("The sea is wide and it is deep.", "en"), ("바다는 넓고 깊다. Ocean.", "ko"), ("海はとても広いです。", "ja"),
      ("海洋非常广阔，这里没有人。", "zh"),
      ("海洋非常廣闊，這裡沒有人說話。", "zh-Hant"), ("Das Meer ist weit und die Wellen sind nicht hoch.", "de"),
      ("La mer est grande et les vagues sont dans le vent.", "fr"),
      ("Море широкое и глубокое.", "ru"), ("Ocean", "en"), ("12345", "en"),
    ])
  func language(_ text: String, _ language: String) async throws {
    #expect(
      try await BriefReader().read(folder.write(text, "brief.txt")).document.language == language)
  }

  @Test("nested marks and endless lines end in time")
  func hostile() async throws {
    let texts = [
      String(repeating: "[", count: 20_000) + "x", String(repeating: "*_", count: 20_000) + "x",
      String(repeating: "> ", count: 20_000) + "x",
      String(repeating: "<a ", count: 20_000) + "x", String(repeating: "|", count: 50_000) + "x",
      String(repeating: "a", count: 300_000),
      String(repeating: "- ", count: 20_000) + "x",
    ]
    for text in texts {
      let brief = try await BriefReader().read(folder.write(text, "brief.md"))
      #expect(!brief.document.pages[0].blocks.isEmpty)
    }
  }
}
