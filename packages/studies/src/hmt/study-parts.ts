import type { LayeredModel } from '@explainnet/core'
import type { LabelledFile } from '@explainnet/datasets/folder'
import type { ReportTable } from '@explainnet/viz'
import type { PageFigure } from '../study/page.ts'

/** Of the sample and of every method. */
export const sampleSeed = 0

/** What the stages work on. */
export interface Study {
  readonly model: LayeredModel
  readonly folder: string
  /** The whole test set. */
  readonly files: readonly LabelledFile[]
  /** For what costs hundreds of passes a tile. */
  readonly sample: readonly LabelledFile[]
}

/** What the stages have made so far. */
export interface Part {
  readonly figures: PageFigure[]
  readonly tables: ReportTable[]
  readonly notes: string[]
  readonly results: Record<string, unknown>
}
