internal import CLibav

/// How the process takes memory from the system.
public enum HostMemory {
  /// Gives blocks of pictures and encoders back to the system when they are freed. A process calls it once, first.
  ///
  /// The C library learns from freed blocks to keep ever larger ones, up to 32 MiB, in its heaps; between
  /// encoders that come and go these are rarely whole again. A fixed bound leaves frames, which are reused at
  /// once, in the heap and maps what is larger by itself.
  public static func returnLargeBlocks() {
    rn_map_blocks_over(4 << 20)
  }

  /// Keeps this much of what is free at the end of each heap, for a process that shows one picture after the other:
  /// the system would fill every new one with zeros first.
  public static func keepFreeBlocks() { rn_keep_free_blocks(96 << 20) }

  /// Gives what is free in the heaps back to the system: after a stage whose heaps the next one's threads don't use.
  public static func releaseFreeBlocks() { rn_release_free_blocks() }
}
