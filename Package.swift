// swift-tools-version: 6.2
import PackageDescription

/// One list for every target: Swift 6 mode, each `unsafe` spelled out, no C type leaking through an
/// import, warnings are errors.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "reelnode",
  products: [
    .executable(name: "reelnode", targets: ["reelnode"]),
    // `expectGolden` for the tests of other packages.
    .library(name: "GoldenFramesTesting", targets: ["GoldenFramesTesting"]),
    // The durable engine, for other programs too; it needs Storage alone.
    .library(name: "Workflows", targets: ["Workflows", "Storage"]),
  ],
  dependencies: [
    // The command line: help, parsing, exit codes.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // SHA-256 of assets, segments and documents.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    // The preview's page: HTTP on this machine.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    // Ending the server in order.
    .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.0.0"),
    // The worker's render children.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    // Requests to outside services.
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    // Settings of a file, overridden by the environment; knows which of them are secret.
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
    // SQLite: connections, prepared statements, WAL readers.
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // FFmpeg's libraries from Debian. The module map names each library to link.
    .systemLibrary(
      name: "CLibav",
      providers: [
        .apt([
          "libavformat-dev", "libavcodec-dev", "libavfilter-dev", "libswscale-dev",
          "libswresample-dev", "libavutil-dev",
        ])
      ]),
    // Text: libass draws, HarfBuzz measures, ICU breaks lines.
    .systemLibrary(
      name: "CText", providers: [.apt(["libass-dev", "libharfbuzz-dev", "libicu-dev"])]),
    // Calls of Linux that Swift's Glibc leaves out.
    .systemLibrary(name: "CHost"),
    // Local voices with the times of their sounds.
    .systemLibrary(name: "CEspeak", providers: [.apt(["libespeak-ng-dev"])]),
    .systemLibrary(name: "CFlite", providers: [.apt(["flite1-dev"])]),
    // Whether a PDF is sound, and its pages.
    .systemLibrary(name: "CQpdf", providers: [.apt(["libqpdf-dev"])]),
    // Optimised in debug builds too: unoptimised pixel kernels make a test of a film take minutes.
    .target(
      name: "Media", dependencies: ["CLibav", "CText", "CHost"],
      swiftSettings: settings + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
    .target(
      name: "SceneDocument",
      dependencies: [.product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: settings),
    .target(
      name: "Compositing",
      dependencies: [
        "Media", "SceneDocument",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .target(
      name: "GoldenFrames",
      dependencies: [
        "Media", "SceneDocument", "Compositing",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .target(
      name: "GoldenFramesTesting", dependencies: ["GoldenFrames", "SceneDocument"],
      swiftSettings: settings),
    // What every HTTP server here needs of its connections.
    .target(
      name: "Serving",
      dependencies: [
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
      ], swiftSettings: settings),
    .target(
      name: "Previewing",
      dependencies: [
        "Media", "SceneDocument", "Compositing", "Serving",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      resources: [
        .embedInCode("Page/page.html"), .embedInCode("Page/page.css"), .embedInCode("Page/page.js"),
      ], swiftSettings: settings),
    .target(
      name: "Storage",
      dependencies: [
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: settings),
    .target(
      name: "Jobs", dependencies: ["Storage"],
      resources: [.embedInCode("Migrations/m0001-jobs.sql")], swiftSettings: settings),
    .target(
      name: "Rendering",
      dependencies: [
        "Media", "SceneDocument", "Compositing", "Storage", "Jobs",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings),
    // The durable engine; usable on its own.
    .target(
      name: "Workflows", dependencies: ["Storage"],
      resources: [
        .embedInCode("Migrations/m0001-workflows.sql"),
        .embedInCode("Migrations/m0002-flow-control.sql"),
        .embedInCode("Migrations/m0003-outside.sql"),
        .embedInCode("Migrations/m0004-pools.sql"),
        .embedInCode("Migrations/m0005-hints.sql"),
      ],
      swiftSettings: settings),
    .target(
      name: "WebClient",
      dependencies: [
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOFoundationCompat", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: settings),
    // Functions of outside apps, which speak the Inngest protocol, on the durable engine.
    .target(
      name: "RemoteFunctions",
      dependencies: [
        "Storage", "WebClient", "Workflows",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      resources: [.embedInCode("Migrations/m0001-remote.sql")], swiftSettings: settings),
    // Asset stores that many machines share.
    .target(
      name: "ObjectStores",
      dependencies: [
        "Storage", "WebClient",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .target(
      name: "Providers",
      dependencies: [
        "Media", "SceneDocument", "Compositing", "WebClient", "CEspeak", "CFlite", "CQpdf",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings),
    .target(
      name: "Pipelines",
      dependencies: [
        "Media", "SceneDocument", "Compositing", "Storage", "Jobs", "Rendering", "Workflows",
        "Providers",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      resources: [
        .embedInCode("Video/Migrations/m0001-video.sql"),
        .embedInCode("Video/Migrations/m0002-reading.sql"),
      ],
      swiftSettings: settings),
    // The HTTP API, live state and the dashboard of a node.
    .target(
      name: "NodeServer",
      dependencies: [
        "Media", "SceneDocument", "Compositing", "Previewing", "Storage", "Jobs", "Workflows",
        "Providers", "Pipelines", "WebClient", "Rendering", "RemoteFunctions", "Serving",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOFoundationCompat", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      resources: [
        .embedInCode("Migrations/m0001-server.sql"),
        .embedInCode("Migrations/m0002-subjects.sql"),
        .embedInCode("OpenAPI/openapi.json"),
        .embedInCode("Dashboard/Files"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "reelnode",
      dependencies: [
        "Media", "SceneDocument", "Compositing", "GoldenFrames", "Previewing", "Storage", "Jobs",
        "Workflows", "Rendering", "CHost", "WebClient", "ObjectStores", "Providers", "Pipelines",
        "NodeServer", "RemoteFunctions",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
      ],
      swiftSettings: settings),
    // Kills processes at random moments; see Scripts/chaos.
    .executableTarget(
      name: "chaos",
      dependencies: [
        "Storage", "TestServers", "WebClient", "Workflows",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Chaos",
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
    // Small clips made at test time, goldens, and comparing of pictures and sound.
    .target(
      name: "TestSupport", dependencies: ["Media", "SceneDocument"], path: "Tests/TestSupport",
      exclude: ["Servers"], swiftSettings: settings),
    // Outside services as their contracts describe them, on this machine.
    .target(
      name: "TestServers",
      dependencies: [
        "Serving",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      path: "Tests/TestSupport/Servers", swiftSettings: settings),
    .testTarget(
      name: "WebClientTests", dependencies: ["WebClient", "TestServers"], swiftSettings: settings),
    .testTarget(
      name: "ObjectStoresTests",
      dependencies: ["ObjectStores", "Storage", "WebClient", "TestServers"],
      swiftSettings: settings),
    .testTarget(
      name: "ProvidersTests",
      dependencies: [
        "Providers", "Compositing", "Media", "SceneDocument", "WebClient", "TestServers",
        "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "PipelinesTests",
      dependencies: [
        "Pipelines", "Providers", "Jobs", "Rendering", "SceneDocument", "Storage", "Workflows",
        "TestServers", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "MediaTests", dependencies: ["Media", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "SceneDocumentTests", dependencies: ["SceneDocument"], swiftSettings: settings),
    .testTarget(
      name: "CompositingTests",
      dependencies: ["Compositing", "Media", "SceneDocument", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "GoldenFramesTests",
      dependencies: [
        "GoldenFrames", "GoldenFramesTesting", "Compositing", "Media", "SceneDocument",
        "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "PreviewingTests",
      dependencies: ["Previewing", "Compositing", "Media", "SceneDocument", "TestSupport"],
      swiftSettings: settings),
    .testTarget(name: "StorageTests", dependencies: ["Storage"], swiftSettings: settings),
    // Many processes on one queue, and races for leases: measured, and checked that nothing is lost or done twice.
    .executableTarget(
      name: "queue-bench", dependencies: ["Jobs", "Storage"], path: "Tests/QueueBench",
      swiftSettings: settings),
    .testTarget(name: "JobsTests", dependencies: ["Jobs", "Storage"], swiftSettings: settings),
    .testTarget(
      name: "RenderingTests", dependencies: ["Rendering", "Jobs", "Storage", "SceneDocument"],
      swiftSettings: settings),
    // The engine's speed on this machine, one JSON line for each measurement.
    .executableTarget(
      name: "engine-bench", dependencies: ["Workflows", "Storage"], path: "Tests/EngineBench",
      swiftSettings: settings),
    .testTarget(
      name: "RemoteFunctionsTests",
      dependencies: [
        "RemoteFunctions", "Storage", "WebClient", "Workflows", "TestServers", "TestSupport",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "WorkflowsTests", dependencies: ["Workflows", "Storage"], swiftSettings: settings),
    .testTarget(
      name: "ServingTests",
      dependencies: [
        "Serving",
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ], swiftSettings: settings),
    .testTarget(
      name: "NodeServerTests",
      dependencies: [
        "NodeServer", "Jobs", "Pipelines", "Providers", "RemoteFunctions", "Rendering",
        "SceneDocument", "Serving", "Storage",
        "Workflows", "TestServers", "TestSupport",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ReelnodeTests",
      dependencies: [
        "reelnode", "chaos", "ObjectStores", "Pipelines", "SceneDocument", "Storage",
        "TestServers", "TestSupport", "WebClient", "Workflows",
      ],
      swiftSettings: settings),
  ]
)
