import Foundation
import Providers
import TestServers
import TestSupport
import Testing
import WebClient

@Suite struct GeminiImageMakerTests {
  private let web = GoogleDesk.web
  private let folder: TempFolder

  init() throws { folder = try TempFolder() }

  private static var scene: BackgroundRequest {
    var scene = GoogleDesk.scene
    scene.kind = .image
    return scene
  }

  private func server(
    _ turns: [GeminiServer.Turn] = [],
    _ change: (inout GeminiServer.Settings) -> Void = { _ in }
  ) throws -> GeminiServer {
    var settings = GeminiServer.Settings()
    settings.turns = turns
    settings.png = try readBytes(try ClipForge.still("still.png"))
    settings.jpeg = try readBytes(try ClipForge.still("still.jpg"))
    change(&settings)
    return GeminiServer(key: GoogleDesk.key.value, settings)
  }

  private func made(
    _ server: GeminiServer, _ scene: BackgroundRequest = scene,
    _ change: @escaping @Sendable (inout GeminiImageMaker.Configuration) -> Void = { _ in }
  ) async throws -> Made<MediaFile> {
    try await server.serve { base in
      var configuration = GeminiImageMaker.Configuration(
        account: GoogleDesk.account(base),
        models: GoogleModels("gemini-image", setting: "gemini.image_model"))
      configuration.pricePerImage = 0.04
      change(&configuration)
      let maker = GeminiImageMaker(configuration, web: web)
      guard case .finished(let made) = try await maker.start(scene, GoogleDesk.call(folder)) else {
        throw CancellationError()
      }
      return made
    }
  }

  @Test(
    "a picture is what its bytes are, whatever the answer says",
    arguments: [
      (GeminiServer.Pictures.png, "png"), (.jpeg, "jpg"), (.wrongType, "jpg"), (.two, "png"),
      (.thoughtFirst, "png"),
    ])
  func pictures(_ pictures: GeminiServer.Pictures, _ suffix: String) async throws {
    let server = try server([.pictures(pictures)])
    let made = try await made(server)
    #expect(made.value.path == folder.file("background.\(suffix)"))
    #expect(made.value.mediaType == (suffix == "png" ? "image/png" : "image/jpeg"))
    let still = try ClipForge.still(suffix == "png" ? "still.png" : "still.jpg")
    #expect(try readBytes(made.value.path) == readBytes(still))
    #expect(made.cost == .of(pictures == .two ? 2 : 1, "images", price: 0.04))
    #expect(made.requestID == "x7Qfaa")
    #expect(server.paid == 1 && server.faults.isEmpty)
  }

  @Test(
    "an answer without a picture is asked for once more",
    arguments: [GeminiServer.Pictures.textOnly, .none])
  func noPicture(_ pictures: GeminiServer.Pictures) async throws {
    let once = try server([.pictures(pictures), .pictures(.png)])
    #expect(try await made(once).value.mediaType == "image/png")
    #expect(String(decoding: once.requests[1].body, as: UTF8.self).contains(#"["IMAGE"]"#))
    let twice = try server([.pictures(pictures), .pictures(pictures)])
    let error = try await providerError { try await made(twice) }
    #expect(error.kind == .permanent && error.code == "no_image")
    #expect(error.advice.contains("'gemini.image_model'"))
    #expect(twice.paid == 2)
  }

  @Test(
    "pictures that the service refuses",
    arguments: ["IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"])
  func refused(_ finish: String) async throws {
    let server = try server([.nothing(finish: finish)])
    let error = try await providerError { try await made(server) }
    #expect(error.kind == .moderation && error.code == finish)
    let blocked = try self.server([.blocked("IMAGE_SAFETY")])
    #expect(try await providerError { try await made(blocked) }.kind == .moderation)
  }

  @Test func aPictureThatWasCutOffLeavesNothingBehind() async throws {
    let server = try server([.pictures(.cutBase64)])
    let error = try await providerError { try await made(server) }
    #expect(error.kind == .retry && error.code == "broken_file")
    let short = try self.server { $0.png = Array($0.png.prefix($0.png.count / 2 / 3 * 3)) }
    #expect(try await providerError { try await made(short) }.code == "broken_file")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func tokensAreChargedWhereTheirPricesAreKnown() async throws {
    let server = try server { $0.usage = .thoughts }
    let cost = try await made(server, Self.scene) { $0.prices = TokenPrices(input: 1, output: 30) }
      .cost
    #expect(cost == Cost(unit: "tokens", amount: 1500, microdollars: 16_000))
  }

  @Test(
    "shapes and sizes that the service makes",
    arguments: [
      (1920, 1080, "16:9", "2K"), (1280, 720, "16:9", "1K"), (1080, 1920, "9:16", "2K"),
      (1080, 1080, "1:1", "1K"), (1080, 1350, "4:5", "1K"), (0, 0, "1:1", "1K"),
    ])
  func shapes(_ width: Int, _ height: Int, _ shape: String, _ size: String) async throws {
    let server = try server()
    var scene = Self.scene
    (scene.width, scene.height) = (width, height)
    _ = try await made(server, scene)
    let sent = String(decoding: server.requests[0].body, as: UTF8.self)
    #expect(sent.contains("\"\(shape)\"") && sent.contains("\"\(size)\""))
    #expect(sent.contains("harbour at dawn. Style: warm light"))
  }

  @Test(
    "errors have the classes of scripts",
    arguments: [
      (WireFault.wrongKey(echo: GoogleDesk.key.value), ProviderError.Class.permanent),
      (.overloaded, .retry), (.html, .unknownOutcome), (.quota("q", details: nil), .retry),
    ] as [(WireFault, ProviderError.Class)])
  func errors(_ fault: WireFault, _ kind: ProviderError.Class) async throws {
    let server = try server([.fault(fault)])
    #expect(try await providerError { try await made(server) }.kind == kind)
  }

  @Test func aLostPictureIsNotAskedForAgainAndARetiredModelIsReplaced() async throws {
    let lost = try server([.cut])
    #expect(try await providerError { try await made(lost) }.kind == .unknownOutcome)
    #expect(lost.paid == 1 && lost.faults.isEmpty)
    let server = try server()
    _ = try await made(server, Self.scene) {
      $0.models = GoogleModels("gone", fallbacks: ["gemini-image"], setting: "s")
    }
    #expect(server.paid == 1)
    var clip = Self.scene
    clip.kind = .video
    let error = try await providerError { [clip] in try await made(server, clip) }
    #expect(error.code == "bad_kind")
  }
}
