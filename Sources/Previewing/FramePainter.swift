internal import Compositing
internal import Dispatch
internal import Foundation
internal import Media
internal import SceneDocument
internal import Synchronization

/// A thread with a renderer of its own, which stays where its last frame was.
///
/// libav's objects never leave the thread. `FrameStudio` gives it one job at a time.
final class FramePainter: Sendable {
  enum Work: Sendable, Hashable {
    /// A picture file; `width` bounds its width.
    case picture(width: Int, Picture.Format)
    /// What is seen at a pixel.
    case layer(x: Int, y: Int)
  }

  enum Outcome: Sendable {
    case picture(Picture)
    case layer(LayerHit?)
  }

  private struct Job: Sendable {
    var request: RenderRequest
    var generation: Int
    var frame: Int
    var work: Work
    var reply: CheckedContinuation<Outcome, any Error>
  }

  private let interrupt = Interrupt()
  private let inbox = Mutex<Job?>(nil)
  private let arrived = DispatchSemaphore(value: 0)

  init() {
    let thread = Thread { [self] in run() }
    thread.name = "preview"
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Ends the thread; after its job, if it has one.
  func close() {
    interrupt.cancel()
    arrived.signal()
  }

  /// Ends the job under way with `PreviewError.superseded`; the renderer stays of use.
  func abandon() { interrupt.isPaused = true }

  /// Does `work` for a frame of the film. Throws `MediaError`, `PreviewError.superseded`.
  ///
  /// `generation` numbers the requests: a new one makes the renderer go over to it.
  func perform(
    _ work: Work, frame: Int, of request: RenderRequest, generation: Int
  ) async throws -> Outcome {
    interrupt.isPaused = false
    return try await withCheckedThrowingContinuation { reply in
      inbox.withLock {
        $0 = Job(
          request: request, generation: generation, frame: frame, work: work, reply: reply)
      }
      arrived.signal()
    }
  }

  // MARK: The thread

  private func run() {
    var easel: Easel?
    while true {
      arrived.wait()
      let job = inbox.withLock { inbox in
        defer { inbox = nil }
        return inbox
      }
      guard let job else { return }
      if interrupt.isCancelled {
        job.reply.resume(throwing: PreviewError.superseded)
        return
      }
      do {
        let current = easel ?? Easel(job.request, job.generation, interrupt)
        easel = current
        current.turn(to: job.request, job.generation, interrupt)
        job.reply.resume(returning: try current.perform(job.work, frame: job.frame))
      } catch let error as MediaError where error.isInterrupted {
        job.reply.resume(throwing: PreviewError.superseded)
      } catch {
        // Decoders that failed may stand anywhere.
        easel = nil
        job.reply.resume(throwing: error)
      }
    }
  }

  /// What belongs to the thread.
  private final class Easel {
    private var renderer: PreviewRenderer
    private var generation: Int
    private var files: [String: String]
    private let jpeg = QuickJPEG()

    init(_ request: RenderRequest, _ generation: Int, _ interrupt: Interrupt) {
      renderer = PreviewRenderer(request, interrupt: interrupt)
      (self.generation, files) = (generation, request.files.paths)
    }

    func turn(to request: RenderRequest, _ generation: Int, _ interrupt: Interrupt) {
      if generation == self.generation { return }
      self.generation = generation
      if request.files.paths == files {
        renderer.retarget(to: request)
      } else {
        renderer = PreviewRenderer(request, interrupt: interrupt)
        files = request.files.paths
      }
    }

    func perform(_ work: Work, frame: Int) throws -> Outcome {
      switch work {
      case .layer(let x, let y): return .layer(try renderer.layer(at: frame, x: x, y: y))
      case .picture(let width, let format):
        let canvas = try renderer.canvas(at: frame)
        let bytes =
          switch format {
          case .jpeg: try jpeg.encode(canvas, width: width, quality: width < 400 ? 5 : 3)
          case .png: try canvas.encoded(as: .png)
          case .yuv: canvas.planes
          }
        return .picture(Picture(bytes: bytes, format: format))
      }
    }
  }
}
