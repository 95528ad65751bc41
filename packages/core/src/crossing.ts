/** What crosses between threads: plain data, numbers handed over, errors that keep their code. */
import { type ErrorCode, ExplainError } from './errors.ts'

/** The buffers of all numbers in plain data, each once: what `postMessage` transfers. */
export function buffersOf(value: unknown, found: Set<ArrayBuffer> = new Set()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer)
  else if (isPlain(value)) for (const part of Object.values(value)) buffersOf(part, found)
  return [...found]
}

/** The same data with numbers of its own, which may be handed over: of a view, what it shows and no more. */
export function copyOf<T>(value: T): T {
  if (ArrayBuffer.isView(value)) return (value as T & Float32Array).slice() as T
  if (Array.isArray(value)) return value.map(copyOf) as T
  if (!isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copyOf(part)])) as T
}

const isPlain = (value: unknown): value is object =>
  Array.isArray(value) ||
  (typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value)))

/** An error as plain data: posted as it is, it would lose its code and its class. */
export type Failure =
  | {
      readonly code: ErrorCode
      readonly what: string
      readonly cure: string
      /** The message of its cause. */
      readonly cause?: string | undefined
    }
  | { readonly message: string; readonly stack: string | undefined }

export function failureOf(error: unknown): Failure {
  if (error instanceof ExplainError) {
    const { code, what, cure, cause } = error
    return { code, what, cure, cause: cause instanceof Error ? cause.message : undefined }
  }
  return error instanceof Error
    ? { message: error.message, stack: error.stack }
    : { message: String(error), stack: undefined }
}

export function errorOf(failure: Failure): Error {
  if ('code' in failure) {
    const { code, what, cure, cause } = failure
    return new ExplainError(code, what, cure, cause === undefined ? {} : { cause: new Error(cause) })
  }
  const error = new Error(failure.message)
  if (failure.stack) error.stack = failure.stack
  return error
}
