internal import Foundation

/// How a worker works.
public struct WorkerOptions: Sendable {
  /// The node's folder, for unfinished films and the workers' marks.
  public var folder: String
  /// Jobs at the same time.
  public var jobs: Int
  /// What a child is started with.
  public var executable: String
  public var arguments: [String]
  public var limits = ChildLimits()
  /// A render that does not move for longer than this, and than 20 of its frames take, is ended.
  public var patience: Duration = .seconds(30)
  /// How often a lease is renewed and progress written.
  public var heartbeat: Duration = .seconds(1)
  /// How long an idle slot waits before it looks by itself.
  public var poll: Duration = .seconds(1)
  /// How long a child with nothing to do is kept, which has a document's files open, for jobs of the same document.
  public var idle: Duration = .seconds(10)
  /// Waiting before another attempt at a job, in milliseconds; nil for the queue's own.
  public var retryDelaysMS: [Int64]?
  /// How long others leave this worker a job that it does not renew, in milliseconds; nil for the queue's own.
  public var leaseMS: Int64?
  /// End when the queue holds nothing that is to be done.
  public var untilEmpty = false

  public init(folder: String, jobs: Int, executable: String, arguments: [String]) {
    (self.folder, self.jobs, self.executable, self.arguments) = (
      folder, jobs, executable, arguments
    )
  }
}

/// What happens in a worker, for those who watch it.
public enum WorkerNews: Sendable {
  case began(id: String, jobs: Int)
  case started(label: String, attempt: Int)
  case finished(label: String, seconds: Double, frames: Int)
  case failed(label: String, code: String, message: String, isRetried: Bool)
  case lost(label: String)
  case draining(running: Int)
  /// The database or the disk failed; the worker goes on when it can.
  case trouble(String)
  /// The system does not allow children to leave the network.
  case hasNetwork
  case ended(done: Int, failed: Int)
}
