internal import CLibav

extension Frame {
  /// A plane of an 8-bit planar format, of `width` × `height` samples. The frame stays alive while it is used.
  func view(_ plane: Int, width: Int, height: Int) -> PlaneView {
    let (data, stride) =
      switch plane {
      case 0: unsafe (pointer.pointee.data.0, pointer.pointee.linesize.0)
      case 1: unsafe (pointer.pointee.data.1, pointer.pointee.linesize.1)
      case 2: unsafe (pointer.pointee.data.2, pointer.pointee.linesize.2)
      default: unsafe (pointer.pointee.data.3, pointer.pointee.linesize.3)
      }
    return unsafe PlaneView(data!, stride: Int(stride), width: width, height: height)
  }

  /// The planes of a yuv420p frame. Not for writing unless `makeWritable` was called.
  var canvasView: CanvasView {
    let (columns, rows) = ((width + 1) / 2, (height + 1) / 2)
    return CanvasView(
      luma: view(0, width: width, height: height), cb: view(1, width: columns, height: rows),
      cr: view(2, width: columns, height: rows))
  }

  /// Where the chroma samples of the frame lie, from its format and what the decoder says.
  var chromaGrid: ChromaGrid {
    let shift = format.chromaShift
    let location = unsafe pointer.pointee.chroma_location
    switch (shift.x, shift.y) {
    case (0, 0): return .full444
    case (1, 0): return location == AVCHROMA_LOC_CENTER ? .centre422 : .left422
    default:
      if location == AVCHROMA_LOC_TOPLEFT { return .topLeft420 }
      return location == AVCHROMA_LOC_CENTER ? .centre420 : .left420
    }
  }
}
