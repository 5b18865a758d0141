internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Jobs
internal import NIOCore
internal import NIOHTTP1
internal import Storage
internal import Workflows

extension Problem {
  /// An error of the node's as a problem. What nobody foresaw is a 500 that tells no more than that: its text may name
  /// files, and stands in the log.
  init(_ error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let error as QueueError: self.init(error)
    case let error as InvalidRun:
      self.init(error.isMissing ? .notFound : .conflict, told: "\(error)")
    case let error as StorageError: self.init(error)
    case let error as any HTTPResponseError: self.init(plain: error.status)
    case is HTTPParserError:
      self.init(
        .badRequest, "the body is not as HTTP/1.1 has it", headers: [.connection: "close"])
    case is CancellationError:
      self.init(
        .serviceUnavailable, "the node is ending", advice: "try again in a moment",
        headers: [.retryAfter: "2"])
    case let error as CocoaError where error.code == .fileWriteOutOfSpace:
      self.init(StorageError(.diskFull, "the disk of the node's folder is full"))
    default:
      self.init(
        .internalServerError, "something failed in the node",
        advice: "look at the node's messages of this moment")
    }
  }

  private init(_ error: QueueError) {
    switch error {
    case .noSuchJob: self.init(.notFound, told: "\(error)")
    case .ambiguousID, .impossible: self.init(.badRequest, told: "\(error)")
    case .wrongState, .notAFilm: self.init(.conflict, told: "\(error)", name: .wrongState)
    case .quarantined: self.init(.conflict, told: "\(error)", name: .quarantined)
    }
  }

  /// Paths stay in the node.
  private init(_ error: StorageError) {
    switch error.kind {
    case .busy, .diskFull:
      self.init(.serviceUnavailable, told: error.message, name: .storage)
      headers[.retryAfter] = "5"
    case .asset: self.init(.notFound, told: error.message)
    default:
      self.init(
        .internalServerError, "the node's records cannot be used",
        advice: "look at the node's messages of this moment")
    }
  }

  /// What the server's library answers by itself.
  init(plain status: HTTPResponse.Status) {
    switch status {
    case .notFound: self = .notFound()
    case .contentTooLarge:
      self.init(status, "the body is larger than this address takes")
    default: self.init(status, "the request cannot be fulfilled")
    }
  }
}

extension HTTPField.Name {
  static var retryAfter: HTTPField.Name { HTTPField.Name("Retry-After")! }
}
