import Foundation
import Providers
import TestSupport
import Testing
import WebClient

/// What every test of a service needs: a folder, an attempt, and the error that a call ends with.
struct VendorStage {
  let folder: TempFolder
  let call: ProviderCall

  /// `age`: how long ago the attempt was noted, in milliseconds.
  init(id: String = "01JD0000000000000000000001", age: Int64 = 0) throws {
    folder = try TempFolder()
    call = ProviderCall(
      id: id, startedAt: Int64(Date().timeIntervalSince1970 * 1000) - age, folder: folder.path)
  }

  var files: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }
}

/// The error of `work`, of which nothing shows `secrets`.
func providerError<Value>(
  hiding secrets: [String] = [], sourceLocation: SourceLocation = #_sourceLocation,
  _ work: () async throws -> Value
) async throws -> ProviderError {
  do {
    _ = try await work()
  } catch let error as ProviderError {
    let stored = String(decoding: try JSONEncoder().encode(error), as: UTF8.self)
    for shown in ["\(error)", String(reflecting: error), stored] {
      for secret in secrets {
        #expect(!shown.contains(secret), "a key is shown", sourceLocation: sourceLocation)
      }
    }
    #expect(!error.reason.isEmpty && !error.advice.isEmpty, sourceLocation: sourceLocation)
    return error
  }
  Issue.record("no error came", sourceLocation: sourceLocation)
  throw CancellationError()
}
