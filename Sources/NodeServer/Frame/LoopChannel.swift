internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import Serving

/// A connection whose requests are handled on the thread that reads its socket.
///
/// A read of the API takes a fraction of a millisecond; waking other threads for it, at each step, costs more than the
/// read itself, and takes the time from renders that share the machine. What must not keep a connection waiting leaves
/// the thread: reading files and drawing by `Offload`, the database by its own threads, and requests that change things
/// by `NodeResponder`.
struct LoopChannel: ServerChildChannel {
  let base: KeptChannel

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<KeptChannel.Connection> {
    base.setup(channel: channel, logger: logger)
  }

  func handle(value: KeptChannel.Connection, logger: Logger) async {
    await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
      await base.handle(value: value, logger: logger)
    }
  }
}

/// Runs tasks on an event loop's thread.
private final class LoopExecutor: TaskExecutor {
  private let loop: any EventLoop

  init(_ loop: any EventLoop) { self.loop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    // A job cannot be kept in a closure as it is, and executors have no owner while they run one: the closure holds both.
    let job = UnownedJob(job)
    loop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

extension HTTPServerBuilder {
  /// HTTP/1.1, handled by `LoopChannel`.
  static func onLoop(_ configuration: HTTP1Channel.Configuration) -> HTTPServerBuilder {
    HTTPServerBuilder { responder in
      LoopChannel(
        base: KeptChannel(HTTP1Channel(responder: responder, configuration: configuration)))
    }
  }
}
