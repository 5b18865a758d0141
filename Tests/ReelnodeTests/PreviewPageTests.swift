import Foundation
import SceneDocument
import TestSupport
import Testing

/// The page in a real browser.
@Suite(.serialized, .timeLimit(.minutes(20)))
struct PreviewPageTests {
  private func text(_ page: BrowserPage, _ id: String) async throws -> String {
    try await page.evaluate("document.getElementById('\(id)').textContent").string ?? ""
  }

  @Test("the page shows the film, its scenes and their thumbnails")
  func shows() async throws {
    let stage = try PreviewStage()
    let page = try await stage.page()
    #expect(try await text(page, "title") == "A week at the beach")
    try await page.wait(until: "document.querySelectorAll('#strip img.here').length === 3")
    let names = try await page.evaluate(
      "[...document.querySelectorAll('#strip .name')].map((name) => name.textContent)")
    #expect(names.items.compactMap(\.string) == ["Arrival", "A talk in the sun", "end"])
    #expect(try await text(page, "facts").contains("640 × 360 · 25 fps · 0:08.00"))
    try await page.wait(until: "document.getElementById('status').dataset.kind === 'live'")
    try await PreviewStage.keep(page, as: "page-light")
    // Nothing comes from elsewhere.
    let origins = try await page.evaluate(
      "[...new Set(performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin))].join()"
    )
    let own = try #require(URL(string: stage.address)).port ?? 0
    for origin in (origins.string ?? "").split(separator: ",") where origin != "null" {
      #expect(origin == "http://127.0.0.1:\(own)")
    }
  }

  @Test("keys and dragging lead to exact frames")
  func scrubs() async throws {
    let stage = try PreviewStage()
    let page = try await stage.page()
    func isAt(_ frame: Int) async throws {
      try await page.wait(until: "document.getElementById('frame').dataset.frame === '\(frame)'")
    }
    try await page.press("ArrowRight")
    try await isAt(1)
    try await page.press("ArrowRight", shift: true)
    try await isAt(26)
    try await page.press("End")
    try await isAt(199)
    try await page.press("ArrowLeft")
    try await isAt(198)
    try await page.press("[")
    try await isAt(150)
    try await page.press("Home")
    try await isAt(0)
    // Along the bar: the last place counts, whatever was asked for on the way.
    let box = try await page.evaluate(
      "(() => { const b = document.getElementById('seek').getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()"
    ).items.compactMap(\.number)
    let middle = box[1] + box[3] / 2
    try await page.drag(
      (0...30).map { (x: box[0] + 8 + (box[2] - 16) * Double($0) / 60, y: middle) })
    try await page.wait(
      until:
        "document.getElementById('seek').value > 90 && document.getElementById('frame').dataset.frame === document.getElementById('seek').value && !document.getElementById('frame').classList.contains('rough')"
    )
    let frame = Int(try await page.evaluate("+document.getElementById('seek').value").number ?? 0)
    #expect((96...103).contains(frame))
    #expect(try await text(page, "scene") == "A talk in the sun")
  }

  @Test("the film plays from where it is, with pictures and sound, and stops at an exact frame")
  func plays() async throws {
    let stage = try PreviewStage()
    let page = try await stage.page()
    try await page.press("ArrowRight", shift: true)
    try await page.press(" ")
    try await page.wait(
      until: "video.currentTime > 1.6 && video.getVideoPlaybackQuality().totalVideoFrames > 10")
    try await PreviewStage.keep(page, as: "page-playing")
    #expect(
      try await page.evaluate("[video.videoWidth, video.videoHeight].join()").string == "320,180")
    #expect(try await page.evaluate("video.webkitAudioDecodedByteCount > 0").bool == true)
    #expect(try await page.evaluate("video.buffered.start(0)").number ?? 0 < 1.1)
    try await page.press(" ")
    try await page.wait(until: "video.hidden && frameImage.dataset.frame === String(at) && at > 30")
    // To its end, where it stops by itself.
    try await page.press("]")
    try await page.press("]")
    try await page.press(" ")
    try await page.wait(until: "!playing && frameImage.dataset.frame === '199'")
  }

  @Test("outlines show the layers, a click names what is there")
  func names() async throws {
    let stage = try PreviewStage()
    let page = try await stage.page()
    try await page.press("]")
    try await page.press("ArrowRight", shift: true)
    try await page.press("o")
    try await page.wait(
      until: "byId('outlines').dataset.frame === '100' && frameImage.dataset.frame === '100'")
    try await page.click("#picture")
    try await page.wait(
      until: "!byId('layer').hidden && document.querySelector('#outlines .chosen')")
    let card = try await text(page, "layer")
    for word in ["talk", "card", "clips/ada.mp4", "film.json:"] { #expect(card.contains(word)) }
    let line = PreviewStage.film.split(separator: "\n", omittingEmptySubsequences: false)
      .firstIndex { $0.contains("\"card\"") }
    #expect(card.contains("film.json:\((line ?? 0) + 1):"))
    try await PreviewStage.keep(page, as: "page-outlines")
    // Beside the card lies the scene's colour.
    try await page.evaluate(
      "picture.dispatchEvent(new MouseEvent('click', { clientX: picture.getBoundingClientRect().left + 2, clientY: picture.getBoundingClientRect().top + 2 }))"
    )
    try await page.wait(until: "byId('layer').textContent.includes('background colour')")
  }

  @Test("an edit is shown by itself and the place in the scene stays")
  func reloads() async throws {
    let stage = try PreviewStage()
    let page = try await stage.page()
    try await page.press("]")
    try await page.press("ArrowRight")
    try await page.press("ArrowRight")
    try await page.wait(until: "frameImage.dataset.frame === '77'")
    try stage.replace(
      "\"duration\": 3,\n      \"background\": { \"asset\"",
      "\"duration\": 4,\n      \"background\": { \"asset\"")
    try await page.wait(until: "film.frames === 225 && frameImage.dataset.frame === '102'")
    #expect(try await text(page, "scene") == "A talk in the sun")
    // Another clip under the same name.
    let before = try await page.evaluate("film.version").number ?? 0
    let other = try ClipForge.plain("other.mp4", size: "640x360", rate: "25", seconds: 4)
    try FileManager.default.removeItem(atPath: stage.folder.file("clips/beach.mp4"))
    try stage.folder.copy(other, to: "clips/beach.mp4")
    try await page.wait(
      until: "film.is_current && film.version > \(before) && frameImage.dataset.frame === '102'")
  }

  @Test("a document that is half saved is a message in the page, and the picture stays")
  func survives() async throws {
    let stage = try PreviewStage()
    let page = try await stage.page()
    let whole = try readBytes(stage.document)
    try stage.folder.write(whole.prefix(whole.count / 2), to: "film.json")
    try await page.wait(until: "byId('status').dataset.kind === 'broken'")
    #expect(try await text(page, "list").contains("E_JSON_SYNTAX"))
    #expect(try await page.evaluate("frameImage.naturalWidth > 0").bool == true)
    try await page.press("ArrowRight")
    try await page.wait(until: "frameImage.dataset.frame === '1'")
    try await PreviewStage.keep(page, as: "page-broken")
    try FileManager.default.removeItem(atPath: stage.document)
    try await page.wait(until: "byId('list').textContent.includes('cannot read document')")
    try stage.folder.write(whole, to: "film.json")
    try await page.wait(until: "byId('status').dataset.kind === 'live'")
    // A diagnostic leads to its scene.
    try stage.replace("\"rotate\": 12", "\"rotate\": 12, \"opactiy\": 1")
    try await page.wait(until: "byId('list').textContent.includes('opactiy')")
    try await page.click("#list button")
    try await page.wait(until: "frameImage.dataset.frame === '75'")
    // An asset that vanishes and comes back.
    try stage.folder.write(whole, to: "film.json")
    let clip = try readBytes(stage.folder.file("clips/beach.mp4"))
    try FileManager.default.removeItem(atPath: stage.folder.file("clips/beach.mp4"))
    try await page.wait(until: "byId('list').textContent.includes('E_ASSET_MISSING')")
    try stage.folder.write(clip, to: "clips/beach.mp4")
    try await page.wait(until: "byId('status').dataset.kind === 'live'")
  }

  @Test("at 100 % a pixel of the film is one of the screen, without loss")
  func zooms() async throws {
    let stage = try PreviewStage()
    let page = try await stage.page()
    try await page.press("z")
    try await page.wait(
      until: "frameImage.dataset.exact === '0' && frameImage.naturalWidth === 640")
    #expect(try await page.evaluate("picture.getBoundingClientRect().width").number == 640)
    // Not the picture that a JPEG gave.
    #expect(try await page.evaluate("pictures.loaded.get(0).width === Infinity").bool == true)
    try await PreviewStage.keep(page, as: "page-zoomed")
  }

  @Test("a narrow window, dark, and two tabs at once")
  func fits() async throws {
    let stage = try PreviewStage()
    let narrow = try await stage.page(width: 400, height: 800)
    let dark = try await stage.page(isDark: true)
    for page in [narrow, dark] {
      try await page.wait(until: "document.querySelectorAll('#strip img.here').length > 1")
      #expect(
        try await page.evaluate("document.documentElement.scrollWidth <= innerWidth").bool == true)
    }
    try await PreviewStage.keep(narrow, as: "page-narrow")
    try await PreviewStage.keep(dark, as: "page-dark")
    try await narrow.press("End")
    try await dark.press("ArrowRight")
    try await narrow.wait(until: "frameImage.dataset.frame === '199'")
    try await dark.wait(until: "frameImage.dataset.frame === '1'")
    #expect(stage.interrupt() == 0)
    try await dark.wait(until: "byId('status').dataset.kind === 'lost'")
    try await PreviewStage.keep(dark, as: "page-lost")
  }
}
