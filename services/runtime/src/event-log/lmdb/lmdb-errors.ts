import { SpanledgerError } from '../../errors.ts'

/** What the operator can do, by the code of the system or of LMDB. */
const hints: Readonly<Record<string, readonly [code: string, retryable: boolean, hint: string]>> = {
  ENOSPC: ['LOG_UNAVAILABLE', true, 'the disk is full: free some space'],
  28: ['LOG_UNAVAILABLE', true, 'the disk is full: free some space'],
  EIO: ['LOG_UNAVAILABLE', true, 'the disk is full or reports errors: free some space, look at the system log'],
  5: ['LOG_UNAVAILABLE', true, 'the disk is full or reports errors: free some space, look at the system log'],
  EACCES: ['LOG_DIRECTORY', false, 'give this user the right to read and write the directory'],
  13: ['LOG_DIRECTORY', false, 'give this user the right to read and write the directory'],
  EROFS: ['LOG_DIRECTORY', false, 'the file system is read-only: set SPANLEDGER_DATA_DIR to one that can be written'],
  ENOTDIR: ['LOG_DIRECTORY', false, 'a file is where a directory should be: set SPANLEDGER_DATA_DIR to a directory'],
  20: ['LOG_DIRECTORY', false, 'a file is where a directory should be: set SPANLEDGER_DATA_DIR to a directory'],
  EEXIST: ['LOG_DIRECTORY', false, 'a file is where a directory should be: set SPANLEDGER_DATA_DIR to a directory'],
  '-30792': ['LOG_FULL', true, 'the log has used up its address space: give it more room'],
  '-30793': ['LOG_CORRUPT', false, 'these are not files of an event log: move them away'],
  '-30794': ['LOG_CORRUPT', false, 'the files were written by another version of LMDB: move them away'],
  '-30796': ['LOG_CORRUPT', false, 'the files are damaged: move them away, producers will not resend what they held'],
}

/** Turns an error of LMDB or the file system into ours, by code; one without a known code can go away by itself. */
export function translateError(error: unknown, what: string): SpanledgerError {
  if (error instanceof SpanledgerError) return error
  const { code, message } = error as { code?: string | number; message?: string }
  const [name, retryable, hint] = hints[String(code)] ?? ['LOG_UNAVAILABLE', true, 'see the cause']
  return new SpanledgerError(name, `${what}: ${message ?? String(error)}`, { retryable, hint, cause: error })
}
