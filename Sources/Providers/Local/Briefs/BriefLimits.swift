/// What reading a brief may take. A small file can be made to expand into gigabytes, so each limit is enforced
/// from outside.
public struct BriefLimits: Sendable, Hashable {
  /// Bytes of a PDF.
  public var pdfBytes: Int64 = 200 << 20
  /// Bytes of a text.
  public var textBytes: Int64 = 20 << 20
  public var pages: Int = 2000
  /// Pages read by one child.
  public var pagesPerChild: Int = 100
  /// Of each child: address space in bytes.
  public var childMemory: UInt64 = 1 << 30
  /// Of each child: seconds of processor time.
  public var childProcessorSeconds: UInt64 = 30
  /// Of each child: seconds it may live.
  public var childSeconds: Int64 = 120
  /// Of each child: bytes it may write.
  public var childOutput: Int = 50 << 20
  /// Characters of a whole brief; the rest is left out with a warning.
  public var characters: Int = 4_000_000

  public init() {}
}
