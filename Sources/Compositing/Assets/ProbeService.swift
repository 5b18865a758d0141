internal import Dispatch
public import Media
public import SceneDocument

/// Probes the assets of a document, several at a time, each file once.
public struct ProbeService: Sendable {
  public typealias Outcome = Result<ProbedAsset, AssetError>

  private let prober: Prober
  private let cache: ProbeCache?
  private let jobs: Int

  /// `cacheFolder` keeps records between runs; nil probes anew. `jobs` is how many files are read at a time.
  public init(
    root: AssetRoot, cacheFolder: String? = nil, jobs: Int = 2, limits: MediaLimits = MediaLimits()
  ) {
    prober = {
      var prober = Prober(root: root)
      prober.limits = limits
      return prober
    }()
    cache = cacheFolder.map(ProbeCache.init(cacheFolder:))
    self.jobs = max(1, jobs)
  }

  /// What is found of each asset, by its id.
  ///
  /// An asset fails with `AssetError` when it cannot be used as the document wants it: missing, of another
  /// hash or kind, or damaged beyond its own bounds. Cancelling the task cancels what is being read.
  public func probe(all assets: some Sequence<Asset>) async -> [String: Outcome] {
    let assets = Array(assets)
    let interrupt = Interrupt()
    let files = await withTaskCancellationHandler {
      await read(Set(assets.map(File.init)), interrupt)
    } onCancel: {
      interrupt.cancel()
    }
    var outcomes: [String: Outcome] = [:]
    for asset in assets {
      outcomes[asset.id] = files[File(asset)]?.flatMap { probed in
        Result { () throws(AssetError) in
          try Self.judge(probed, as: asset)
          return probed
        }
      }
    }
    return outcomes
  }

  /// What is read once for all assets that share it. Media of every kind is read alike.
  private struct File: Hashable {
    var path: String
    var kind: Asset.Kind

    init(_ asset: Asset) {
      path = asset.path
      kind = [.words, .captions, .font].contains(asset.kind) ? asset.kind : .auto
    }
  }

  private func read(_ files: Set<File>, _ interrupt: Interrupt) async -> [File: Outcome] {
    await withTaskGroup(of: (File, Outcome).self, returning: [File: Outcome].self) { group in
      var waiting = files.sorted { $0.path < $1.path }.makeIterator()
      func start() {
        guard let file = waiting.next() else { return }
        group.addTask { (file, await read(file, interrupt)) }
      }
      for _ in 0..<jobs { start() }
      var outcomes: [File: Outcome] = [:]
      while let (file, outcome) = await group.next() {
        outcomes[file] = outcome
        start()
      }
      return outcomes
    }
  }

  /// Reads on a thread of its own, since libav blocks.
  private func read(_ file: File, _ interrupt: Interrupt) async -> Outcome {
    await withCheckedContinuation { continuation in
      DispatchQueue.global(qos: .userInitiated).async {
        continuation.resume(
          returning: Result { () throws(AssetError) in try cached(file, interrupt) })
      }
    }
  }

  /// A font file below the root, hashed; blocks.
  func font(at path: String) throws(AssetError) -> ProbedAsset {
    var asset = Asset(id: path, path: path)
    asset.kind = .font
    return try cached(File(asset), Interrupt())
  }

  private func cached(_ file: File, _ interrupt: Interrupt) throws(AssetError) -> ProbedAsset {
    let opened = try prober.root.open(file.path)
    let location = try prober.root.location(of: file.path)
    if let known = cache?.asset(at: location, file.kind, identity: opened.identity) { return known }
    let asset = try prober.probe(opened, at: file.path, as: file.kind, interrupt: interrupt)
    cache?.store(asset, file.kind)
    return asset
  }

  /// Throws when `probed` is not what the document says or allows.
  private static func judge(_ probed: ProbedAsset, as asset: Asset) throws(AssetError) {
    if let wanted = asset.sha256, wanted.lowercased() != probed.record.sha256 {
      throw AssetError(
        .wrongHash, path: asset.path,
        problem: "its SHA-256 is \(probed.record.sha256), the document says \(wanted)",
        remedy: "give the file that was meant, or correct 'sha256'")
    }
    try Prober.expect(asset.kind, of: probed.record, asset.path)
    let share = probed.missingShare
    if share > (asset.damage.policy == .fail ? 0 : asset.damage.maximum) {
      let frames = probed.damage.missingFrames
      let lost =
        frames > 0
        ? "\(frames) of \(frames + (probed.record.video?.frames ?? 0)) frames"
        : "\(probed.damage.missingSamples) of \(probed.damage.missingSamples + (probed.record.audio?.samples ?? 0)) samples"
      throw .damaged(
        asset.path,
        probed.record.isStill
          ? "it is incomplete: the picture is cut off" : "it is incomplete: \(lost) are missing")
    }
  }
}

extension ProbedAsset {
  /// Throws `E_ASSET_CHANGED` when the file is no longer the one that was probed, `E_ASSET_MISSING` when it is
  /// gone; `path` is its path below `root`.
  public func expectUnchanged(below root: AssetRoot, path: String) throws(AssetError) {
    if try root.open(path).identity != identity { throw .changed(path) }
  }
}
