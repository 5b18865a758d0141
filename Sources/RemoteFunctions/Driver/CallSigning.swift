extension RemoteSettings {
  /// The header that shows an app who calls; nil where calls are unsigned. `now` is UTC milliseconds.
  func signature(of body: [UInt8], now: Int64) -> String? {
    signingKeys?.current.signature(of: body, now: now)
  }

  /// Why an answer cannot be the app's; nil for a good one, and where nothing is signed.
  func signatureProblem(of reply: AppReply, now: Int64) -> String? {
    guard let keys = signingKeys, reply.header("x-inngest-sdk") != nil else { return nil }
    guard let header = reply.header("x-inngest-signature") else {
      // An app that has another key, or none, says so unsigned.
      if !(200...299).contains(reply.status) { return nil }
      return "the app's answer is not signed\n  → give the app the signing key of this server"
    }
    if keys.accepts(signature: header, of: reply.body, now: now) { return nil }
    return
      "the signature of the app's answer is wrong\n  → give the app the signing key of this server"
  }
}
