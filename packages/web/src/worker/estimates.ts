import { copyOf } from '@explainnet/core'
import type { SentAttribution } from './messages.ts'

/** Running estimates on their way to a page that takes them one at a time: what it was too slow for is replaced by what came after. */
export interface Estimates {
  offer(estimate: SentAttribution): void
  /** The page wants another. */
  more(): void
  /** The estimate that the page has not got; it is not sent any more. */
  rest(): SentAttribution | undefined
}

export function createEstimates(wanted: boolean, send: (map: SentAttribution) => void): Estimates {
  let waiting: SentAttribution | undefined
  const pass = () => {
    if (!wanted || !waiting) return
    // A copy, for whoever computes may still compare with it.
    send(copyOf(waiting))
    waiting = undefined
    wanted = false
  }
  return {
    offer(estimate) {
      waiting = estimate
      pass()
    },
    more() {
      wanted = true
      pass()
    },
    rest() {
      const last = waiting
      waiting = undefined
      return last
    },
  }
}
