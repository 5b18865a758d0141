extension RemoteSettings {
  /// The header that shows an app who calls; nil where calls are unsigned.
  func signature(of body: [UInt8]) -> String? { nil }

  /// Why an answer cannot be the app's; nil for a good one, and where nothing is signed.
  func signatureProblem(of reply: AppReply) -> String? { nil }
}
