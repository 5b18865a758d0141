public import HummingbirdCore
public import Logging
public import NIOCore
internal import NIOHTTPTypes

/// A connection of an HTTP/1.1 server that may be dropped unhandled.
///
/// A server that ends while somebody connects takes the connection and handles it no more. NIO ends the process when
/// the writer of such a connection goes without having been finished; here it stays until the connection is closed, and
/// who drops the connection closes it.
public struct KeptChannel: ServerChildChannel {
  private let base: HTTP1Channel

  public init(_ base: HTTP1Channel) { self.base = base }

  /// What one connection is handled by; letting go of it closes the connection.
  public final class Connection: ServerChildChannelValue {
    fileprivate let whole: HTTP1Channel.Value
    public var channel: any Channel { whole.channel }

    fileprivate init(_ whole: HTTP1Channel.Value) {
      self.whole = whole
      // Handlers are removed before that, and the writer is finished with its handler.
      whole.channel.closeFuture.whenComplete { _ in _ = whole }
    }

    deinit { whole.channel.close(promise: nil) }
  }

  public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
    base.setup(channel: channel, logger: logger).map(Connection.init)
  }

  public func handle(value: Connection, logger: Logger) async {
    await base.handle(value: value.whole, logger: logger)
  }
}

extension HTTPServerBuilder {
  /// HTTP/1.1, handled by `KeptChannel`.
  public static func kept(_ configuration: HTTP1Channel.Configuration = .init())
    -> HTTPServerBuilder
  {
    HTTPServerBuilder { responder in
      KeptChannel(HTTP1Channel(responder: responder, configuration: configuration))
    }
  }
}
