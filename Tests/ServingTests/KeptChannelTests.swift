import HummingbirdCore
import Logging
import NIOCore
import NIOEmbedded
import Testing

@testable import Serving

@Suite struct KeptChannelTests {
  @Test("a connection that nobody handles any more is closed, and ends no process")
  func dropped() throws {
    let channel = EmbeddedChannel()
    let kept = KeptChannel(HTTP1Channel(responder: { _, _, _ in }))
    var connection: KeptChannel.Connection? =
      try kept.setup(channel: channel, logger: Logger(label: "test")).wait()
    #expect(connection?.channel === channel)
    connection = nil
    // Now the handler lets go of its writer.
    channel.pipeline.fireChannelActive()
    channel.embeddedEventLoop.run()
    #expect(!channel.isActive)
    try channel.closeFuture.wait()
  }

  @Test("a connection that is handled stays open")
  func held() throws {
    let channel = EmbeddedChannel()
    let kept = KeptChannel(HTTP1Channel(responder: { _, _, _ in }))
    let connection = try kept.setup(channel: channel, logger: Logger(label: "test")).wait()
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    channel.embeddedEventLoop.run()
    #expect(channel.isActive)
    withExtendedLifetime(connection) {}
    try channel.close().wait()
  }
}
