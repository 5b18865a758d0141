internal import Foundation
public import Media

/// How one document of a run came off.
public struct GoldenOutcome: Sendable {
  public enum Result: Sendable {
    case match(Verdict)
    case differs(Verdict, Explanation, [Exhibit])
    /// There is no verdict: golden or document are missing or wrong, or the film cannot be rendered.
    case broken(String)
  }

  /// A frame to be looked at.
  public struct Exhibit: Sendable {
    public let finding: FrameFinding
    /// Nil where no picture was kept.
    public let expected: PackedPicture?
    public let actual: PackedPicture
  }

  /// What people know it by: the path of the document.
  public let name: String
  public let result: Result
  public let seconds: Double

  public init(name: String, result: Result, seconds: Double = 0) {
    (self.name, self.result, self.seconds) = (name, result, seconds)
  }

  public var isMatch: Bool { if case .match = result { true } else { false } }

  /// What is to be told of it.
  public var text: String {
    switch result {
    case .match(let verdict): return "'\(name)': \(verdict.summary)"
    case .differs(let verdict, let explanation, _):
      let why = explanation.text.split(separator: "\n").map { "\n  " + $0 }.joined()
      return "'\(name)': \(verdict.summary)\(why)"
    case .broken(let reason): return reason
    }
  }

  /// Checks a film, and explains it when it differs.
  public static func check(
    _ name: String, _ film: some FilmFrames, _ checker: GoldenChecker
  ) async -> GoldenOutcome {
    let began = ContinuousClock.now
    func outcome(_ result: Result) -> GoldenOutcome {
      let passed = (ContinuousClock.now - began).components
      return GoldenOutcome(
        name: name, result: result,
        seconds: Double(passed.seconds) + Double(passed.attoseconds) / 1e18)
    }
    do {
      let verdict = try await checker.check(film)
      if verdict.isMatch { return outcome(.match(verdict)) }
      let explanation = try await Explainer(verdict).explain(film)
      return outcome(.differs(verdict, explanation, try await exhibits(verdict, film)))
    } catch {
      return outcome(.broken("'\(name)': cannot be rendered: \(error)"))
    }
  }

  /// At most this many frames are shown.
  private static let most = 4

  /// The worst frame, the first, and the worst of those of which a picture was kept.
  private static func exhibits(
    _ verdict: Verdict, _ film: some FilmFrames
  ) async throws -> [Exhibit] {
    let failures = verdict.failures
    var chosen: [Int] = []
    func add(_ finding: FrameFinding?) {
      if let finding, !chosen.contains(finding.index), chosen.count < most {
        chosen.append(finding.index)
      }
    }
    add(verdict.worstFailure)
    for finding in failures.filter({ $0.difference != nil }).prefix(2) { add(finding) }
    add(failures.first)
    add(failures.max { $0.squareDistance < $1.squareDistance })
    var exhibits: [Exhibit] = []
    for index in chosen {
      guard let finding = failures.first(where: { $0.index == index }),
        let actual = try await film.map(index..<index + 1, jobs: 1, { $1 }).first
      else { continue }
      exhibits.append(
        Exhibit(
          finding: finding, expected: verdict.golden.keyFrames[index], actual: actual))
    }
    return exhibits
  }
}
