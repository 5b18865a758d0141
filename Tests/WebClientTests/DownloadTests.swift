import Foundation
import TestServers
import Testing
import WebClient

@Suite struct DownloadTests {
  private let web = WebClientTests.web

  private func kind(_ work: () async throws -> Void) async -> WebFailure.Kind? {
    do { try await work() } catch { return (error as? WebFailure)?.kind }
    return nil
  }

  @Test("a file arrives whole, with its type and length")
  func whole() async throws {
    let folder = try Folder()
    let body = String(repeating: "0123456789", count: 100_000)
    let server = ScriptedServer([
      .init(status: 200, headers: ["Content-Type": "Video/MP4; codecs=x"], body: body)
    ])
    try await server.serving { address in
      let download = try await web.download(address, to: folder.path("out")).get()
      #expect(download.bytes == 1_000_000)
      #expect(download.contentType == "video/mp4")
    }
    #expect(try Data(contentsOf: folder.url("out")) == Data(body.utf8))
    #expect(folder.names == ["out"])
  }

  @Test("a redirect to another host does not get the key, one to the same host does")
  func redirects() async throws {
    let folder = try Folder()
    let target = ScriptedServer([.init(status: 200, body: "there")])
    try await target.serving { there in
      let server = ScriptedServer([
        .init(status: 302, headers: ["Location": "/second"]),
        .init(status: 307, headers: ["Location": there + "/third"]),
      ])
      try await server.serving { address in
        _ = try await web.download(
          address + "/first", headers: [("Authorization", "key")], to: folder.path("out")
        ).get()
      }
      #expect(server.requests.map(\.path) == ["/first", "/second"])
      #expect(server.requests.allSatisfy { $0.header("authorization") == "key" })
    }
    #expect(target.requests.map(\.path) == ["/third"])
    #expect(target.requests[0].header("authorization") == nil)
    #expect(try String(contentsOf: folder.url("out"), encoding: .utf8) == "there")
  }

  @Test(
    "redirects that go on for ever, or lead to files, end with an error",
    arguments: ["/again", "file:///etc/passwd", "ftp://host/x", "http://"])
  func endless(location: String) async throws {
    let folder = try Folder()
    let server = ScriptedServer([.init(status: 302, headers: ["Location": location])])
    try await server.serving { address in
      #expect(
        await kind { _ = try await web.download(address, to: folder.path("out")) } == .badAddress)
    }
    #expect(server.requests.count <= 6)
    #expect(folder.names.isEmpty)
  }

  @Test("without redirects allowed, one is given back as it came")
  func noRedirects() async throws {
    let folder = try Folder()
    let server = ScriptedServer([.init(status: 302, headers: ["Location": "/again"])])
    try await server.serving { address in
      switch try await web.download(address, to: folder.path("out"), redirects: 0) {
      case .success: Issue.record("it was followed")
      case .failure(let refused): #expect(refused.reply.status == 302)
      }
    }
    #expect(server.requests.count == 1)
  }

  @Test("another answer than the file is given back, its body cut, and nothing is written")
  func refused() async throws {
    let folder = try Folder()
    let server = ScriptedServer([
      .init(status: 403, body: String(repeating: "x", count: 200_000))
    ])
    try await server.serving { address in
      switch try await web.download(address, to: folder.path("out")) {
      case .success: Issue.record("it was taken")
      case .failure(let refused):
        #expect(refused.reply.status == 403)
        #expect(refused.reply.body.count == 64 << 10)
      }
    }
    #expect(folder.names.isEmpty)
  }

  @Test("a file that ends too soon, or is too large, does not appear, and what was there stays")
  func broken() async throws {
    let folder = try Folder()
    try Data("old".utf8).write(to: folder.url("out"))
    let body = String(repeating: "0123456789", count: 1000)
    let cut = ScriptedServer([.init(status: 200, body: body, cut: 500)])
    try await cut.serving { address in
      let failure = await #expect(throws: WebFailure.self) {
        _ = try await web.download(address, to: folder.path("out"))
      }
      #expect(failure?.kind == .broken)
      #expect(failure?.message.contains("ends before") == true, "\(failure?.message ?? "")")
    }
    let large = ScriptedServer([.init(status: 200, body: body)])
    try await large.serving { address in
      #expect(
        await kind { _ = try await web.download(address, to: folder.path("out"), limit: 9999) }
          == .tooLarge)
    }
    #expect(folder.names == ["out"])
    #expect(try String(contentsOf: folder.url("out"), encoding: .utf8) == "old")
  }

  @Test("a place that cannot be written to is told as such")
  func unwritable() async throws {
    let folder = try Folder()
    try FileManager.default.createDirectory(
      atPath: folder.path("folder"), withIntermediateDirectories: true)
    try Data("x".utf8).write(to: folder.url("folder/in"))
    let server = ScriptedServer([.init(status: 200, body: "content")])
    try await server.serving { address in
      for path in [folder.path("no/such/folder/out"), folder.path("folder")] {
        #expect(await kind { _ = try await web.download(address, to: path) } == .file)
      }
    }
    #expect(folder.names == ["folder"])
    #expect(FileManager.default.fileExists(atPath: folder.path("folder/in")))
  }

  @Test("a service that falls silent in the middle is given up")
  func silence() async throws {
    let folder = try Folder()
    let impatient = WebClient(downloadSilence: .milliseconds(200))
    let server = ScriptedServer([.init(status: 200, body: "late", delay: .milliseconds(900))])
    try await server.serving { address in
      #expect(
        await kind { _ = try await impatient.download(address, to: folder.path("out")) }
          == .timedOut)
    }
    #expect(folder.names.isEmpty)
  }
}
