import { nextTask } from '@explainnet/core'
import { aborted } from '../aborted.ts'

export type Queue = <T>(signal: AbortSignal, job: () => Promise<T>) => Promise<T>

/** Runs jobs one after the other. What was aborted while it waited is not begun. */
export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve()
  return (signal, job) => {
    const result = last.then(async () => {
      // What the page has said meanwhile comes in first.
      await nextTask()
      refuseAborted(signal)
      return await job()
    })
    last = result.catch(() => undefined)
    return result
  }
}

export function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) throw aborted(signal)
}
