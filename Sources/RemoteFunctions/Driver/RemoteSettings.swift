public import Workflows

/// How apps are called and what they may use.
public struct RemoteSettings: Sendable {
  /// Calls are unsigned, and known apps are asked for their functions every few seconds.
  public var isDevelopment: Bool
  /// Sign calls, and check apps' answers and registrations. Without them nothing is signed.
  public var signingKeys: SigningKeys?
  /// From connecting to the last byte of an app's answer.
  public var callTimeout: Duration = .seconds(2 * 3600)
  /// How long calls under way may take when the node ends. Those that take longer are given up, and made again by whoever
  /// has the run next.
  public var endPatience: Duration = .seconds(2)
  /// Where apps are served that need not have registered before: they are asked for their functions, again and again until
  /// they answer.
  public var appURLs: [String] = []
  /// How often known apps are asked for their functions in development.
  public var pollInterval: Duration = .seconds(5)
  /// Delays between the attempts of apps' functions and steps.
  public var backOff: RetryPolicy.BackOff = .customary
  public var jitter: Duration = .seconds(30)
  /// How long before its wait an event may have come. Apps expect the few seconds that the original forgives.
  public var waitLookBack: Duration = .seconds(5)
  public var mostSteps = 1_000
  /// Bytes of JSON that one step may return.
  public var largestResult = 4 << 20
  /// Bytes of JSON that the steps of one run may have returned.
  public var largestState = 32 << 20
  /// The mode in which a rate limit counts: evenly, as the original does, or the whole limit in any period.
  public var countsRatesByWindow = false
  /// What becomes of ticks of schedules that passed while no node ran.
  public var missedTicks: MissedTicks = .last

  public init(isDevelopment: Bool = true, signingKeys: SigningKeys? = nil) {
    (self.isDevelopment, self.signingKeys) = (isDevelopment, signingKeys)
  }

  var serverKind: String { isDevelopment ? "dev" : "cloud" }
  var environment: String { isDevelopment ? "dev" : "production" }
}
