internal import CLibav

/// A libav call that failed, with what a person needs to act on it.
public struct MediaError: Error, Sendable, Equatable {
  public enum Operation: String, Sendable, Codable {
    case allocate
    case open = "open"
    case recognise = "recognise the format of"
    case readStreams = "read the streams of"
    case findStream = "find a stream in"
    case readPacket = "read a packet from"
    case seek
    case openDecoder = "open a decoder for"
    case decode
    case makeWritable = "make a frame writable"
    case buildGraph = "build the filter graph"
    case pushFrame = "push a frame into"
    case pullFrame = "pull a frame from"
    case scale
    case resample
    case openEncoder = "open the encoder"
    case encode
    case openOutput = "create"
    case writeHeader = "write the header of"
    case writePacket = "write a packet to"
    case writeTrailer = "finish"
    case limit = "accept"
  }

  public let operation: Operation
  /// The negative AVERROR value, kept for matching.
  public let code: Int32
  /// The file, codec or graph text.
  public let subject: String?
  /// What libav's text does not say: a limit and the value that broke it, an option that was refused.
  public let detail: String?

  public init(operation: Operation, code: Int32, subject: String? = nil, detail: String? = nil) {
    (self.operation, self.code, self.subject, self.detail) = (operation, code, subject, detail)
  }

  /// Codes for errors that the program finds by itself.
  public static let missingStream = RN_STREAM_NOT_FOUND
  public static let invalidData = RN_INVALIDDATA

  /// libav's own words for the code.
  public var reason: String {
    var text = [CChar](repeating: 0, count: 256)
    let length = text.count
    _ = unsafe text.withUnsafeMutableBufferPointer { buffer in
      unsafe av_strerror(code, buffer.baseAddress, length)
    }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  public var isInterrupted: Bool { code == RN_EXIT }
  public var isOutOfSpace: Bool { code == RN_ENOSPC }
  public var isMissingFile: Bool { code == RN_ENOENT }
  public var isOutOfMemory: Bool { code == RN_ENOMEM }
  /// The bytes are not of an accepted format.
  public var isUnknownFormat: Bool { operation == .recognise }
  /// A bound on size, streams or duration was passed.
  public var isLimit: Bool { operation == .limit }
  /// The system refused to open the file: permissions, too many open files. Not what is wrong with its bytes:
  /// demuxers say "I/O error" of a file that ends too early.
  public var isUnreadable: Bool {
    operation == .open && code > -1000 && code != RN_EIO && code != RN_EINVAL
  }
  public var isMissingStream: Bool { code == RN_STREAM_NOT_FOUND }
}

extension MediaError: CustomStringConvertible {
  public var description: String {
    var text = "cannot \(operation.rawValue)"
    if let subject { text += " '\(subject)'" }
    return text + ": " + (detail ?? reason)
  }
}

/// Passes a libav result through, or throws when it is negative.
@discardableResult
func check(
  _ code: Int32, _ operation: MediaError.Operation, on subject: String? = nil
) throws(MediaError) -> Int32 {
  if code < 0 { throw MediaError(operation: operation, code: code, subject: subject) }
  return code
}
