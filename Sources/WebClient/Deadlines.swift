internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPCompression
internal import NIOPosix

/// Ends `work` when the time is up.
func withDeadline<Value: Sendable>(
  _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value?.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let value = first else { throw TimeIsUp() }
    return value
  }
}

struct TimeIsUp: Error {}

/// Makes `WebFailure` of the library's errors: what matters is whether the request was sent.
func translating<Value>(_ host: String, _ work: () async throws -> Value) async throws -> Value {
  do {
    return try await work()
  } catch let error as WebFailure {
    throw error
  } catch is CancellationError {
    throw CancellationError()
  } catch is TimeIsUp {
    throw WebFailure(.timedOut, "\(host) did not answer in time")
  } catch let error as HTTPClientError {
    switch error {
    case .cancelled where Task.isCancelled: throw CancellationError()
    case .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout:
      throw WebFailure(.notSent, "\(host) cannot be reached: no connection in time")
    case .invalidURL, .emptyHost, .emptyScheme:
      throw WebFailure(.badAddress, "'\(host)' is no address of a service")
    case .readTimeout, .deadlineExceeded:
      throw WebFailure(.timedOut, "\(host) did not answer in time")
    default:
      throw WebFailure(.broken, "\(host): the connection broke (\(error.shortDescription))")
    }
  } catch let error as NIOConnectionError {
    throw WebFailure(.notSent, "\(host) cannot be reached: \(error.reason)")
  } catch let error as IOError where error.isBeforeConnecting {
    throw WebFailure(.notSent, "\(host) cannot be reached: \(error.reason)")
  } catch let error as NIOHTTPDecompression.DecompressionError {
    throw WebFailure(
      .tooLarge, "\(host): the reply cannot be unpacked, or is far too long (\(error))")
  } catch HTTPParserError.invalidEOFState {
    throw WebFailure(.broken, "\(host): the reply ends before it is whole")
  } catch let error as HTTPParserError {
    throw WebFailure(.broken, "\(host): the reply is no HTTP (\(error))")
  } catch {
    let text = "\(error)"
    // Errors of TLS and of connecting, before anything of the request was sent.
    if text.contains("connect") || text.contains("handshake") || text.contains("CERTIFICATE") {
      throw WebFailure(.notSent, "\(host) cannot be reached: \(text.prefix(120))")
    }
    throw WebFailure(.broken, "\(host): the connection broke (\(text.prefix(120)))")
  }
}

extension NIOConnectionError {
  /// In a few words, without those of the library around it.
  fileprivate var reason: String {
    if let error = dnsAError ?? dnsAAAAError, connectionErrors.isEmpty { return "\(error)" }
    guard let error = connectionErrors.first?.error else { return "refused" }
    return (error as? IOError)?.reason ?? "\(error)"
  }
}

extension IOError {
  fileprivate var isBeforeConnecting: Bool {
    [ECONNREFUSED, ENETUNREACH, EHOSTUNREACH].contains(errnoCode)
  }

  fileprivate var reason: String {
    switch errnoCode {
    case ECONNREFUSED: "connection refused"
    case ECONNRESET: "connection reset"
    case ENETUNREACH, EHOSTUNREACH: "there is no way to it"
    case ETIMEDOUT: "no connection in time"
    case EACCES, EPERM: "connecting is not permitted"
    default: "error \(errnoCode) of the system"
    }
  }
}
