internal import Compositing
internal import Foundation
internal import Media
internal import SceneDocument

/// Where the film goes, and that nothing of the author's is there.
struct OutputPath {
  let path: String

  /// `named` is a file or an existing folder; nil gives the document's name in the current folder.
  init(named: String?, suffix: String, for preparation: Preparation) throws(Failure) {
    let container = preparation.document.output.container
    let name =
      Self.fileName(preparation.input.stem(of: preparation.document) + suffix)
      + "." + container.rawValue
    guard let named else {
      path = name
      try refuseInputs(of: preparation)
      return
    }
    if named.isEmpty {
      throw Failure.usage(.inputOutput, "the name after -o is empty\n  → name a file or a folder")
    }
    if named.hasSuffix("/"), !HostPath.isFolder(named) {
      throw Failure.usage(
        .inputOutput,
        "cannot write the film into '\(named)': there is no such folder\n  → make it first, or name a file"
      )
    }
    if HostPath.isFolder(named) {
      path = named.hasSuffix("/") ? named + name : named + "/" + name
    } else {
      path = HostPath.followingLinks(named)
      try refuseSpecialFile(named)
      try refuseOtherContainer(container)
    }
    try refuseInputs(of: preparation)
  }

  /// `text` without what would make it another file's path.
  private static func fileName(_ text: String) -> String {
    let name = text.replacing("/", with: "-")
    return name.hasPrefix("-") || name.hasPrefix(".") ? "film" + name : name
  }

  /// The film is renamed into its place, which would put a file where a device was.
  private func refuseSpecialFile(_ named: String) throws(Failure) {
    if named == "-" {
      throw Failure.usage(
        .inputOutput,
        "cannot write the film to standard output: it is read back before it is published\n  → name a file with -o"
      )
    }
    if HostPath.exists(path), !HostPath.isRegular(path) {
      throw refusal("it is a device or pipe")
    }
  }

  /// A film is what its name says.
  private func refuseOtherContainer(_ container: Output.Container) throws(Failure) {
    let suffix = (path as NSString).pathExtension.lowercased()
    let meant: Output.Container? = suffix == "m4v" ? .mp4 : Output.Container(rawValue: suffix)
    if let meant, meant != container {
      throw Failure.usage(
        .range,
        "cannot write '\(path)': the document makes \(container.rawValue), not \(meant.rawValue)\n  → name it '.\(container.rawValue)', or set 'output.container' to \"\(meant.rawValue)\""
      )
    }
  }

  /// The film, or a file beside it, would take the place of a file it is made of.
  private func refuseInputs(of preparation: Preparation) throws(Failure) {
    let target = HostPath.resolved(path)
    let (folder, film) = (
      FilePath.folder(of: target), FilePath.name(of: target)
    )
    for (input, what) in preparation.inputs {
      if input == target { throw refusal("it is \(what)") }
      let name = FilePath.name(of: input)
      if FilePath.folder(of: input) == folder,
        ([preparation.document] + preparation.variants.map(\.document)).contains(where: {
          Companions.isWritten(name, beside: film, $0.output)
        })
      {
        throw refusal("'\(name)', which is written beside it, is \(what)")
      }
    }
  }

  private func refusal(_ reason: String) -> Failure {
    Failure.usage(
      .inputOutput, "cannot write the film to '\(path)': \(reason)\n  → name another file with -o")
  }
}

extension OutputPath {
  /// `film-ID.mp4` beside the film.
  init(variant id: String, beside main: OutputPath, for preparation: Preparation) throws(Failure) {
    let name = main.path as NSString
    let suffix = name.pathExtension
    path = name.deletingPathExtension + "-" + id + (suffix.isEmpty ? "" : "." + suffix)
    try refuseInputs(of: preparation)
  }
}

extension Preparation {
  /// Absolute paths of the files that nothing may be written over, and what each is.
  var inputs: [(path: String, what: String)] {
    var list: [(path: String, what: String)] = []
    if !input.isStandardInput {
      list.append((HostPath.resolved(input.path), "the document itself"))
    }
    for (id, probe) in self.probes.sorted(by: { $0.key < $1.key }) {
      list.append((probe.location, "the file of asset '\(id)'"))
    }
    return list
  }

  /// Throws when a picture at `path` would take the place of an input.
  func refuse(_ path: String) throws(Failure) {
    let target = HostPath.resolved(path)
    for (input, what) in inputs where input == target {
      throw Failure.usage(
        .inputOutput, "cannot write the picture to '\(path)': it is \(what)\n  → name another file")
    }
  }
}
