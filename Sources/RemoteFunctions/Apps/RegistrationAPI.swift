internal import Workflows

/// Takes apps' registrations, as SDKs send them.
public struct RegistrationAPI: Sendable {
  private let keys: SigningKeys?
  private let serverKind: String
  private let register: @Sendable (AppRegistration) async throws -> String

  /// `keys`: what apps have to show; nil asks for nothing. `serverKind` is `dev` or `cloud`. `register` stores what an app
  /// says and gives the answer's JSON.
  public init(
    keys: SigningKeys?, serverKind: String,
    register: @escaping @Sendable (AppRegistration) async throws -> String
  ) {
    (self.keys, self.serverKind, self.register) = (keys, serverKind, register)
  }

  /// `POST /fn/register[?deployId=…]`, with the headers `Authorization` and `X-Inngest-Expected-Server-Kind`. Throws what
  /// the database does.
  public func receive(
    authorization: String? = nil, expectedServerKind: String? = nil, deployID: String? = nil,
    body: [UInt8]
  ) async throws -> IntakeAnswer {
    if let keys, !keys.accepts(authorization: authorization ?? "") {
      return refuse(
        401, "the signing key is not known\n  → set INNGEST_SIGNING_KEY of the app to the server's")
    }
    if let expected = expectedServerKind?.lowercased(), !expected.isEmpty, expected != serverKind {
      return refuse(
        400,
        "the app expects a server of kind '\(expected)', and this one is '\(serverKind)'\n  → set or unset INNGEST_DEV of the app"
      )
    }
    do {
      let registration = try AppRegistration(parsing: body, deployID: deployID)
      return answer(200, .raw(try await register(registration)))
    } catch let error as RegistrationError {
      return refuse(400, error.description)
    } catch let error as InvalidFunction {
      return refuse(400, error.description)
    }
  }

  private func refuse(_ status: Int, _ error: String) -> IntakeAnswer {
    answer(status, JSONText(["error": .string(error), "status": .integer(status)]))
  }

  private func answer(_ status: Int, _ body: JSONText) -> IntakeAnswer {
    var answer = IntakeAnswer.json(status, body)
    answer.headers.append(.init("x-inngest-server-kind", serverKind))
    return answer
  }
}
