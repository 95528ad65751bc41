import { ExplainError } from '@explainnet/core/plain'

/** Errors of two copies of core are of two classes, so they are told by their members. */
export function asExplainError(cause: unknown): ExplainError {
  if (cause instanceof Error && 'code' in cause && 'cure' in cause) return cause as ExplainError
  if (cause instanceof Error && cause.name === 'AbortError') {
    return new ExplainError('aborted', 'The run was cancelled.', 'Start it again if you want it.', { cause })
  }
  const what = cause instanceof Error ? cause.message : String(cause)
  return new ExplainError('prediction-failed', `It failed: ${what}`, 'See the console for the cause.', { cause })
}
