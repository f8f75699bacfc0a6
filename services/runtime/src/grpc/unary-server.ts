import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream, constants } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { type Clock, systemClock } from '../clock.ts'
import { listen } from '../http/listen.ts'
import type { Logger } from '../logger.ts'
import type { Service } from '../service.ts'
import { startStop } from '../start-stop.ts'
import { framed } from './message-frame.ts'
import { grpcCodes, type GrpcStatus, statusTrailers } from './status.ts'

/** A call whose request has not been read: the handler decides how much of it to hold. */
export interface UnaryCall {
  /** Metadata. */
  readonly headers: IncomingHttpHeaders
  /** The request as it comes: one framed message. */
  readonly body: ServerHttp2Stream
}

export type UnaryAnswer = { readonly message: Uint8Array } | { readonly status: GrpcStatus }

/** Answers one call; what it throws is INTERNAL. */
export type UnaryHandler = (call: UnaryCall) => Promise<UnaryAnswer>

export interface UnaryServerOptions {
  readonly name: string
  /** By path: `/package.Service/Method`. */
  readonly methods: Readonly<Record<string, UnaryHandler>>
  readonly host: string
  readonly port: number
  readonly portVariable?: string
  readonly logger: Logger
  /** How long calls under way may take once stopping; then their connections are cut. */
  readonly drainMs?: number
  /** After how long without a byte in either direction a connection is closed: its client may be gone unheard. */
  readonly idleMs?: number
  readonly clock?: Clock
}

export interface UnaryServer extends Service {
  readonly port: number
}

/** What may wait in the kernel and in HTTP/2 of a stream that nobody reads yet, in bytes. */
const streamWindow = 256 * 1024
const connectionWindow = 4 * 1024 * 1024
const maxStreamsPerConnection = 256
/** nghttp2's number for a connection that does not begin as HTTP/2 does. */
const badClientMagic = -903

/**
 * Unary gRPC without TLS over `node:http2`, messages as raw bytes. A handler reads the request itself, so that it can count
 * the bytes as they arrive: a gRPC library hands over whole messages, which bounds nothing while they come in. `stop`
 * tells clients to go elsewhere, lets calls under way finish, and cuts what is left after `drainMs`.
 */
export function createUnaryServer(options: UnaryServerOptions): UnaryServer {
  const { name, host, logger, drainMs = 10_000, idleMs = 600_000, clock = systemClock } = options
  const sessions = new Set<ServerHttp2Stream['session'] & object>()
  let server: Http2Server | undefined
  let port = options.port

  async function open(): Promise<void> {
    const settings = { initialWindowSize: streamWindow, maxConcurrentStreams: maxStreamsPerConnection }
    // memory is bounded by the handler; the session's own bound would break streams instead of refusing calls
    const starting = createServer({ settings, maxSessionMemory: Number.MAX_SAFE_INTEGER })
    starting.on('session', (session) => {
      sessions.add(session)
      session.setLocalWindowSize(connectionWindow)
      session.on('close', () => sessions.delete(session))
      session.on('error', broke)
      session.setTimeout(idleMs, () => session.destroy())
    })
    starting.on('stream', (stream, headers) => void serve(stream, headers))
    await listen(starting, { name, host, port: options.port, variable: options.portVariable })
    server = starting
    port = (starting.address() as AddressInfo).port
  }

  let saidStranger = false
  function broke(error: NodeJS.ErrnoException): void {
    if (error.errno === badClientMagic && !saidStranger) {
      saidStranger = true
      logger.warn(
        `something that is no gRPC without TLS connects to port ${port}: OTLP over HTTP has a port of its own`,
      )
    } else logger.debug({ err: error }, 'a gRPC connection broke')
  }

  async function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    stream.on('error', (error) => logger.debug({ err: error }, 'a gRPC call broke'))
    if (!isGrpc(headers)) return refuseHttp(stream)
    const path = String(headers[':path'])
    const handler = Object.hasOwn(options.methods, path) ? options.methods[path] : undefined
    if (handler === undefined) {
      return send(stream, { status: { code: grpcCodes.unimplemented, message: `there is no method ${path} here` } })
    }
    try {
      send(stream, await handler({ headers, body: stream }))
    } catch (error) {
      logger.error({ err: error, path }, 'a call failed')
      send(stream, { status: { code: grpcCodes.internal, message: 'this call could not be handled' } })
    }
  }

  async function close(): Promise<void> {
    const stopping = server
    if (stopping === undefined) return
    server = undefined
    const closed = new Promise<void>((resolve) => stopping.close(() => resolve()))
    for (const session of sessions) session.close()
    const cancel = clock.after(drainMs, () => {
      for (const session of sessions) session.destroy()
    })
    await closed
    cancel()
  }

  return {
    name,
    get port() {
      return port
    },
    ...startStop(open, close),
  }
}

function isGrpc(headers: IncomingHttpHeaders): boolean {
  return headers[':method'] === 'POST' && /^application\/grpc(\+proto)?(;|$)/.test(headers['content-type'] ?? '')
}

function refuseHttp(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 415, 'content-type': 'text/plain' })
  stream.end('this port takes gRPC only (content-type: application/grpc)\n')
}

const head = { ':status': 200, 'content-type': 'application/grpc', 'grpc-accept-encoding': 'identity,gzip,deflate' }

function send(stream: ServerHttp2Stream, answer: UnaryAnswer): void {
  if (stream.destroyed || stream.closed || stream.headersSent) return
  if ('message' in answer) {
    stream.respond(head, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers(statusTrailers({ code: grpcCodes.ok, message: '' })))
    stream.end(framed(answer.message))
    return
  }
  stream.respond({ ...head, ...statusTrailers(answer.status) }, { endStream: true })
  // what the client still sends is not wanted; NO_ERROR: the answer it has is whole
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR)
}
