import { ExplainError } from '@explainnet/core/plain'

/** What a call ends with that its caller aborted. */
export const aborted = (signal: AbortSignal | undefined) =>
  new ExplainError('aborted', 'The call was aborted.', 'Ask again without aborting.', { cause: signal?.reason })

/** Ends the wait, with what `why` gives; what is waited for goes on. */
export function untilAborted<T>(
  wait: Promise<T>,
  signal: AbortSignal | undefined,
  why: (signal: AbortSignal) => ExplainError,
): Promise<T> {
  if (!signal) return wait
  return new Promise((resolve, reject) => {
    const stop = () => reject(why(signal))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
    wait.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
