import GoldenFrames
import TestSupport
import Testing

@Suite struct SettingsTests {
  private static let tolerance =
    #"{"tolerance": {"max_difference": 9, "block_db": 30, "over_one_percent": 5, "reason": "another FreeType draws edges", "until": "2027-03-31"}}"#

  private func golden(_ settings: String) throws -> (Proof, Golden) {
    let proof = try Proof("shapes")
    try proof.folder.write(settings, to: "shapes.golden/golden.json")
    return (proof, try Golden(reading: proof.golden))
  }

  @Test("a tolerance holds to its last day and is an error from the next on")
  func expiry() throws {
    let (proof, golden) = try golden(Self.tolerance)
    var options = GoldenChecker.Options()
    options.today = "2027-03-31"
    _ = try GoldenChecker(golden, options: options)
    options.today = "2027-04-01"
    #expect {
      _ = try GoldenChecker(golden, options: options)
    } throws: { error in
      (error as? GoldenError)?.kind == .expired && "\(error)".contains("2027-03-31")
        && "\(error)".contains("another FreeType")
    }
    withExtendedLifetime(proof) {}
  }

  @Test("a tolerance lets another build differ more, and never this one")
  func looser() async throws {
    let (proof, golden) = try golden(Self.tolerance)
    let film = try await proof.film().altered { $0.brighter(by: 3) }
    var options = GoldenChecker.Options()
    options.today = "2026-11-21"
    options.tier = .tolerant
    let tolerant = try await GoldenChecker(golden, options: options).check(film)
    #expect(!tolerant.isMatch, "the share of samples off by more than 1 is still bounded")
    let (other, wide) = try self.golden(
      Self.tolerance.replacing(#""over_one_percent": 5"#, with: #""over_one_percent": 100"#))
    #expect(try await GoldenChecker(wide, options: options).check(film).isMatch)
    options.tier = .exact
    #expect(try await !GoldenChecker(wide, options: options).check(film).isMatch)
    withExtendedLifetime((proof, other)) {}
  }

  @Test(
    "settings that are wrong are told",
    arguments: [
      ("[]", "no JSON object"), ("{", "no JSON object"), (#"{"key": 1}"#, "'key'"),
      (#"{"key_frames": [-1]}"#, "frame numbers"), (#"{"key_frames": ["a"]}"#, "frame numbers"),
      (#"{"tolerance": {"max_difference": 900}}"#, "max_difference"),
      (#"{"tolerance": {"block_db": 40, "until": "2027-01-01"}}"#, "'reason'"),
      (#"{"tolerance": {"block_db": 40, "reason": "it is what it is"}}"#, "'until'"),
      (
        #"{"tolerance": {"block_db": 40, "reason": "it is what it is", "until": "soon"}}"#,
        "'until'"
      ),
    ])
  func wrong(settings: String, words: String) {
    #expect {
      _ = try self.golden(settings)
    } throws: { error in
      (error as? GoldenError)?.kind == .settings && "\(error)".contains(words)
    }
  }
}
