/// A picture that says which frame it is: its index in 12 bits as blocks of dark and light luma, 6 in a row,
/// the lowest bit first. Survives encoding, scaling and turning back.
public enum FrameCode {
  /// The filter that draws it over any picture: dark is luma 40, light is luma 200, chroma is neutral.
  public static let filter =
    "geq=lum='if(mod(floor(N/pow(2,floor(X/W*6)+6*floor(Y/H*2))),2),200,40)':cb=128:cr=128"

  /// The index in a picture of 8-bit luma, `stride` bytes a row; nil when a block is neither dark nor light.
  ///
  /// `insets` cuts off what is known not to belong to the coded picture: left, top, right, bottom in pixels.
  public static func number(
    luma: some RandomAccessCollection<UInt8>, width: Int, height: Int, stride: Int,
    insets: (left: Int, top: Int, right: Int, bottom: Int) = (0, 0, 0, 0)
  ) -> Int? {
    let coded = (
      width: width - insets.left - insets.right, height: height - insets.top - insets.bottom
    )
    var number = 0
    for bit in 0..<12 {
      // The middle half of the block, away from its blurred edges.
      let (column, row) = (bit % 6, bit / 6)
      var sum = 0
      var count = 0
      for y in coded.height * (4 * row + 1) / 8..<coded.height * (4 * row + 3) / 8 {
        let across = coded.width * (4 * column + 1) / 24..<coded.width * (4 * column + 3) / 24
        for x in across {
          let offset = (y + insets.top) * stride + x + insets.left
          sum += Int(luma[luma.index(luma.startIndex, offsetBy: offset)])
          count += 1
        }
      }
      guard count > 0 else { return nil }
      switch sum / count {
      case 0..<90: break
      case 150...: number |= 1 << bit
      default: return nil
      }
    }
    return number
  }
}
