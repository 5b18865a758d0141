import Foundation
import Hummingbird
import Jobs
import SceneDocument
import Storage
import Synchronization
import TestServers
import TestSupport
import Testing

@testable import NodeServer

@Suite struct CloudRouteTests {
  private static func payload(_ background: String, _ avatar: String) -> String {
    #"{"projectId": "p1", "scenes": [{"sceneId": "s1", "backgroundUrl": "\#(background)", "avatarUrl": "\#(avatar)", "duration": 2}]}"#
  }

  @Test("addresses of this machine and of private networks are refused, and told where")
  func privates() async throws {
    try await ProductBench.node().serving { client in
      for url in [
        "http://127.0.0.1:\(client.port)/health", "http://localhost/x.mp4", "http://[::1]/x",
        "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/x.mp4",
      ] {
        let answer = try await client.post("/merge-scenes", Self.payload(url, url))
        #expect(answer.status == 422, "\(url): \(answer.text)")
        #expect(answer.text.contains("/scenes/0/"))
        #expect(answer.text.contains("not public"))
      }
      #expect(try await client.get("/api/v1/render-jobs").json["items"] == [])
    }
  }

  @Test("a payload that is none is told what is wrong with it")
  func broken() async throws {
    try await ProductBench.node().serving { client in
      let cases = [
        "[]", "{}", #"{"projectId": "p"}"#, #"{"projectId": 7, "scenes": []}"#,
        #"{"projectId": "p", "scenes": 7}"#, #"{"projectId": "p", "scenes": [7]}"#,
        #"{"projectId": "p", "scenes": []}"#, Self.payload("clips/a.mp4", "b.mp4"),
        Self.payload("file:///etc/passwd", "b"), Self.payload("undefined", "undefined"),
      ]
      for body in cases {
        let answer = try await client.post("/merge-scenes", body)
        #expect(answer.status == 422, "\(body): \(answer.text)")
        #expect(answer.header("content-type") == "application/problem+json")
      }
      #expect(try await client.post("/merge-scenes", "{").status == 400)
      #expect(try await client.get("/merge-scenes").status == 405)
    }
  }

  @Test("a file that cannot be fetched now is asked for again under the same key")
  func fetchedLater() async throws {
    let node = try ProductBench.node { $0.allowsPrivateAddresses = true }
    let clip = try readBytes(ClipForge.plain())
    let isUp = Mutex(false)
    try await node.serving { client in
      try await withTestServer({ _ in
        isUp.withLock { $0 }
          ? Response(status: .ok, body: .init(byteBuffer: .init(bytes: clip)))
          : Response(status: .serviceUnavailable)
      }) { base in
        let body = Self.payload(base + "/clip", base + "/clip")
        let headers = [("Prefer", "respond-async"), ("Idempotency-Key", "k")]
        let refused = try await client.post("/merge-scenes", body, headers)
        #expect(refused.status == 502)
        #expect(refused.text.contains("503") && refused.text.contains("/scenes/0/"))
        isUp.withLock { $0 = true }
        #expect(try await client.post("/merge-scenes", body, headers).status == 202)
      }
      let nobody = "http://127.0.0.1:1/clip"
      let gone = try await client.post("/merge-scenes", Self.payload(nobody, nobody))
      #expect(gone.status == 502)
    }
  }

  @Test("files are fetched once and the film is queued; its files go when it has ended")
  func queued() async throws {
    let node = try ProductBench.node { $0.allowsPrivateAddresses = true }
    try await node.serving { client in
      let picture = try await node.backend.assets.put(
        Data(try readBytes(ClipForge.plain())))
      let url = "\(client.address)/api/v1/assets/\(picture)"
      let answer = try await client.post(
        "/merge-scenes", Self.payload(url, url), [("Prefer", "respond-async")])
      #expect(answer.status == 202, "\(answer.text)")
      let status = try #require(answer.json["statusUrl"]?.text)
      #expect(answer.header("location") == status)
      #expect(try await client.get(status).json["label"] == "p1")
      let folder = node.folder.path + "/cloud"
      let there = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(there.count == 2)
      _ = try await client.post(status + "/cancel", nil)
      // The next payload clears up.
      let broken = try await client.post(
        "/merge-scenes", Self.payload("\(client.address)/none", "\(client.address)/none"))
      #expect(broken.status == 422)
      #expect(broken.text.contains("404"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
    }
  }
}
