import { randomStream } from '@explainnet/core'
import { purposes } from './purposes.ts'

/** The numbers 0 … count − 1 in the order in which an epoch visits them. */
export function epochOrder(count: number, seed: number, epoch: number): number[] {
  const random = randomStream(seed, purposes.order, epoch)
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const other = random.integer(i + 1)
    const held = order[i]!
    order[i] = order[other]!
    order[other] = held
  }
  return order
}
