import Foundation
import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

@Suite struct VariantTests {
  private func document(_ studio: FilmStudio) -> String {
    studio.document(
      """
      {"id": "a", "background": {"asset": "clip"}, "title_card": {"text": "Title"},
       "on": {"tall": {"title_card": {"place": "top"}, "background": {"fit": "contain"}}, "square": {"title_card": {"hidden": true}}}},
      {"id": "b", "duration": 1, "background": {"asset": "clip"}, "transition": {"kind": "crossfade", "duration": 0.2, "outgoing": "run-on"}}
      """,
      output: #""size": [128, 72], "poster": {"at": 0.5}, "thumbnails": {"every": 1, "width": 64}"#,
      more: #""variants": [{"id": "tall", "size": [72, 128]}, {"id": "square", "size": [72, 72]}],"#
    )
  }

  private func films(_ studio: FilmStudio, _ text: String) throws -> [FilmVariant] {
    try ["main", "tall", "square"].map { id in
      FilmVariant(
        id: id, request: try studio.request(text, variant: id == "main" ? nil : id),
        outputPath: studio.file("\(id).mp4"))
    }
  }

  @Test(
    "films of all variants have the same frames and sound, their own size, and are what each alone would be"
  )
  func together() async throws {
    let studio = try FilmStudio(["clip": try ClipForge.plain("variant.mp4", seconds: 2)])
    let text = document(studio)
    let films = try films(studio, text)
    let result = try await FilmRenderer(
      films, options: RenderOptions(outputPath: "", cacheFolder: nil, jobs: 2)
    ).render { _ in }
    #expect(result.outputs.map(\.variant) == ["main", "tall", "square"])
    #expect(Set(result.outputs.map(\.frames)).count == 1)
    #expect(Set(result.outputs.map(\.samples)).count == 1)
    for (film, output) in zip(films, result.outputs) {
      let reading = try FilmReading(film.outputPath, rate: FrameRate(30), pictures: false)
      #expect(reading.width == film.request.timeline.width)
      #expect(reading.height == film.request.timeline.height)
      let alone = try await FilmRenderer(
        [FilmVariant(id: film.id, request: film.request, outputPath: studio.file("alone.mp4"))],
        options: RenderOptions(outputPath: "", cacheFolder: nil, jobs: 1)
      ).render { _ in }
      #expect(alone.outputs[0].sha256 == output.sha256)
      for suffix in ["poster.jpg", "thumb-0000.jpg"] {
        #expect(studio.names().contains("\(film.id).\(suffix)"))
      }
    }
    studio.expectClean()
  }

  @Test("one pass of decoding serves all variants")
  func onePass() throws {
    let studio = try FilmStudio(["clip": try ClipForge.plain("variant.mp4", seconds: 2)])
    let films = try films(studio, document(studio))
    let plans = films.map { RenderPlan($0.request) }
    func decoded(_ numbers: [Int]) throws -> (opened: Int, frames: Int) {
      let renderer = SegmentRenderer(
        zip(films, plans).map {
          SegmentRenderer.Film(
            timeline: $0.request.timeline, files: $0.request.files, profile: $1.profile)
        }, interrupt: Interrupt())
      var frames = 0
      for index in plans[0].segments.indices where plans[0].segments[index].scene == 0 {
        let orders = numbers.map { film in
          SegmentRenderer.Order(
            film: film, segment: plans[film].segments[index],
            path: studio.file("segment-\(film)-\(index)"))
        }
        let outcomes = try renderer.render(orders) { _ in }
        frames += outcomes[0].damage.values.map(\.frames).reduce(0, +)
      }
      return (renderer.pool.opened, frames)
    }
    let one = try decoded([0])
    let three = try decoded([0, 1, 2])
    #expect(three.opened == one.opened && one.opened == 1)
    #expect(three.frames == one.frames)
  }

  @Test("overrides move and hide layers in their variant alone")
  func overrides() throws {
    let studio = try FilmStudio(["clip": try ClipForge.plain("variant.mp4", seconds: 2)])
    let films = try films(studio, document(studio))
    func title(_ film: Int) -> PictureLayer? {
      films[film].request.timeline.scenes[0].picture.layers.first { $0.text != nil }
    }
    let main = try #require(title(0)?.box)
    #expect(abs(main.y + main.height / 2 - 36) < 0.01)
    #expect(try #require(title(1)?.box).y == 0)
    #expect(title(2) == nil)
  }

  @Test("a variant that cannot be made leaves none of the films")
  func allOrNone() async throws {
    let studio = try FilmStudio(["clip": try ClipForge.plain("variant.mp4", seconds: 2)])
    var films = try films(studio, document(studio))
    films[2].outputPath = studio.file("missing/square.mp4")
    await #expect(throws: HostError.self) {
      _ = try await FilmRenderer(
        films, options: RenderOptions(outputPath: "", cacheFolder: studio.cache, jobs: 2)
      ).render { _ in }
    }
    #expect(studio.names().filter { $0.hasSuffix(".mp4") } == ["clip.mp4"])
    studio.expectClean()
  }
}
