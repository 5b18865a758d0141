import Foundation
import Testing

@testable import Providers

@Suite struct HostilePDFTests {
  let folder: BriefFolder

  init() throws { folder = try BriefFolder() }

  private func refusal(_ data: Data, _ reader: BriefReader = BriefReader()) async throws
    -> BriefError
  {
    let path = try folder.write(data, "brief.pdf")
    return try #require(await #expect(throws: BriefError.self) { try await reader.read(path) })
  }

  private static let good = TinyPDF(pages: [
    TinyPDF.page("The tide rises and falls along the coast.")
  ]).data

  @Test("a page tree that leads back to itself is refused")
  func loop() async throws {
    let pdf = TinyPDF(objects: [
      "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 9/Kids[3 0 R]>>",
      "<</Type/Pages/Count 9/Kids[2 0 R]>>",
    ])
    let error = try await refusal(pdf.data)
    #expect(error.code == .damaged)
    #expect(error.reason.contains("back to itself"))
  }

  @Test("a page tree of twenty thousand levels does not end the process")
  func deep() async throws {
    let levels = (0..<20_000).map { "<</Type/Pages/Count 1/Kids[\($0 + 3) 0 R]>>" }
    let pdf = TinyPDF(
      objects: ["<</Type/Catalog/Pages 2 0 R>>"] + levels + ["<</Type/Page/MediaBox[0 0 9 9]>>"])
    #expect(try await refusal(pdf.data).reason.contains("levels"))
  }

  @Test("an invented number of pages is not believed")
  func counted() throws {
    let pdf = TinyPDF(objects: [
      "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1000000000/Kids[3 0 R]>>",
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ])
    let path = try folder.write(pdf.data, "brief.pdf")
    #expect(PDFInspection.inspecting(path).pages == 1)
  }

  @Test("one page named a hundred thousand times is too many pages")
  func repeated() async throws {
    let kids = Array(repeating: "3 0 R", count: 100_000).joined(separator: " ")
    let pdf = TinyPDF(objects: [
      "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 100000/Kids[\(kids)]>>",
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ])
    #expect(try await refusal(pdf.data).code == .tooManyPages)
  }

  @Test("more bytes and more pages than allowed are refused before anything is run")
  func limits() async throws {
    var reader = BriefReader()
    reader.limits.pdfBytes = 100
    #expect(try await refusal(Self.good, reader).code == .tooLarge)
    reader = BriefReader()
    reader.limits.pages = 2
    let three = TinyPDF(pages: Array(repeating: TinyPDF.page("One line of text."), count: 3))
    #expect(try await refusal(three.data, reader).code == .tooManyPages)
  }

  @Test("a child that takes too long, writes too much or crashes is ended and told apart")
  func children() async throws {
    var limits = BriefLimits()
    limits.childSeconds = 0
    let path = try folder.write(Self.good, "brief.pdf")
    func code(_ script: String, _ limits: BriefLimits, output: Int = 1 << 20) async throws
      -> BriefError.Code?
    {
      let program = try folder.program(script, "child-\(UUID().uuidString)")
      let child = LimitedChild(executable: program, arguments: [], path: path, limits: limits)
      return await #expect(throws: BriefError.self) { try await child.run(output: output) }?.code
    }
    #expect(try await code("exec sleep 600", limits) == .limit)
    limits = BriefLimits()
    #expect(try await code("exec yes", limits, output: 1000) == .limit)
    #expect(try await code("kill -SEGV $$", limits) == .crashed)
    limits.childProcessorSeconds = 1
    #expect(try await code("while :; do :; done", limits) == .limit)
    #expect(BriefError(.crashed, path, "", advice: "").providerError.kind == .retry)
  }

  @Test("cancelling ends the child")
  func cancelled() async throws {
    let path = try folder.write(Self.good, "brief.pdf")
    let program = try folder.program("exec sleep 600", "sleeper")
    let child = LimitedChild(executable: program, arguments: [], path: path, limits: BriefLimits())
    let running = Task { try await child.run(output: 1000) }
    running.cancel()
    await #expect(throws: CancellationError.self) { try await running.value }
  }

  @Test(
    "a page that expands to hundreds of megabytes is ended or has no text, and takes nothing with it"
  )
  func flood() async throws {
    // Each form draws the next one ten times: ten million lines of text from a few kilobytes.
    var objects = [
      "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>",
      "<</Length 5>>stream\n/X Do\nendstream",
    ]
    let draw = String(repeating: "/X Do ", count: 10)
    for next in 6...11 {
      objects.append(
        "<</Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</XObject<</X \(next) 0 R>>>>/Length \(draw.count)>>stream\n\(draw)\nendstream"
      )
    }
    let text = "BT /F 9 Tf 9 9 Td (flood of words) Tj ET"
    objects.append(
      "<</Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>/Length \(text.count)>>stream\n\(text)\nendstream"
    )
    var reader = BriefReader()
    reader.limits.childProcessorSeconds = 2
    let path = try folder.write(TinyPDF(objects: objects).data, "brief.pdf")
    let error = await #expect(throws: BriefError.self) { try await reader.read(path) }
    #expect(error?.code == .limit)
  }

  @Test("a child gets neither this process's environment nor more memory than allowed")
  func surroundings() async throws {
    let path = try folder.write(Self.good, "brief.pdf")
    let program = try folder.program("env; ulimit -v; ulimit -c", "child")
    let child = LimitedChild(executable: program, arguments: [], path: path, limits: BriefLimits())
    let text = String(decoding: try await child.run(output: 1 << 16).bytes, as: UTF8.self)
    #expect(!text.contains("HOME="))
    #expect(text.contains("\(1 << 20)\n0\n"))
  }

  @Test("a missing program or character map is told with its Debian package")
  func missing() async throws {
    let path = try folder.write(Self.good, "brief.pdf")
    let program = PDFTextChild(path: path, limits: BriefLimits(), program: "/nowhere/pdftotext")
    let first = await #expect(throws: BriefError.self) { try await program.pages(count: 1) }
    #expect(first?.advice.contains("poppler-utils") == true)
    let maps = PDFTextChild(path: path, limits: BriefLimits(), characterMaps: "/nowhere/maps")
    let second = await #expect(throws: BriefError.self) { try await maps.pages(count: 1) }
    #expect(second?.advice.contains("poppler-data") == true)
  }

  @Test("an inspecting child's verdict is taken, its crash is told, its nonsense refused")
  func inspector() async throws {
    let path = try folder.write(Self.good, "brief.pdf")
    let report = try folder.write(PDFInspection.report(path), "report.json")
    let answering = try folder.program("exec cat '\(report)'", "answering")
    let crashing = try folder.program("kill -SEGV $$", "crashing")
    let babbling = try folder.program("echo hello", "babbling")
    let good = BriefReader(inspector: .child(executable: answering, arguments: []))
    #expect(try await good.read(path).document.pages.count == 1)
    for (program, code) in [(crashing, BriefError.Code.crashed), (babbling, .missingTool)] {
      let reader = BriefReader(inspector: .child(executable: program, arguments: []))
      let error = await #expect(throws: BriefError.self) { try await reader.read(path) }
      #expect(error?.code == code)
    }
  }

  @Test("a path that begins with a dash is a path, not an option")
  func dash() async throws {
    let path = try folder.write(Self.good, "-help.pdf")
    #expect(try await BriefReader().read(path).document.pages.count == 1)
  }
}
