import { type ErrorCode, ExplainError } from '@explainnet/core'
import { demand } from './check.ts'

/** The code of an ExplainError, also of one that another copy of core threw; undefined for anything else. */
export function errorOf(error: unknown): ErrorCode | undefined {
  if (error instanceof ExplainError) return error.code
  return error instanceof Error && error.name === 'ExplainError' ? (error as ExplainError).code : undefined
}

/** What a promise was rejected with; undefined if it was not. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error) => error ?? new Error('rejected with nothing'),
  )

export async function demandError(promise: Promise<unknown>, codes: readonly ErrorCode[], when: string): Promise<void> {
  const error = await rejection(promise)
  demand(error !== undefined, `${when}: no error, where ExplainError '${codes.join("' or '")}' was due.`)
  const code = errorOf(error)
  demand(
    code !== undefined && codes.includes(code),
    `${when}: ${code ?? error} instead of ExplainError '${codes.join("' or '")}'.`,
  )
}
