import type { ExplainError } from '@explainnet/core/plain'

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
