/// How a node serves.
public struct ServerSettings: Sendable {
  /// A name or an address of this machine.
  public var host = "127.0.0.1"
  /// 0 takes one that is free.
  public var port = 8288
  /// Who has it may do everything. Needed for every address that is not loopback.
  public var token: String?
  /// Further names under which this node is reached, with or without a port.
  public var hostNames: [String] = []
  /// Where others reach this node, such as `https://films.example/node` of a proxy before it; stands before the addresses
  /// that are made for them. Nil: `http://` and the name under which the node was asked.
  public var publicURL: String?
  /// Keys with which apps send events; where there are some, those that send events need no token.
  public var eventKeys: Set<String> = []
  /// Requests at a time; live streams do not count.
  public var maximumRequests = 512
  public var maximumLiveClients = 2_000
  /// Requests a second of one client in the long run, and at once after a pause. Nil: no limit.
  public var rate: Double? = 5_000
  public var burst = 10_000
  /// The same for events.
  public var eventRate: Double? = 10_000
  public var eventBurst = 20_000
  /// Connections at a time; others wait. Fewer where the process may not open as many files.
  public var maximumConnections = 16_384
  /// From the end of one answer to the end of the next request's head, however slowly that comes.
  public var headPatience: Duration = .seconds(40)
  /// How long a body may bring next to nothing, and how long a small one may take in all.
  public var bodyPatience: Duration = .seconds(30)
  /// How long a client may take nothing of an answer.
  public var answerPatience: Duration = .seconds(300)
  /// How long requests under way may take when the server ends.
  public var endPatience: Duration = .seconds(10)
  /// How long bodies that are coming in may take then; their connections are closed.
  public var endBodyPatience: Duration = .seconds(2)
  /// How long a client of live state may leave what it is sent lying.
  public var livePatience: Duration = .seconds(30)
  /// How long clients of live state may take to read the end of their streams when the server ends.
  public var liveEndPatience: Duration = .milliseconds(500)
  /// Between comments that keep a live stream open.
  public var liveComment: Duration = .seconds(15)

  public init() {}
}
