import Foundation
import ObjectStores
import SceneDocument
import TestServers
import TestSupport
import Testing
import WebClient

/// Where settings let a node keep its assets.
@Suite(.serialized) struct AssetStoreSettingsTests {
  private let folder: TempFolder

  init() throws { folder = try TempFolder() }

  @Test(
    "what is missing or wrong is told before anything is begun",
    arguments: [
      (["ASSETS_STORE": "ftp"], "folder, s3 or supabase"),
      (["ASSETS_STORE": "s3"], "'s3.endpoint' is missing"),
      (["ASSETS_STORE": "s3", "S3_ENDPOINT": "https://s3.invalid"], "'s3.bucket' is missing"),
      (
        ["ASSETS_STORE": "s3", "S3_ENDPOINT": "https://s3.invalid", "S3_BUCKET": "b"],
        "S3_ACCESS_KEY"
      ),
      (
        [
          "ASSETS_STORE": "s3", "S3_ENDPOINT": "nonsense", "S3_BUCKET": "b", "S3_ACCESS_KEY": "a",
          "S3_SECRET_KEY": "s",
        ], "the endpoint is no address"
      ),
      (["ASSETS_STORE": "supabase"], "'supabase.key' is missing"),
      (["ASSETS_STORE": "supabase", "SUPABASE_KEY": "k"], "'supabase.url' is missing"),
      (
        [
          "ASSETS_STORE": "s3", "S3_ENDPOINT": "https://s3.invalid", "S3_BUCKET": "b",
          "S3_ACCESS_KEY": "a", "S3_SECRET_KEY": "s", "ASSETS_CACHE_SIZE": "much",
        ], "'assets.cache-size' is 'much'"
      ),
    ])
  func refusals(_ environment: [String: String], _ words: String) throws {
    for command in [["make", try brief(), "--dry-run"], ["worker", "--until-empty"]] {
      let refused = try run(command, environment)
      #expect(refused.status == 2, "\(refused.errorText)")
      #expect(refused.errorText.contains(words), "\(refused.errorText)")
      #expect(refused.errorText.contains("→"), "\(refused.errorText)")
    }
  }

  @Test("keys of stores are shown in no way", arguments: [true, false])
  func secrets(inFile: Bool) throws {
    let secrets = ["s3cret-id-1", "s3cret-key-2", "s3cret-token-3", "s3cret-role-4"]
    var environment: [String: String] = [:]
    if inFile {
      try folder.write(
        """
        {"s3": {"access-key": "\(secrets[0])", "secret-key": "\(secrets[1])", "session-token": "\(secrets[2])"},
         "supabase": {"key": "\(secrets[3])"}}
        """, to: "node/config.json")
    } else {
      environment = [
        "S3_ACCESS_KEY": secrets[0], "S3_SECRET_KEY": secrets[1], "S3_SESSION_TOKEN": secrets[2],
        "SUPABASE_KEY": secrets[3],
      ]
    }
    for options in [[], ["--json"]] {
      let shown = try run(["settings"] + options, environment)
      #expect(shown.status == 0, "\(shown.errorText)")
      #expect(shown.outputText.components(separatedBy: "•••").count == 5)
      for secret in secrets { #expect(!shown.outputText.contains(secret)) }
    }
  }

  @Test("a service that is down is told, with its address, before a film is begun")
  func down() throws {
    let refused = try run(
      ["make", try brief(), "-o", folder.file("film.mp4")],
      [
        "ASSETS_STORE": "s3", "S3_ENDPOINT": "http://127.0.0.1:1", "S3_BUCKET": "films",
        "S3_ACCESS_KEY": "id-of-key", "S3_SECRET_KEY": "secret-of-key",
      ])
    #expect(refused.status == 1, "\(refused.errorText)")
    #expect(refused.errorText.contains("'films' at 127.0.0.1:1"), "\(refused.errorText)")
    #expect(refused.errorText.contains("check the address"), "\(refused.errorText)")
    #expect(!refused.errorText.contains("secret-of-key"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("node/projects")))
  }

  @Test("a film is made with its files on Supabase Storage")
  func supabase() async throws {
    let server = SupabaseServer()
    await server.makeBucket("films")
    let brief = try brief()
    let folder = folder
    let made = try await server.serving { endpoint in
      try await Self.inBackground {
        try ReelnodeProgram.run(
          [
            "make", brief, "--node", folder.file("node"), "--cache", folder.file("cache"), "-o",
            folder.file("film.mp4"), "--size", "256x144", "--rate", "10",
          ],
          environment: [
            "ASSETS_STORE": "supabase", "SUPABASE_BUCKET": "films",
            "SUPABASE_KEY": SupabaseServer.serviceToken,
            // As people copy it from the project's page.
            "SUPABASE_URL": endpoint.replacing("/storage/v1", with: ""),
          ])
      }
    }
    #expect(made.status == 0, "\(made.errorText)")
    #expect(FileManager.default.fileExists(atPath: folder.file("film.mp4")))
    #expect(!FileManager.default.fileExists(atPath: folder.file("node/assets")))
  }

  /// Waits on a thread of its own: those of the tests are needed by the server that is waited for.
  private static func inBackground<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { wake in
      DispatchQueue.global().async { wake.resume(with: Result { try work() }) }
    }
  }

  @Suite(.enabled(if: S3Server.isThere, Comment(rawValue: S3Server.whyNot)))
  struct OnS3 {
    private let folder: TempFolder

    init() throws { folder = try TempFolder() }

    /// Settings of a new bucket; without `making` there is none of the name.
    private func settings(making: Bool = true) async throws -> [String: String] {
      let server = try await S3Server.running()
      let bucket = "node-" + UUID().uuidString.lowercased().prefix(8)
      if making {
        try await store(bucket, server).makeBucket()
      }
      return [
        "ASSETS_STORE": "s3", "S3_ENDPOINT": server.endpoint, "S3_BUCKET": bucket,
        "S3_ACCESS_KEY": server.accessKey, "S3_SECRET_KEY": server.secretKey,
      ]
    }

    private func store(_ bucket: String, _ server: S3Server) throws -> S3Store {
      try S3Store(
        S3Settings(
          endpoint: server.endpoint, region: server.region, bucket: bucket,
          accessKey: try #require(Secret(server.accessKey)),
          secretKey: try #require(Secret(server.secretKey))), web: WebClient())
    }

    private func make(
      _ node: String, film: String, _ environment: [String: String] = [:]
    ) throws -> Tool.Outcome {
      let brief = try folder.write(AssetStoreSettingsTests.brief, to: "brief.md")
      return try ReelnodeProgram.run(
        [
          "make", brief, "--node", folder.file(node), "--cache", folder.file(node + "-cache"),
          "-o", folder.file(film), "--size", "320x180", "--rate", "10", "--json",
        ], environment: environment)
    }

    @Test("a film whose files are kept on S3 is the film of the folder's files, byte by byte")
    func film() async throws {
      let settings = try await settings()
      let local = try make("local", film: "local.mp4")
      #expect(local.status == 0, "\(local.errorText)")
      let shared = try make("shared", film: "shared.mp4", settings)
      #expect(shared.status == 0, "\(shared.errorText)")
      let film = try readBytes(folder.file("local.mp4"))
      #expect(try readBytes(folder.file("shared.mp4")) == film)
      #expect(!FileManager.default.fileExists(atPath: folder.file("shared/assets")))
      let bucket = try #require(settings["S3_BUCKET"])
      let objects = try await store(bucket, S3Server.running()).listAll(prefix: "")
      #expect(objects.count > 5 && objects.allSatisfy { $0.key.hasPrefix("assets/") })
      #expect(objects.allSatisfy { !$0.key.contains("check") })
      // With nothing left on this machine but the records, the bucket has all that is needed.
      for name in ["shared/asset-cache", "shared/projects", "shared-cache", "shared.mp4"] {
        try FileManager.default.removeItem(atPath: folder.file(name))
      }
      let again = try make("shared", film: "shared.mp4", settings)
      #expect(again.status == 0, "\(again.errorText)")
      #expect(try readBytes(folder.file("shared.mp4")) == film)
      let checked = try ReelnodeProgram.run(
        ["db", "check", "--node", folder.file("shared"), "--json"], environment: settings)
      #expect(checked.status == 0, "\(checked.errorText)")
      #expect(try (checked.json["assets"]?.number ?? 0) > 5)
    }

    @Test("a bucket that is not there and keys that are wrong are told before a film is begun")
    func refusals() async throws {
      var missing = try await settings(making: false)
      let first = try make("node", film: "film.mp4", missing)
      #expect(first.status == 2, "\(first.errorText)")
      #expect(
        first.outputText.contains("make the bucket") || first.errorText.contains("make the bucket"))
      missing = try await settings()
      missing["S3_SECRET_KEY"] = "not-the-secret"
      let second = try make("node", film: "film.mp4", missing)
      #expect(second.status == 2, "\(second.errorText)")
      #expect(
        (second.outputText + second.errorText).contains("check the secret key"),
        "\(second.outputText)")
      #expect(!(second.outputText + second.errorText).contains("not-the-secret"))
      #expect(!FileManager.default.fileExists(atPath: folder.file("node/projects")))
    }
  }

  fileprivate static let brief = "# The lighthouse\n\nA lighthouse shows ships the way.\n"

  private func brief() throws -> String { try folder.write(Self.brief, to: "brief.md") }

  private func run(
    _ arguments: [String], _ environment: [String: String]
  ) throws -> Tool.Outcome {
    try ReelnodeProgram.run(
      arguments + ["--node", folder.file("node")], environment: environment)
  }
}
