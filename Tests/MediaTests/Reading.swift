import Media
import TestSupport
import Testing

/// The index that a numbered clip's frame carries; nil when the picture is not one.
func number(of frame: Frame, scaler: Scaler = Scaler()) throws -> Int? {
  let plain = frame.format == .yuv420p ? frame : try scaler.convert(frame, to: .yuv420p)
  let canvas = try Canvas(sharing: plain)
  var luma: [UInt8] = []
  for y in 0..<canvas.height {
    canvas.withRow(y, ofPlane: 0) { row in for x in row.indices { luma.append(row[x]) } }
  }
  return FrameCode.number(
    luma: luma, width: canvas.width, height: canvas.height, stride: canvas.width)
}

/// Every frame of a file's picture: its time in ticks and the index that it carries.
func numberedFrames(_ path: String, mayBeDamaged: Bool = false) throws -> [(
  time: Int64, number: Int?
)] {
  let reader = try FrameReader(path: path, kind: .video, interrupt: Interrupt())
  var frames: [(time: Int64, number: Int?)] = []
  while let (frame, time) = try reader.next() {
    frames.append((time, try number(of: frame)))
  }
  #expect(reader.decodeErrors == 0 || mayBeDamaged)
  return frames
}

/// Opens a file and reads it through, picture and sound; throws only what opening throws.
///
/// Gives how many frames came out and how many errors were counted.
@discardableResult
func readThrough(
  _ path: String, interrupt: Interrupt = Interrupt(), limits: MediaLimits = MediaLimits()
) throws(MediaError) -> (frames: Int, errors: Int) {
  var total = (frames: 0, errors: 0)
  let demuxer = try Demuxer(path: path, interrupt: interrupt, limits: limits)
  for kind in [StreamInfo.Kind.video, .audio] where demuxer.firstStream(kind) != nil {
    let reader = try FrameReader(path: path, kind: kind, interrupt: interrupt, limits: limits)
    while try reader.next() != nil { total.frames += 1 }
    total.errors += reader.decodeErrors
  }
  return total
}

/// What `body` throws; a failure of the test when it throws nothing or something else.
func mediaError(
  _ location: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) throws -> MediaError {
  let error = #expect(throws: MediaError.self, sourceLocation: location) { try body() }
  return try #require(error, sourceLocation: location)
}
