internal import Media

/// Mean and effective value of every 5 ms of each channel.
///
/// As with squares of pictures: neither can differ by more than the effective value of the difference, so the table
/// alone proves sound to be too far away.
public struct SoundTable: Sendable, Hashable {
  /// Stretches of a second.
  static let perSecond = 200

  /// A row a second: for each stretch and channel the mean, shifted up by 32 768, and the effective value, both in
  /// units of 2⁻¹⁵.
  public let values: [UInt16]
  public let channels: Int

  var columns: Int { Self.perSecond * channels * 2 }
  var seconds: Int { columns == 0 ? 0 : values.count / columns }

  init(rows: [[UInt16]], channels: Int) {
    values = rows.flatMap { $0 }
    self.channels = channels
  }

  var image: GrayImage? {
    seconds == 0 ? nil : GrayImage(width: columns, height: seconds, samples: values)
  }

  /// Of `sound.png`; it must be the table that `note` names. Without a note there is no file.
  init(reading path: String, of note: Reference.SoundNote?) throws(GoldenError) {
    guard let note, note.samples > 0 else {
      (values, channels) = ([], note?.channels ?? 0)
      return
    }
    channels = note.channels
    let image = try GoldenFile.image(path)
    guard image.width == Self.perSecond * note.channels * 2, image.height == note.seconds.count,
      image.bytesPerSample == 2, FrameDigest.hexadecimal(image.bytes) == note.table
    else { throw .damaged(path, "it is not the table that was recorded") }
    values = image.samples
  }

  /// The effective values of all channels together, stretch by stretch.
  var envelope: [Double] {
    stride(from: 0, to: values.count, by: max(2 * channels, 2)).map { start in
      let squares = (0..<channels).reduce(0.0) {
        let value = Double(values[start + 2 * $1 + 1])
        return $0 + value * value
      }
      return (squares / Double(max(channels, 1))).squareRoot()
    }
  }
}
