import { ok, reject, type Result } from '@spanledger/schemas/result'

const headBytes = 5

export interface FramedMessage {
  readonly bytes: Buffer
  /** In the encoding that the call's `grpc-encoding` names. */
  readonly compressed: boolean
}

/** The one message of a unary call, from the whole of its request stream. */
export function unframe(stream: Buffer): Result<FramedMessage, 'frame_broken'> {
  const broken = (why: string) => reject('frame_broken' as const, `the request is not one gRPC message: ${why}`)
  if (stream.length < headBytes) return broken(`it has ${stream.length} bytes, a message has at least ${headBytes}`)
  const flag = stream[0] as number
  const length = stream.readUInt32BE(1)
  if (flag > 1) return broken(`its compression flag is ${flag}`)
  if (length !== stream.length - headBytes) {
    return broken(`its head says ${length} bytes, and ${stream.length - headBytes} came`)
  }
  return ok({ bytes: stream.subarray(headBytes), compressed: flag === 1 })
}

/** One uncompressed message, with its head. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headBytes + message.length)
  frame[0] = 0
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, headBytes)
  return frame
}
