internal import CLibav

/// Options by name, as libav's `open` calls take them; what is left after the call was not understood.
@safe
struct Options: ~Copyable {
  var dictionary: OpaquePointer?

  init(_ values: [String: String]) {
    var dictionary: OpaquePointer?
    // Sorted, so that libav sees one order on every run.
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      _ = unsafe av_dict_set(&dictionary, key, value, 0)
    }
    unsafe self.dictionary = unsafe dictionary
  }

  deinit {
    var dictionary = unsafe dictionary
    unsafe av_dict_free(&dictionary)
  }

  /// Names that no part of the opened object took.
  var unused: [String] {
    var names: [String] = []
    var entry: UnsafeMutablePointer<AVDictionaryEntry>? = nil
    while true {
      unsafe entry = av_dict_get(dictionary, "", entry, AV_DICT_IGNORE_SUFFIX)
      guard let found = unsafe entry else { return names }
      names.append(unsafe String(cString: found.pointee.key))
    }
  }
}
