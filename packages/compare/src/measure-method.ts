import { bootstrapMean, deterministic, pairedDifference, type SanityVerdict, sanityVerdict } from '@explainnet/metrics'
import type { ComparedMethod, MethodReport, MetricFigure, RankedMetric } from './api.ts'
import type { Measurer, Shuffled, Worth } from './measure.ts'
import { mean, oriented } from './metrics.ts'
import type { Plan } from './plan.ts'

export interface Measured {
  readonly report: MethodReport
  /** By example; of what was ranked. */
  readonly worths?: readonly Worth[] | undefined
}

/** What the methods of one comparison share. */
export interface Setup {
  readonly plan: Plan
  readonly shuffled: Shuffled
  readonly randoms: readonly Worth[]
  readonly metrics: readonly RankedMetric[]
  progress(share: number, text: string): void
}

/** Sanity first; what passes is judged on every example, and on a few for how steady it is. */
export async function measureMethod(
  measure: Measurer,
  method: ComparedMethod,
  cost: { readonly passes: number; readonly milliseconds: number },
  { plan: { examples, onSanity, onRobustness }, shuffled, randoms, metrics, progress }: Setup,
): Promise<Measured> {
  let passes = 0
  const count = <T extends { readonly passes: number }>(one: T): T => {
    passes += one.passes
    return one
  }
  const sane = []
  for (let example = 0; example < onSanity; example++) {
    progress((0.4 * example) / onSanity, `sanity, example ${example + 1} of ${onSanity}`)
    sane.push(count(await measure.sanity(method, example, shuffled)))
  }
  const rejected = (outcome: 'constant' | 'insane', reason: string, sanity?: SanityVerdict): Measured => ({
    report: { ...named(method), outcome, reason, sanity, cost, figures: {}, passes },
  })
  const constants = sane.filter(({ constant }) => constant).length
  if (2 * constants > onSanity) {
    return rejected('constant', `Its map is the same everywhere on ${constants} of ${onSanity} examples.`)
  }
  const sanity: SanityVerdict =
    shuffled.whole.length === 0
      ? { outcome: 'not-testable', reason: 'The model has no weights that could be randomised in a copy.' }
      : sanityVerdict(
          bootstrapMean(sane.map((one) => mean(one.copies))),
          method.method.deterministic ? deterministic(onSanity) : bootstrapMean(sane.map((one) => one.seed!)),
          bootstrapMean(sane.map((one) => one.upper!)),
        )
  if (sanity.outcome === 'fails') return rejected('insane', sanity.reason, sanity)
  const worths: Worth[] = []
  for (let example = 0; example < examples; example++) {
    progress(0.4 + (0.4 * example) / examples, `faithfulness, example ${example + 1} of ${examples}`)
    worths.push(count(await measure.worth(method, example)))
  }
  const sensitivities: number[] = []
  for (let example = 0; example < onRobustness; example++) {
    progress(0.8 + (0.2 * example) / onRobustness, `robustness, example ${example + 1} of ${onRobustness}`)
    sensitivities.push(count(await measure.sensitivity(method, example)).value)
  }
  const figures: Record<string, MetricFigure> = Object.fromEntries(
    metrics.map((metric) => [
      metric,
      {
        ...bootstrapMean(worths.map((worth) => worth[metric]!)),
        overRandom: pairedDifference(oriented(worths, metric), oriented(randoms, metric)),
      },
    ]),
  )
  for (const metric of ['average-drop', 'increase'] as const)
    figures[metric] = bootstrapMean(worths.map((worth) => worth[metric]))
  figures['max-sensitivity'] = bootstrapMean(sensitivities)
  return {
    report: { ...named(method), outcome: 'ranked', reason: sanity.reason, sanity, cost, figures, passes },
    worths,
  }
}

export const named = ({ name, title }: ComparedMethod) => ({ name, title })
