internal import Compositing
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOFoundationCompat
internal import NIOPosix
internal import SceneDocument

/// Reports of golden tests: folders with an `index.html` below one folder, to be read.
struct GoldenReportRoutes: RouteGroup {
  let backend: NodeBackend

  /// Most bytes of a report's file.
  private static let limit = 64 << 20

  func add(to routes: Routes) {
    let reports = routes.api.group("golden-reports")
    reports.get("") { request, _ in try await list(request) }
    reports.get("{name}/{file}") { request, context in
      try await file(request, [try context.part("name"), try context.part("file")])
    }
    reports.get("{name}/pictures/{film}/{file}") { request, context in
      try await file(
        request,
        [
          try context.part("name"), "pictures", try context.part("film"),
          try context.part("file"),
        ])
    }
  }

  private func list(_ request: Request) async throws -> Response {
    let page: Page<String> = try await Page(request) { query, count in
      let after = try query.cursor()?[0] ?? ""
      guard let root = backend.goldenReports else { return [] }
      return try await NIOThreadPool.singleton.runIfActive {
        Array(Self.names(in: root).lazy.filter { $0 > after }.prefix(count))
      }
    }
    return try await page.response(
      cursor: { Cursor.text($0) },
      values: { names in
        guard let root = backend.goldenReports else { return [] }
        return try await NIOThreadPool.singleton.runIfActive {
          names.map { Self.value($0, root) }
        }
      })
  }

  /// Folders that hold a report. Reads the disk.
  static func names(in root: String) -> [String] {
    let files = FileManager.default
    return ((try? files.contentsOfDirectory(atPath: root)) ?? []).sorted().filter { name in
      !name.hasPrefix(".") && files.fileExists(atPath: "\(root)/\(name)/index.html")
    }
  }

  /// A report as the API gives it. Reads the disk.
  static func value(_ name: String, _ root: String) -> JSONValue {
    let facts = try? FileManager.default.attributesOfItem(atPath: "\(root)/\(name)/index.html")
    let written = facts?[.modificationDate] as? Date
    let report = FileManager.default.contents(atPath: "\(root)/\(name)/report.json")
      .flatMap { try? JSONDecoder().decode(JSONValue.self, from: $0) }
    var (films, matching) = (0, 0)
    if case .array(let documents)? = report?["documents"] {
      films = documents.count
      matching = documents.count { $0["state"] == .string("match") }
    }
    let escaped = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? name
    return [
      "name": .string(name), "films": .integer(films), "matching": .integer(matching),
      "url": .string("/api/v1/golden-reports/\(escaped)/index.html"),
      "written_at": .time(written.map { Int64($0.timeIntervalSince1970 * 1000) }),
    ]
  }

  private func file(_ request: Request, _ parts: [String]) async throws -> Response {
    _ = try QueryReader(request)
    let missing = Problem.notFound("there is no such file of a report")
    guard let root = backend.goldenReports else { throw missing }
    let path = parts.joined(separator: "/")
    let type = Self.types[(path as NSString).pathExtension.lowercased()]
    guard let type, !parts[0].hasPrefix(".") else { throw missing }
    let bytes = try await NIOThreadPool.singleton.runIfActive { () -> ByteBuffer? in
      // Follows no links and goes nowhere but down.
      guard let folder = try? AssetRoot(path: root), (try? folder.open(path)) != nil,
        let place = try? folder.location(of: path),
        let handle = FileHandle(forReadingAtPath: place)
      else { return nil }
      defer { try? handle.close() }
      guard let data = try? handle.read(upToCount: Self.limit + 1), data.count <= Self.limit else {
        return nil
      }
      return ByteBuffer(data: data)
    }
    guard let bytes else { throw missing }
    return Response(
      status: .ok,
      headers: [
        .contentType: type, .cacheControl: "no-cache", .xContentTypeOptions: "nosniff",
        .contentSecurityPolicy:
          "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'",
      ], body: ResponseBody(byteBuffer: bytes))
  }

  private static let types = [
    "html": "text/html; charset=utf-8", "json": "application/json", "png": "image/png",
    "jpg": "image/jpeg", "txt": "text/plain; charset=utf-8",
  ]
}
