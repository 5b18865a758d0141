internal import Compositing
internal import Hummingbird
internal import Pipelines

/// The routes of what the node makes: projects and their documents, scenes, films and costs, the render queue, previews.
struct ProductRoutes: RouteGroup {
  private let groups: [any RouteGroup]

  init(_ backend: NodeBackend) {
    let painter = StillPainter(limit: backend.products.pictures)
    let files = FileRoutes(backend: backend)
    groups = [
      ProjectRoutes(backend: backend), SceneRoutes(backend: backend, painter: painter),
      DocumentRoutes(backend: backend), ChoiceRoutes(backend: backend), files,
      FilmRoutes(backend: backend, sizes: FilmSizes()),
      RenderJobRoutes(backend: backend), StillRoutes(backend: backend, painter: painter),
      CloudRoutes(backend: backend), CostRoutes(backend: backend),
      GoldenReportRoutes(backend: backend),
    ]
  }

  func add(to routes: Routes) { for group in groups { group.add(to: routes) } }
}

extension Problem {
  /// Errors of projects and their orders as problems.
  init(product error: any Error) {
    switch error {
    case let error as SteeringError:
      switch error {
      case .noSuchProject, .noSuchScene: self = .notFound("\(error)")
      case .wrongState: self.init(.conflict, told: "\(error)", name: .wrongState)
      }
    case let error as OrderRefused:
      self.init(.unprocessableContent, told: "\(error)", name: .invalid)
      title = "Invalid content"
    case let error as SceneUnseen:
      self.init(
        error.isRetryable ? .serviceUnavailable : .unprocessableContent, told: "\(error)",
        name: .renderFailed)
      detail = "the scene cannot be drawn: " + detail
      if error.isRetryable {
        headers[.retryAfter] = "5"
      } else {
        advice = advice ?? "make the scene again: POST …/retry, where its project has failed"
      }
    default: self.init(error)
    }
  }

  /// Runs a handler whose errors are those of projects.
  static func translating<Value>(_ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch let error as SteeringError {
      throw Problem(product: error)
    } catch let error as OrderRefused {
      throw Problem(product: error)
    } catch let error as SceneUnseen {
      throw Problem(product: error)
    }
  }
}
