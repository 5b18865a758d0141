internal import Media

extension AssetError {
  /// What a failed libav call means for the asset at `path`.
  init(_ error: MediaError, path: String) {
    let words = error.detail ?? error.reason
    if error.isInterrupted {
      self.init(.cancelled, path: path, problem: "probing was cancelled", remedy: "start it again")
    } else if error.isOutOfMemory {
      self.init(
        .outOfMemory, path: path, problem: "not enough memory to read it (\(words))",
        remedy: "run fewer jobs at a time, or give a smaller file")
    } else if error.isMissingFile {
      self = .missing(path)
    } else if error.isLimit {
      self.init(
        .limit, path: path, problem: words,
        remedy: "make it smaller, for example by exporting it again at the size it is shown at")
    } else if error.isUnknownFormat {
      self.init(
        .format, path: path, problem: words,
        remedy: "export it as one of \(MediaFormat.acceptedNames)")
    } else if error.operation == .openDecoder {
      self.init(
        .format, path: path, problem: "it cannot be decoded: \(words)",
        remedy: "export it with a common codec, such as H.264 or VP9 with AAC or Opus")
    } else if error.isMissingStream {
      self.init(
        .noStream, path: path, problem: words, remedy: "give a file that holds picture or sound")
    } else if error.isUnreadable {
      self.init(
        .io, path: path, problem: "the system cannot read it: \(words)",
        remedy: "check its permissions and the disk")
    } else if error.operation == .open {
      self.init(
        .damaged, path: path,
        problem: "its header is damaged or missing, as in a file that was not copied to its end",
        remedy: "export or download it again")
    } else {
      self.init(
        .damaged, path: path, problem: "cannot \(error.operation.rawValue) it: \(words)",
        remedy: "export or download it again")
    }
  }

  init(_ refusal: LocalFile.Refusal, path: String) {
    switch refusal {
    case .missing: self = .missing(path)
    case .symbolicLink(let part):
      self.init(
        .pathForbidden, path: path, problem: "'\(part)' in it is a symbolic link",
        remedy: "copy the file below the asset root; links are not followed")
    case .notRegular:
      self.init(
        .pathForbidden, path: path, problem: "it is a folder, pipe or device",
        remedy: "name a regular file")
    case .system(let words):
      self.init(
        .io, path: path, problem: "the system cannot read it: \(words)",
        remedy: "check its permissions and the disk")
    }
  }

  static func missing(_ path: String) -> AssetError {
    AssetError(
      .missing, path: path, problem: "there is no such file below the asset root",
      remedy: "put the file there, correct 'path', or name the folder it is in with --assets")
  }

  static func damaged(_ path: String, _ problem: String) -> AssetError {
    AssetError(.damaged, path: path, problem: problem, remedy: "export or download it again")
  }
}
