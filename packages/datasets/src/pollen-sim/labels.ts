import { randomStream } from '@explainnet/core'
import { pollenSimClasses } from './traits.ts'

/** The class of picture `index`: each class once in every ten, in shuffled order, from a stream of its own. */
export function pollenSimLabel(seed: number, index: number): number {
  const count = pollenSimClasses.length
  const random = randomStream(seed, 0, Math.floor(index / count))
  const order = pollenSimClasses.map((_, label) => label)
  for (let i = count - 1; i > 0; i--) {
    const other = random.integer(i + 1)
    const held = order[i]!
    order[i] = order[other]!
    order[other] = held
  }
  return order[index % count]!
}

const perSplit = 1e9

/** The first `count` indices of a split. Splits never overlap: each has a thousand million indices of its own. */
export function pollenSimSplit(name: 'train' | 'validation' | 'test', count: number): number[] {
  const start = { train: 0, validation: perSplit, test: 2 * perSplit }[name]
  return Array.from({ length: count }, (_, i) => start + i)
}
