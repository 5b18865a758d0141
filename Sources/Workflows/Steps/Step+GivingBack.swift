extension Step {
  /// Ends this execution where it is, because its process ends: nothing is written of the step in flight, and the node
  /// that has the run next executes it again. Throw what it gives.
  package func giveBack() -> CancellationError {
    live.stop(.drained)
    return CancellationError()
  }
}
