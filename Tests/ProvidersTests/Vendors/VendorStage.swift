import Foundation
import Providers
import TestServers
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

/// Small real media for services: what they are sent and what they make.
enum VendorMedia {
  static func files(_ script: [ResultFiles.Behaviour] = []) throws -> ResultFiles {
    ResultFiles(
      mp4: try readBytes(ClipForge.talking("result.mp4")),
      webm: try readBytes(ClipForge.alphaWebM()), script: script)
  }

  /// One second of sound.
  static func avatar(
    _ change: (inout AvatarRequest) -> Void = { _ in }
  ) throws -> AvatarRequest {
    var request = AvatarRequest(
      audioPath: try ClipForge.tone("speech.mp3"), audioSHA256: String(repeating: "ab", count: 32),
      duration: 1, width: 1280, height: 720, rate: 30, language: "en")
    change(&request)
    return request
  }
}

extension Started {
  /// The job that was begun.
  var job: VendorJob {
    get throws {
      guard case .job(let job) = self else { throw CancellationError() }
      return job
    }
  }
}
