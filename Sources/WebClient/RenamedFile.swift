internal import Glibc

/// Gives a file another name in one step, replacing what had it. Throws `WebFailure`.
func rename(_ path: String, to target: String) throws {
  if unsafe Glibc.rename(path, target) != 0 {
    let reason = unsafe String(cString: strerror(errno))
    throw WebFailure(.file, "cannot write '\(target)' (\(reason))")
  }
}
