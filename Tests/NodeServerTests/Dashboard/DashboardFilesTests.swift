import Foundation
import Testing

@testable import NodeServer

/// The files as they lie in the repository, in the program, and in answers.
@Suite struct DashboardFilesTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Sources/NodeServer/Dashboard/Files")

  private static func source(_ name: String) throws -> String {
    String(
      decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
  }

  private static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("every file of the folder is served as it is, and nothing else")
  func complete() throws {
    let names = try Self.names().filter { $0 != "index.html" }
    #expect(Set(names) == Set(DashboardFiles.shared.files.keys))
    for name in names {
      let file = try #require(DashboardFiles.shared.files[name])
      #expect(String(decoding: file.bytes, as: UTF8.self) == (try Self.source(name)), "\(name)")
    }
  }

  /// The keys of a dictionary's file.
  private static func keys(_ language: String) throws -> [String] {
    try source(language + ".js").split(separator: "\n").compactMap { line in
      line.firstMatch(of: #/^  ([A-Za-z_0-9]+): ["{]/#).map { String($0.1) }
    }
  }

  @Test("both dictionaries have the same keys once, and the same values to fill in")
  func dictionaries() throws {
    let (english, korean) = (try Self.keys("en"), try Self.keys("ko"))
    #expect(english.count > 300)
    #expect(Set(english).count == english.count)
    #expect(Set(korean).count == korean.count)
    #expect(Set(english).symmetricDifference(korean) == [])
    func places(_ language: String) throws -> [String: Set<String>] {
      var found: [String: Set<String>] = [:]
      for line in try Self.source(language + ".js").split(separator: "\n") {
        guard let key = line.firstMatch(of: #/^  ([A-Za-z_0-9]+): /#)?.1 else { continue }
        let names = line.matches(of: /\{([a-z]+)\}/).map { String($0.1) }
        // A text in the singular may leave its number out.
        found[String(key)] = Set(names)
      }
      return found
    }
    #expect(try places("en") == (try places("ko")))
  }

  @Test("every text that a page asks for is there, and every text is asked for")
  func texts() throws {
    let keys = Set(try Self.keys("en"))
    var used: Set<String> = []
    var beginnings: Set<String> = []
    for name in try Self.names() where name.hasSuffix(".js") && name != "en.js" && name != "ko.js" {
      let text = try Self.source(name)
      // Keys stand as texts in the pages: in calls, and in tables of them.
      for match in text.matches(of: /"([A-Za-z][A-Za-z_0-9]*)"/) { used.insert(String(match.1)) }
      for match in text.matches(of: /\bt\("([A-Za-z][A-Za-z_0-9]*)"[,)]/) {
        #expect(keys.contains(String(match.1)), "\(name): \(match.1)")
      }
      for match in text.matches(of: /"([A-Za-z]+_)" \+/) { beginnings.insert(String(match.1)) }
    }
    let idle = keys.filter { key in
      !used.contains(key) && !beginnings.contains { key.hasPrefix($0) }
    }
    #expect(idle == [])
  }

  @Test("no file reads HTML of data, runs text as a script, or leads elsewhere")
  func safe() throws {
    for name in try Self.names() {
      let text = try Self.source(name)
      for word in [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
        "srcdoc", "DOMParser",
      ] {
        #expect(!text.contains(word), "\(name) has \(word)")
      }
      for match in text.matches(of: /https?:\/\/[^"'\s)]+/) {
        #expect(match.0 == "http://www.w3.org/2000/svg", "\(name): \(match.0)")
      }
    }
    #expect(!(try Self.source("index.html")).contains("<style"))
    #expect(!(try Self.source("index.html")).contains(" style="))
  }

  @Test("files are answered with their types and tags, kept for good, and not sent twice")
  func answers() async throws {
    let node = try TestNode()
    try await node.serving { client in
      let version = DashboardFiles.shared.version
      for path in ["/", "/ui/projects", "/ui/projects/a%20b", "/ui/runs?state=failed"] {
        let page = try await client.get(path)
        #expect(page.status == 200, "\(path)")
        #expect(page.header("Content-Type") == "text/html; charset=utf-8")
        #expect(page.header("Cache-Control") == "no-cache")
        #expect(page.text.contains("/ui/files/\(version)/app.js"))
        let policy = try #require(page.header("Content-Security-Policy"))
        #expect(policy.contains("default-src 'none'"))
        #expect(!policy.contains("unsafe"))
      }
      let types = [
        "app.js": "text/javascript; charset=utf-8", "base.css": "text/css; charset=utf-8",
        "mark.svg": "image/svg+xml",
      ]
      for (name, type) in types {
        let path = "/ui/files/\(version)/\(name)"
        let file = try await client.get(path)
        #expect(file.status == 200)
        #expect(file.header("Content-Type") == type)
        #expect(file.header("Cache-Control")?.contains("immutable") == true)
        let tag = try #require(file.header("ETag"))
        let again = try await client.get(path, [("If-None-Match", "\"other\", W/\(tag)")])
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
        let head = try await client.ask("HEAD", path)
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
      }
      // A page of an earlier program still finds its files.
      #expect(try await client.get("/ui/files/0/app.js").header("Cache-Control") == "no-cache")
      for path in ["/ui/files/\(version)/none.js", "/ui/files/\(version)/..%2Fapp.js", "/ui/files"]
      {
        let answer = try await client.get(path)
        #expect(answer.status == 404, "\(path)")
        #expect(answer.header("Content-Type") == "application/problem+json")
      }
      #expect(try await client.get("/favicon.ico").status == 200)
    }
  }
}
