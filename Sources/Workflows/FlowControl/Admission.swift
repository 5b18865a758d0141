internal import Storage

/// Decides, in the transaction that would let a run begin or go on, whether it may.
///
/// Asked only for functions whose rules limit execution. A run counts as executing while its state is `running`: one
/// that sleeps or waits holds nothing.
enum Admission {
  /// Whether a queued run, or one whose rest is over, may execute. Where not, it is queued with `is_held` = 1 and
  /// is not looked at again before somebody sets that to 0.
  static func admits(
    _ run: Run, of function: FunctionDefinition, in commit: inout Commit
  ) throws -> Bool { true }

  /// Called in every transaction in which a run stops executing: it rests or has ended.
  static func released(
    _ runID: String, of function: FunctionDefinition, in commit: inout Commit
  ) throws {}

  /// Which limits keep a held run waiting, and which runs fill them.
  static func blockers(of run: Run, _ db: any Connection) throws -> [RunStanding.Reason] { [] }
}
