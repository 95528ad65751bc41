import { sharesFigure } from '@explainnet/viz'
import type { PageFigure } from '../study/page.ts'
import type { StageOptions } from '../study/stage.ts'
import type { OnPlanted } from './on-planted.ts'

export interface TaskOptions extends StageOptions {
  readonly seed: number
  readonly sizes: {
    /** Examples to train on. */
    readonly training: number
    /** Examples whose accuracy is measured. */
    readonly heldOut: number
    /** Of those, how many are explained. */
    readonly explained: number
  }
}

/** Where held-out examples begin in the endless lists. */
export const heldOutFrom = 1_000_000

/** What came out of one task. */
export interface Task {
  readonly title: string
  readonly accuracy: { readonly value: number; readonly examples: number }
  readonly rows: readonly { readonly name: string; readonly found: OnPlanted }[]
  readonly figures: readonly PageFigure[]
  /** Relative error of completeness of integrated gradients, an example each. */
  readonly completeness?: readonly number[] | undefined
  readonly results?: Readonly<Record<string, unknown>> | undefined
}

/** The share of relevance on what was planted, a bar a method. */
export const taskFigure = (file: string, title: string, rows: Task['rows']): PageFigure => ({
  file,
  caption: 'Mean over the held-out examples with its 95 % bootstrap interval.',
  figure: sharesFigure({
    title,
    axis: 'share of the positive relevance',
    domain: [0, 1],
    rows: rows.map(({ name, found: { share } }) => ({
      name,
      value: share.mean,
      interval: [share.low, share.high],
      control: name === 'Random',
    })),
  }),
})
