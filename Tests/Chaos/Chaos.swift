import ArgumentParser

/// Kills processes at random moments and looks whether anything was lost, done twice or left behind.
@main
struct Chaos: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chaos",
    abstract:
      "Kills workers, render children, engines and nodes at random moments and checks what is left.",
    subcommands: [FilmChaos.self, RunChaos.self, MakeChaos.self, ServeChaos.self, RunHost.self])
}

/// Numbers that are the same for the same seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
