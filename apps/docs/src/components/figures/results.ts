/** The committed results of the studies: every number on the pages of Pollen and Studies comes from here. */

// The module alone: all of @explainnet/studies would bring the techniques and tfjs into the pages' build.
export {
  figureText,
  type PublishedRow,
  published as publishedFigures,
} from '../../../../../packages/studies/src/confidence-change/published.ts'

export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly n: number
}

/** Of one method in a table of drop and increase. */
export interface ChangeRow {
  readonly name: string
  readonly title: string
  readonly examples: number
  readonly masked: { readonly drop: Interval; readonly increase: Interval }
  readonly weighed: { readonly drop: Interval; readonly increase: Interval }
  readonly cost: { readonly forward: number; readonly backward: number }
}

export interface Evaluation {
  readonly accuracy: number
  readonly interval: { readonly low: number; readonly high: number }
  readonly correct: number
  readonly count: number
  readonly loss: number
  readonly classes: readonly {
    readonly label: string
    readonly precision: number | null
    readonly recall: number | null
    readonly f1: number | null
    readonly auc: number | null
    readonly support: number
  }[]
  readonly confusion: readonly (readonly number[])[]
}

/** What every file begins with. */
interface Provenance {
  readonly study: string
  readonly command: string
  readonly model?: { readonly name: string; readonly sha256: string } | undefined
  readonly backend?: { readonly name: string; readonly device?: string | undefined } | undefined
}

// biome-ignore lint/suspicious/noExplicitAny: each study has results of its own; the pages' tests compare what is shown with the files.
export type Results = Provenance & Record<string, any>

const files = import.meta.glob<Results>('../../../../../packages/studies/results/*.json', {
  eager: true,
  import: 'default',
})

const byStudy = new Map(Object.entries(files).map(([path, results]) => [path.replace(/^.*\/|\.json$/g, ''), results]))

/** Results that a page cannot do without. */
export function resultsOf(study: string): Results {
  const found = byStudy.get(study)
  if (!found) throw new Error(`packages/studies/results/${study}.json is missing.`)
  return found
}

/** Results that may not have been committed yet. */
export const resultsIfThere = (study: string): Results | undefined => byStudy.get(study)

export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)}\u00a0%`

export const range = ({ low, high }: { readonly low: number; readonly high: number }, digits = 1): string =>
  `${(100 * low).toFixed(digits)} – ${(100 * high).toFixed(digits)}\u00a0%`

/** `0.456 [0.432, 0.479]` */
export const interval = ({ mean, low, high }: Omit<Interval, 'n'>): string =>
  `${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
