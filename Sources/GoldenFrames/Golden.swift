internal import Foundation
public import Media
public import SceneDocument

/// What a document's film looked and sounded like when it was recorded: the folder `NAME.golden` beside
/// `NAME.json`.
///
/// | file | what |
/// |---|---|
/// | `reference.txt` | one line a frame: index, pts, SHA-256 of the planes before encoding, perceptual hash |
/// | `frame-00042.png` | a key frame, without loss: luma above, Cb and Cr below |
/// | `squares.png` | means of 8 × 8 samples of every frame, a row each |
/// | `sound.png` | mean and effective value of every 5 ms of sound, a row a second |
/// | `golden.json` | written by hand, may be missing: key frames and tolerance |
///
/// `GoldenRecorder` makes one, `GoldenChecker` holds a film against one.
public struct Golden: Sendable {
  public let folder: String
  public let reference: Reference
  /// By frame.
  public let keyFrames: [Int: PackedPicture]
  public let squares: SquareTable
  public let sound: SoundTable
  public let settings: GoldenSettings

  /// The folder of a document's golden; a variant's lies in it under the variant's id.
  public static func folder(
    ofDocument path: String, variant: String = SceneDocument.mainVariant
  ) -> String {
    let folder = path.hasSuffix(".json") ? path.dropLast(5) + ".golden" : path + ".golden"
    return variant == SceneDocument.mainVariant ? folder : folder + "/" + variant
  }

  /// Variants of which there is a golden, by name.
  public static func variants(ofDocument path: String) -> [String] {
    let folder = folder(ofDocument: path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter {
      FileManager.default.fileExists(atPath: GoldenFile.reference.path(in: folder + "/" + $0))
    }.sorted()
  }

  /// Reads and checks every file of the golden in `folder`.
  ///
  /// Throws `GoldenError`: `.missing` where there is none, `.damaged` where a file is not what was recorded.
  public init(reading folder: String) throws(GoldenError) {
    guard FileManager.default.fileExists(atPath: GoldenFile.reference.path(in: folder)) else {
      throw GoldenError(
        .missing, file: folder, "there is no golden",
        advice:
          "look at the film, then run 'reelnode golden record' on the document and commit the folder"
      )
    }
    self.folder = folder
    settings = try GoldenSettings(reading: GoldenFile.settings.path(in: folder))
    let bytes = try GoldenFile.reference.read(in: folder)
    reference = try ReferenceReader.read(bytes, file: GoldenFile.reference.path(in: folder))
    squares = try SquareTable(
      reading: GoldenFile.squares.path(in: folder), of: reference)
    sound = try SoundTable(reading: GoldenFile.sound.path(in: folder), of: reference.sound)
    var pictures: [Int: PackedPicture] = [:]
    for index in reference.keyFrames {
      pictures[index] = try Self.keyFrame(index, of: reference, in: folder)
    }
    keyFrames = pictures
  }

  private static func keyFrame(
    _ index: Int, of reference: Reference, in folder: String
  ) throws(GoldenError) -> PackedPicture {
    let path = GoldenFile.keyFrame(index).path(in: folder)
    let image = try GoldenFile.image(path)
    guard let picture = PackedPicture(mosaic: image), picture.width == reference.width,
      picture.height == reference.height,
      FrameDigest.hexadecimal(of: picture) == reference.frames[index].digest
    else {
      throw .damaged(path, "its samples are not those of frame \(index)")
    }
    return picture
  }
}

/// The files of a golden's folder.
enum GoldenFile {
  case reference, squares, sound, settings
  case keyFrame(Int)

  var name: String {
    switch self {
    case .reference: return "reference.txt"
    case .squares: return "squares.png"
    case .sound: return "sound.png"
    case .settings: return "golden.json"
    case .keyFrame(let index):
      let digits = String(index)
      return "frame-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + ".png"
    }
  }

  func path(in folder: String) -> String { folder + "/" + name }

  /// Larger files than any that is recorded are not read.
  static let maximumBytes = 256 << 20

  func read(in folder: String) throws(GoldenError) -> [UInt8] {
    let path = path(in: folder)
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      let data = try file.read(upToCount: Self.maximumBytes + 1) ?? Data()
      if data.count <= Self.maximumBytes { return Array(data) }
    } catch {
      throw .damaged(path, "it cannot be read")
    }
    throw .damaged(path, "it is larger than \(Self.maximumBytes >> 20) MiB")
  }

  /// Reads a PNG of grey samples.
  static func image(_ path: String) throws(GoldenError) -> GrayImage {
    guard FileManager.default.fileExists(atPath: path) else {
      throw .damaged(path, "the file is missing")
    }
    do {
      return try GrayImage(readingPNG: path)
    } catch {
      throw .damaged(path, "it is not the PNG that was recorded (\(error.detail ?? error.reason))")
    }
  }
}
