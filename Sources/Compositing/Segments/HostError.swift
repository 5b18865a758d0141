internal import Foundation
internal import Media

/// The machine could not keep something: a full disk, a folder that is not there or may not be written.
public struct HostError: Error, Sendable, CustomStringConvertible {
  /// The system's error number.
  public var number: Int32
  public var path: String
  public var action: String

  /// Reading `errno`, or the number inside an error of Foundation's.
  static func writing(_ path: String, _ error: (any Error)? = nil) -> HostError {
    HostError(number: systemNumber(of: error), path: path, action: "write")
  }

  static func reading(_ path: String, _ error: (any Error)? = nil) -> HostError {
    HostError(number: systemNumber(of: error), path: path, action: "read")
  }

  private static func systemNumber(of error: (any Error)?) -> Int32 {
    guard let error else { return errno }
    var inner: NSError? = error as NSError
    while let current = inner {
      if current.domain == NSPOSIXErrorDomain { return Int32(current.code) }
      if let number = numbers[current.code], current.domain == NSCocoaErrorDomain { return number }
      inner = current.userInfo[NSUnderlyingErrorKey] as? NSError
    }
    return EIO
  }

  /// Of Foundation's own errors, which may come without the system's.
  private static let numbers: [Int: Int32] = [
    CocoaError.Code.fileNoSuchFile.rawValue: ENOENT,
    CocoaError.Code.fileReadNoSuchFile.rawValue: ENOENT,
    CocoaError.Code.fileReadNoPermission.rawValue: EACCES,
    CocoaError.Code.fileWriteNoPermission.rawValue: EACCES,
    CocoaError.Code.fileWriteFileExists.rawValue: EEXIST,
    CocoaError.Code.fileWriteOutOfSpace.rawValue: ENOSPC,
    CocoaError.Code.fileWriteVolumeReadOnly.rawValue: EROFS,
  ]

  public var isDiskFull: Bool { number == ENOSPC || number == EDQUOT || number == EFBIG }

  public var description: String {
    let reason = MediaError(operation: .open, code: -number).reason
    return "cannot \(action) '\(path)': \(reason)"
  }
}
