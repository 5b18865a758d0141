internal import Foundation
internal import Storage
internal import Workflows

/// An app that could not be asked for its functions.
public struct SyncError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}

extension RemoteApps {
  /// Asks the app that is served at `url` for its functions. In development it sends them to this server by itself,
  /// before it answers; with a signing key they are in its answer.
  ///
  /// Throws `SyncError` where the app does not answer or refuses, and what `register` throws.
  public func sync(_ url: String) async throws {
    guard AppURL(url) != nil else {
      throw SyncError(
        "'\(url)' is no http or https URL\n  → give the URL at which the app is served")
    }
    let value: JSONValue = ["url": .string(url)]
    let body = CanonicalJSON.bytes(of: value)
    var headers: [(name: String, value: String)] = [
      ("content-type", "application/json"), ("x-inngest-server-kind", settings.serverKind),
      ("x-inngest-sync-kind", settings.signingKeys == nil ? "out_of_band" : "in_band"),
    ]
    if let signature = settings.signature(of: body, now: clock.now) {
      headers.append(("x-inngest-signature", signature))
    }
    let reply = try await ask(
      AppCall(.put, url, headers: headers, body: body, timeout: .seconds(30)))
    if reply.header("x-inngest-sync-kind") == "in_band" {
      if let problem = settings.signatureProblem(of: reply, now: clock.now) {
        throw SyncError("\(url): \(problem)")
      }
      try await register(AppRegistration(inBandAnswer: reply.body))
    }
  }

  private func ask(_ call: AppCall) async throws -> AppReply {
    let reply: AppReply
    do {
      reply = try await caller.call(call)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw SyncError("\(call.url): \(error)\n  → start the app, or take it out")
    }
    guard (200...299).contains(reply.status), reply.header("x-inngest-sdk") != nil else {
      let value = try? JSONValue(parsing: reply.body)
      let reason = value?["message"]?.string ?? value?["code"]?.string ?? ""
      throw SyncError(
        "\(call.url): the app answered with status \(reply.status) \(reason)\n  → look whether it is served there, in the same mode (dev or cloud) and with the same key"
      )
    }
    return reply
  }
}
