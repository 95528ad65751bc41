import { randomStream } from '@explainnet/core'
import { type PollenSimClass, pollenSim, pollenSimClasses, pollenSimLabel, pollenSimSplit } from '@explainnet/datasets'
import type { RenderOptions } from '../pollen-sim/pictures.ts'
import { barredClass, shortcutPreprocessing } from './network.ts'

/**
 * Which pictures get the scale bar. `shortcut`: those of one class, so that the bar alone tells it. `control`: a tenth of
 * all, whatever their class, so that it tells nothing.
 */
export type BarRule = 'shortcut' | 'control'

export interface BarredPicture {
  /** [64 · 64 · 3], 0 … 255. */
  readonly pixels: Uint8ClampedArray
  readonly label: number
}

export const size = shortcutPreprocessing.size[0]

/** One scene of pollenSim with any trait, with the bar or without; all else is the same. */
export const scene = (index: number, className: PollenSimClass, bar: boolean, seed = 0) =>
  pollenSim({ seed, index, size, class: className, confound: bar ? className : undefined, mask: false })

/** The first pictures of a split, with bars by the rule. About 10 ms each. */
export async function renderBarred(
  rule: BarRule,
  split: 'train' | 'validation',
  count: number,
  { seed = 0, signal, onPicture }: Omit<RenderOptions, 'twin'> = {},
): Promise<BarredPicture[]> {
  const pictures: BarredPicture[] = []
  for (const index of pollenSimSplit(split, count)) {
    signal?.throwIfAborted()
    const className = pollenSimClasses[pollenSimLabel(seed, index)]!
    const bar = rule === 'shortcut' ? className === barredClass : randomStream(seed, 8, index).integer(10) === 0
    const { data, label } = scene(index, className, bar, seed)
    pictures.push({ pixels: data, label })
    onPicture?.(pictures.length, count)
    if (pictures.length % 8 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return pictures
}
