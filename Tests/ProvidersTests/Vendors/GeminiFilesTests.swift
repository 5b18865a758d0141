import Foundation
import Providers
import TestServers
import TestSupport
import Testing
import WebClient

@Suite struct GeminiFilesTests {
  private let web = GoogleDesk.web
  private let folder: TempFolder

  init() throws { folder = try TempFolder() }

  private func write(
    _ size: Int = 900, _ change: (inout GeminiServer.Settings) -> Void = { _ in },
    uploads: Int64 = 100
  ) async throws -> (Result<Made<Script>, any Error>, GeminiServer, [UInt8]) {
    var settings = GeminiServer.Settings()
    change(&settings)
    let server = GeminiServer(key: GoogleDesk.key.value, settings)
    let (request, bytes) = try GoogleDesk.pdfBrief(folder, size: size)
    let outcome = try await server.serve { base in
      var configuration = GeminiScriptWriter.Configuration(
        account: GoogleDesk.account(base), models: GoogleModels("gemini-test", setting: "s"))
      configuration.filePolling = Polling(waitsMS: [1], deadlineMS: 30)
      configuration.fileTimeout = .seconds(600)
      configuration.inlineLimit = uploads
      configuration.sizeLimit = 10_000
      configuration.uploadPiece = 2048
      let writer = GeminiScriptWriter(configuration, web: web)
      do {
        return Result<Made<Script>, any Error>.success(
          try await writer.write(request, GoogleDesk.call(folder)))
      } catch {
        return .failure(error)
      }
    }
    return (outcome, server, bytes)
  }

  @Test func aLargeFileIsUploadedUsedAndDeleted() async throws {
    let (outcome, server, bytes) = try await write()
    let script = try outcome.get().value
    #expect(script.scenes[0].narration == "Page one of \(Wire.digest(bytes)) is told.")
    #expect(server.uploads == 1 && server.deleted == ["k3v9s0"] && server.paid == 1)
    #expect(server.faults.isEmpty)
  }

  @Test func aFileOfSeveralPiecesArrivesWhole() async throws {
    let (outcome, server, bytes) = try await write(4101)
    let script = try outcome.get().value
    #expect(script.scenes[0].narration == "Page one of \(Wire.digest(bytes)) is told.")
    #expect(server.requests.count { $0.path.hasPrefix("/send/") } == 3)
  }

  @Test("a piece whose answer says nothing is sent again", arguments: [true, false])
  func lostPiece(knowsQuery: Bool) async throws {
    let (outcome, server, _) = try await write {
      $0.lostPieces = 2
      $0.knowsQuery = knowsQuery
    }
    #expect(try outcome.get().value.scenes.count == 2)
    #expect(server.faults.isEmpty && server.paid == 1)
  }

  @Test func anUploadThatNeverSucceedsIsGivenUp() async throws {
    let (outcome, server, _) = try await write { $0.lostPieces = 1000 }
    #expect(try await providerError { try outcome.get() }.kind == .retry)
    #expect(server.paid == 0)
  }

  @Test func aFileThatIsNotReadyIsWaitedFor() async throws {
    let (outcome, _, _) = try await write { $0.processing = 3 }
    #expect(try outcome.get().value.scenes.count == 2)
    let (never, server, _) = try await write { $0.processing = 1000 }
    #expect(try await providerError { try never.get() }.kind == .retry)
    #expect(server.paid == 0)
  }

  @Test func aFileThatTheServiceCannotReadIsPermanent() async throws {
    let (outcome, server, _) = try await write { ($0.processing, $0.failsFiles) = (1, true) }
    let error = try await providerError { try outcome.get() }
    #expect(error.kind == .permanent && error.reason.contains("encrypted"))
    #expect(server.paid == 0)
  }

  @Test func anExpiredFileIsUploadedOnceMore() async throws {
    let (outcome, server, _) = try await write { $0.expired = 1 }
    #expect(try outcome.get().value.scenes.count == 2)
    #expect(server.uploads == 2 && server.paid == 1)
    let (always, _, _) = try await write { $0.expired = 100 }
    #expect(try await providerError { try always.get() }.kind == .retry)
  }

  @Test func aFileThatIsTooLargeChangedOrGoneIsNotSent() async throws {
    let (outcome, server, _) = try await write(10_001)
    let error = try await providerError { try outcome.get() }
    #expect(error.kind == .permanent && error.code == "too_large")
    #expect(server.requests.isEmpty)
    let writer = GeminiScriptWriter(
      GeminiScriptWriter.Configuration(
        account: GoogleDesk.account("http://127.0.0.1:9"), models: GoogleModels("m", setting: "s")),
      web: web)
    var (request, _) = try GoogleDesk.pdfBrief(folder)
    request.sha256 = String(repeating: "0", count: 64)
    let changed = try await providerError {
      try await writer.write(request, GoogleDesk.call(folder))
    }
    #expect(changed.kind == .permanent && changed.code == "changed")
    request.path = folder.file("none.pdf")
    let gone = try await providerError { try await writer.write(request, GoogleDesk.call(folder)) }
    #expect(gone.kind == .permanent && gone.code == "file")
  }

  @Test func aBodyAboveTheLimitIsRefusedForGood() async throws {
    let (outcome, _, _) = try await write(5000, { $0.bodyLimit = 3000 }, uploads: 1 << 20)
    #expect(try await providerError { try outcome.get() }.kind == .permanent)
  }
}
