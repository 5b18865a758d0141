internal import Foundation
internal import Pipelines
internal import Providers

/// The providers that the settings allow for.
struct ProviderWiring {
  var settings: NodeSettings
  var stock: String?

  func shelf() throws -> ProviderShelf {
    let shelf = ProviderShelf()
    return shelf
  }

  @Sendable static func readBrief(_ path: String) async throws -> BriefReading {
    fatalError()
  }

  @Sendable static func makePoster(_ film: String, _ poster: String, _ title: String) async throws {
  }
}
