import Foundation
import HTTPTypes
import Hummingbird
import SceneDocument
import Testing

@testable import NodeServer

@Suite struct OpenAPITests {
  /// Routes that are files and not part of the API.
  private static let files: Set<String> = ["/", "/ui", "/ui/{file}", "/ui/**", "/favicon.ico"]

  private static func described() throws -> [String: JSONValue] {
    let text = PackageResources.openapi_json
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(text))
    guard case .object(let paths)? = document["paths"] else { return [:] }
    var found: [String: JSONValue] = [:]
    for path in paths {
      guard case .object(let methods) = path.value else { continue }
      for method in methods { found["\(method.key.uppercased()) \(path.key)"] = method.value }
    }
    return found
  }

  @Test("the description and the mounted routes are the same")
  func sameRoutes() throws {
    let server = try NodeService(try TestNode().backend)
    let mounted = server.router().routes.compactMap { route -> String? in
      let path = route.path.description
      return Self.files.contains(path) || route.method == .head
        ? nil : "\(route.method.rawValue) \(path)"
    }
    let described = Set(try Self.described().keys)
    let heads = described.filter { $0.hasPrefix("HEAD ") }
    #expect(Set(mounted).subtracting(described) == [])
    #expect(described.subtracting(heads).subtracting(mounted) == [])
  }

  @Test("each operation has an id of its own, an answer and the problems that any route may answer")
  func operations() throws {
    let operations = try Self.described()
    let ids = operations.values.compactMap { $0["operationId"]?.text }
    #expect(ids.count == operations.count)
    #expect(Set(ids).count == ids.count)
    for (name, operation) in operations {
      guard case .object(let answers)? = operation["responses"] else {
        Issue.record("\(name) has no answers")
        continue
      }
      let codes = Set(answers.map(\.key))
      #expect(!codes.isDisjoint(with: ["200", "201", "202", "204"]), "\(name)")
      #expect(
        codes.isSuperset(of: ["400", "401", "403", "404", "405", "421", "429", "500", "503"]))
    }
  }

  @Test("each kind of problem is described, and no others are")
  func problems() throws {
    let document = try JSONDecoder().decode(
      JSONValue.self, from: Data(PackageResources.openapi_json))
    guard case .object(let described)? = document["x-problems"] else {
      Issue.record("no problems are described")
      return
    }
    #expect(Set(described.map(\.key)) == Set(Problem.Name.allCases.map(\.rawValue)))
  }

  @Test("what the description refers to is there")
  func references() throws {
    let text = String(decoding: PackageResources.openapi_json, as: UTF8.self)
    let document = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    for match in text.matches(of: /"#\/components\/([A-Za-z]+)\/([A-Za-z]+)"/) {
      let found = document["components"]?[String(match.1)]?[String(match.2)]
      #expect(found != nil, "\(match.0)")
    }
  }
}
