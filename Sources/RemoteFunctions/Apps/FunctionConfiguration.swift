/// A function of an app, as the app has registered it.
public struct FunctionConfiguration: Sendable, Equatable {
  public enum Trigger: Sendable, Equatable {
    /// A name, or a pattern that ends in `/*` or `.*`.
    case event(String, condition: Expression?)
    /// Up to `jitter` later, so that many do not come together.
    case cron(String, jitter: Duration?)
  }

  public struct Concurrency: Sendable, Equatable {
    public enum Scope: String, Sendable {
      case function = "fn"
      case environment = "env"
      case account
    }
    public var limit: Int
    public var key: Expression?
    public var scope: Scope
  }

  public struct RateLimit: Sendable, Equatable {
    public var limit: Int
    public var period: Duration
    public var key: Expression?
  }

  public struct Throttle: Sendable, Equatable {
    public var limit: Int
    public var period: Duration
    public var burst: Int
    public var key: Expression?
  }

  public struct Debounce: Sendable, Equatable {
    public var period: Duration
    public var timeout: Duration?
    public var key: Expression?
  }

  public struct Batch: Sendable, Equatable {
    public var maxSize: Int
    public var timeout: Duration
    public var key: Expression?
    public var condition: Expression?
  }

  public struct Singleton: Sendable, Equatable {
    public enum Mode: String, Sendable { case skip, cancel }
    public var mode: Mode
    public var key: Expression?
  }

  public struct Cancel: Sendable, Equatable {
    public var event: String
    public var condition: Expression?
    public var timeout: Duration?
  }

  /// `<app>-<function>`.
  public var id: String
  public var name: String
  /// Where its app is called, with `fnId` and `stepId`.
  public var url: String
  /// Attempts after the first.
  public var retries: Int
  public var triggers: [Trigger]
  public var concurrency: [Concurrency] = []
  public var rateLimit: RateLimit?
  public var throttle: Throttle?
  public var debounce: Debounce?
  public var batch: Batch?
  /// Seconds by which a run goes before others.
  public var priority: Expression?
  public var cancel: [Cancel] = []
  /// Takes the place of `rateLimit`.
  public var idempotency: Expression?
  public var singleton: Singleton?
  public var startTimeout: Duration?
  public var finishTimeout: Duration?
  /// The registration's own text of it, members in their order.
  public var text: String
}
