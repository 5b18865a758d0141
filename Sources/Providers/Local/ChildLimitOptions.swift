internal import Media

/// The options of `prlimit` for a child. None is above the hard limits of this process: a child could not be given more,
/// and would not start.
struct ChildLimitOptions {
  /// Bytes of address space.
  var memory: UInt64
  var processorSeconds: UInt64
  /// Bytes.
  var fileSize: UInt64

  /// With the mark that ends them.
  var list: [String] {
    let hard = HostProcess.allowed(processorSeconds + 1, of: .processorSeconds)
    return [
      "--as=\(HostProcess.allowed(memory, of: .memory))",
      "--cpu=\(min(processorSeconds, hard)):\(hard)", "--core=0",
      "--fsize=\(HostProcess.allowed(fileSize, of: .fileSize))", "--",
    ]
  }
}
