import RemoteFunctions
import Testing

@Suite struct RegistrationAPITests {
  private static let body = Array(
    #"{"appname":"studio","url":"http://127.0.0.1:9100/api/inngest","functions":[]}"#.utf8)

  private func api(_ keys: SigningKeys? = nil, kind: String = "dev") -> RegistrationAPI {
    RegistrationAPI(keys: keys, serverKind: kind) { "{\"ok\":true,\"name\":\"\($0.name)\"}" }
  }

  @Test("a registration is passed on and answered")
  func passes() async throws {
    let answer = try await api().receive(expectedServerKind: "dev", body: Self.body)
    #expect(answer.status == 200)
    #expect(String(decoding: answer.body, as: UTF8.self) == #"{"ok":true,"name":"studio"}"#)
    #expect(answer.headers.contains(.init("x-inngest-server-kind", "dev")))
  }

  @Test("an app that expects another kind of server is refused")
  func kind() async throws {
    let answer = try await api().receive(expectedServerKind: "cloud", body: Self.body)
    #expect(answer.status == 400)
    #expect(String(decoding: answer.body, as: UTF8.self).contains("INNGEST_DEV"))
  }

  @Test("keys are asked for, and nothing of a body is looked at without one")
  func keys() async throws {
    let key = try SigningKey("signkey-test-12345678")
    let api = api(SigningKeys(key), kind: "cloud")
    #expect(try await api.receive(body: Array("x".utf8)).status == 401)
    #expect(try await api.receive(authorization: "Bearer 00", body: Self.body).status == 401)
    let answer = try await api.receive(authorization: "Bearer \(key.hash)", body: Self.body)
    #expect(answer.status == 200)
  }

  @Test("a registration that makes no sense is refused with the reason")
  func bad() async throws {
    let answer = try await api().receive(body: Array("{}".utf8))
    #expect(answer.status == 400)
    let body = try JSONValue(parsing: answer.body)
    #expect(body["error"]?.string?.contains("'appName' is missing") == true)
  }
}
