export * from './api.ts'
export { type ErrorCode, ExplainError } from './errors.ts'
export { resolveOptions } from './options.ts'
export { type RandomStream, randomStream } from './random.ts'
