internal import CLibav
internal import Glibc

/// A growing temporary file of 32-bit floats that is gone when the last reference to it goes, even after
/// a crash.
///
/// Positions count floats. Reading is safe from several threads; of two writers to one place either may win.
public final class SoundWorkFile: Sendable {
  private let file: Int32
  private let folder: String

  /// Creates the file in `folder`, where it never shows under a name for longer than this call.
  public init(in folder: String) throws(MediaError) {
    self.folder = folder
    var name = Array((folder + "/sound-XXXXXX").utf8CString)
    file = unsafe name.withUnsafeMutableBufferPointer {
      unsafe mkstemp($0.baseAddress!)
    }
    if file < 0 {
      throw MediaError(operation: .openOutput, code: rn_averror(errno), subject: folder)
    }
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    _ = unsafe name.withUnsafeBufferPointer { unsafe unlink($0.baseAddress!) }
  }

  deinit { close(file) }

  /// Writes all of `samples` from float `position` on.
  public func write(_ samples: Span<Float>, at position: Int64) throws(MediaError) {
    let code = unsafe samples.withUnsafeBytes { bytes -> Int32 in
      var done = 0
      while done < bytes.count {
        let place = position * 4 + Int64(done)
        let count = unsafe pwrite(
          file, bytes.baseAddress! + done, bytes.count - done, off_t(place))
        if count < 0, errno == EINTR { continue }
        if count <= 0 { return count < 0 ? rn_averror(errno) : RN_ENOSPC }
        done += count
      }
      return 0
    }
    try check(code, .writePacket, on: folder)
  }

  /// Fills `samples` from float `position` on; what lies beyond the end of the file is silence.
  public func read(into samples: inout [Float], at position: Int64) throws(MediaError) {
    let code = unsafe samples.withUnsafeMutableBytes { bytes -> Int32 in
      var done = 0
      while done < bytes.count {
        let place = position * 4 + Int64(done)
        let count = unsafe pread(
          file, bytes.baseAddress! + done, bytes.count - done, off_t(place))
        if count < 0, errno == EINTR { continue }
        if count < 0 { return rn_averror(errno) }
        if count == 0 {
          unsafe memset(bytes.baseAddress! + done, 0, bytes.count - done)
          return 0
        }
        done += count
      }
      return 0
    }
    try check(code, .readPacket, on: folder)
  }
}
