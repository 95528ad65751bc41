import {
  type ExampleTarget,
  ExplainError,
  type LayeredModel,
  type Model,
  type ModelCopy,
  type NDArray,
  openTask,
  rowOf,
} from '@explainnet/core'
import {
  bootstrapMean,
  deterministic,
  isTestable,
  pairedDifference,
  randomisedCopy,
  type SanityVerdict,
  sanityVerdict,
} from '@explainnet/metrics'
import type {
  ComparedMethod,
  CompareOptions,
  Comparison,
  MethodReport,
  MetricFigure,
  Ranked,
  RankedMetric,
} from './api.ts'
import { isOwnFailure, type Measurer, measurer, perturbations, type Shuffled, type Worth } from './measure.ts'
import { checkNetwork } from './network-check.ts'
import { concordance, type Entrant, rank } from './rank.ts'
import { recommend } from './recommend.ts'

const usualPasses = 60_000
/** Copies of the network that are wholly randomised, each with a seed of its own; one more has its upper half randomised. */
const copies = 2
/** Examples that the costlier checks take at most. */
const [sanityExamples, robustnessExamples] = [8, 3]

const lower: ReadonlySet<string> = new Set(['deletion', 'scaled-infidelity'])

interface Measured {
  readonly report: MethodReport
  readonly worths?: readonly Worth[] | undefined
}

/**
 * Which method to explain this network with, on evidence from these examples. Methods are measured from the cheapest on
 * until the budget is spent: first whether their maps depend on what the network has learned (sanity), then how well they
 * tell what the network uses (deletion, insertion, infidelity, effect of relevance; relevance on the masks, if given), and
 * how steady they are. What fails the sanity check is dropped; the others are ranked by their mean rank over the metrics.
 * A method is recommended if it is first, the network knows something of the examples, and it is better than a random map on
 * most of the metrics. Deterministic but for times, unless the budget is in milliseconds.
 *
 * The model stays as it is: networks are randomised in copies. For a model without weights sanity is not testable, which the
 * recommendation says.
 *
 * @param input `[n, …]` of the model's only input; from about 16 examples on figures mean something.
 * @throws ExplainError `bad-option` (no method, several inputs), `budget-too-small` if it is too small for any method, `aborted`; as
 *   `explain` for the input.
 */
export async function compare(
  given: Model,
  input: NDArray,
  methods: readonly ComparedMethod[],
  options: CompareOptions = {},
): Promise<Comparison> {
  const { seed = 0, labels, masks, signal, onProgress, budget = { passes: usualPasses } } = options
  const model = given as LayeredModel
  checkOptions(model, input, methods, options)
  const started = performance.now()
  const examples = input.shape[0]!
  const targets = await fixedTargets(model, input, options)
  const network = await checkNetwork(model, input, labels, seed)
  let spent = examples + network.passes
  const [onSanity, onRobustness] = [Math.min(examples, sanityExamples), Math.min(examples, robustnessExamples)]
  const measure = await measurer(model, input, targets, options)
  const testable = isTestable(model)

  const maps = ({ method }: ComparedMethod) =>
    examples +
    (testable ? onSanity * (copies + 1) : 0) +
    (method.deterministic ? 0 : onSanity) +
    onRobustness * (perturbations + 1)
  // Judging a map costs the same whatever made it: two curves and what drop takes.
  const judging = examples * 32
  let millisecondsAPass = 0
  const left = () =>
    Math.min(
      budget.passes === undefined ? Infinity : budget.passes - spent,
      budget.milliseconds === undefined
        ? Infinity
        : (budget.milliseconds - (performance.now() - started)) / Math.max(millisecondsAPass, 1e-3),
    )

  const reports = new Map<string, Measured>()
  const probed: { method: ComparedMethod; passes: number; milliseconds: number }[] = []
  const leaveOut = (method: ComparedMethod, reason: string, cost?: MethodReport['cost']) =>
    reports.set(method.name, {
      report: { ...named(method), outcome: 'left-out', reason, cost, figures: {}, passes: cost?.passes ?? 0 },
    })
  for (const [i, method] of methods.entries()) {
    throwIfAborted(signal)
    onProgress?.((0.1 * i) / methods.length, `${method.title}: what a map costs`)
    const limit = Math.floor((left() - judging) / maps(method))
    if (limit < 1) {
      leaveOut(method, 'Nothing of the budget was left for it.')
      continue
    }
    try {
      const before = performance.now()
      const { whole, ...cost } = await measure.probe(method, limit)
      spent += cost.passes
      if (!whole) {
        leaveOut(method, `A map takes more than ${limit} passes, and ${maps(method)} maps are needed.`)
        continue
      }
      millisecondsAPass = Math.max(millisecondsAPass, (performance.now() - before) / Math.max(1, cost.passes))
      probed.push({ method, ...cost })
    } catch (error) {
      if (!isOwnFailure(error)) throw error
      reports.set(method.name, {
        report: { ...named(method), outcome: 'failed', reason: error.message, figures: {}, passes: 0 },
      })
    }
  }

  const whole: ModelCopy[] = []
  let upper: ModelCopy | undefined
  const randoms: Worth[] = []
  try {
    if (testable) {
      for (let i = 0; i < copies; i++) whole.push(await randomisedCopy(model, seed + 1 + i))
      upper = await randomisedCopy(model, seed + 1, 'upper-half')
    }
    probed.sort((a, b) => a.passes - b.passes)
    for (const [i, { method, passes, milliseconds }] of probed.entries()) {
      const cost = { passes, milliseconds }
      const needed = passes * (maps(method) - 1) + judging
      if (needed > left()) {
        leaveOut(
          method,
          `It needs about ${needed} passes more, and ${Math.max(0, Math.floor(left()))} of the budget are left.`,
          cost,
        )
        continue
      }
      if (randoms.length === 0) {
        for (let example = 0; example < examples; example++) {
          throwIfAborted(signal)
          randoms.push(await measure.random(example))
          spent += randoms.at(-1)!.passes
        }
      }
      const progress = (share: number, text: string) => {
        throwIfAborted(signal)
        onProgress?.(0.1 + (0.9 * (i + share)) / probed.length, `${method.title}: ${text}`)
      }
      try {
        const measured = await measureOne(measure, method, cost, {
          shuffled: { whole, upper },
          examples,
          onSanity,
          onRobustness,
          randoms,
          metrics: metricsOf(masks),
          progress,
        })
        spent += measured.report.passes
        reports.set(method.name, measured)
      } catch (error) {
        if (!isOwnFailure(error)) throw error
        reports.set(method.name, {
          report: { ...named(method), outcome: 'failed', reason: error.message, cost, figures: {}, passes },
        })
      }
    }
  } finally {
    for (const copy of [...whole, ...(upper ? [upper] : [])]) copy.dispose()
  }

  const all = methods.map(({ name }) => reports.get(name)!)
  if (all.every(({ report }) => report.outcome === 'left-out')) {
    throw new ExplainError(
      'budget-too-small',
      `The budget of ${words(budget)} is too small for any method.`,
      `The cheapest takes ${probed[0] ? `about ${probed[0].passes * maps(probed[0].method) + judging + spent} passes in all` : 'more than all of it'}: raise the budget, or give fewer examples.`,
    )
  }
  const metrics = metricsOf(masks)
  const entrants = all.flatMap(({ report, worths }): Entrant[] =>
    worths ? [{ name: report.name, values: metrics.map((metric) => oriented(worths, metric)) }] : [],
  )
  const ranking = rank(entrants).map((one): Ranked => {
    const { report } = reports.get(one.name)!
    return {
      ...one,
      title: report.title,
      overRandom: metrics.filter((metric) => (report.figures[metric]?.overRandom?.low ?? 0) > 0),
    }
  })
  const agreement = concordance(entrants)
  const found = {
    model: { kind: model.kind, name: model.card?.name, sha256: await model.fingerprint?.() },
    examples,
    seed,
    budget: { ...budget, spent },
    plan: { sanityExamples: onSanity, copies: testable ? copies : 0, robustnessExamples: onRobustness, perturbations },
    network: {
      outcome: network.outcome,
      reason: network.reason,
      information: network.information,
      accuracy: network.accuracy,
    },
    metrics,
    methods: all.map(({ report }) => report),
    ranking,
    ...(agreement === undefined ? {} : { agreement }),
    ...(ranking.length > 0
      ? { stability: { first: ranking[0]!.first, byMetric: bestByMetric(metrics, entrants, reports) } }
      : {}),
  }
  onProgress?.(1, 'done')
  return { ...found, recommendation: recommend(found) }
}

interface Setup {
  readonly shuffled: Shuffled
  readonly examples: number
  readonly onSanity: number
  readonly onRobustness: number
  readonly randoms: readonly Worth[]
  readonly metrics: readonly RankedMetric[]
  progress(share: number, text: string): void
}

async function measureOne(
  measure: Measurer,
  method: ComparedMethod,
  cost: { readonly passes: number; readonly milliseconds: number },
  { shuffled, examples, onSanity, onRobustness, randoms, metrics, progress }: Setup,
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

const metricsOf = (masks: NDArray | undefined): RankedMetric[] => [
  'deletion',
  'insertion',
  'scaled-infidelity',
  'relevance-effect',
  ...(masks ? (['relevance-mass-accuracy'] as const) : []),
]

/** Turned so that higher is better. */
const oriented = (worths: readonly Worth[], metric: RankedMetric): number[] =>
  worths.map((worth) => (lower.has(metric) ? -worth[metric]! : worth[metric]!))

function bestByMetric(
  metrics: readonly RankedMetric[],
  entrants: readonly Entrant[],
  reports: ReadonlyMap<string, Measured>,
): Partial<Record<RankedMetric, string>> {
  return Object.fromEntries(
    metrics.map((metric, i) => {
      const means = entrants.map(({ values }) => mean(values[i]!))
      return [metric, reports.get(entrants[means.indexOf(Math.max(...means))]!.name)!.report.title]
    }),
  )
}

const named = ({ name, title }: ComparedMethod) => ({ name, title })

/** What is explained of each example, the same for every method, network and perturbation. */
async function fixedTargets(
  model: Model,
  input: NDArray,
  { target, signal, memory, maxChunk }: CompareOptions,
): Promise<ExampleTarget[]> {
  const { task } = await openTask(model, input, { target, signal, memory, maxChunk })
  return task.targets.map(({ kind, index, against }, example): ExampleTarget => {
    if (kind === 'function') return (Array.isArray(target) ? target[example] : target) as ExampleTarget
    return against === undefined ? index! : { of: index!, against }
  })
}

function checkOptions(
  model: Model,
  input: NDArray,
  methods: readonly ComparedMethod[],
  { target, labels, masks }: CompareOptions,
): void {
  const bad = (what: string, cure: string) => {
    throw new ExplainError('bad-option', what, cure)
  }
  const examples = input.shape[0]
  if (methods.length === 0) bad('There is no method to compare.', 'Give at least one.')
  if (new Set(methods.map(({ name }) => name)).size < methods.length)
    bad('Two methods have one name.', 'Name them apart.')
  if (model.inputs.length > 1)
    bad('The model has several inputs.', 'Compare on a model of one: fix the others in a function.')
  if (target && typeof target === 'object' && 'top' in target)
    bad('Every example needs one target.', 'Compare without `top`.')
  if (labels && labels.length !== examples)
    bad(`There are ${labels.length} labels for ${examples} examples.`, 'Give one each.')
  if (masks) checkMasks(masks, model, input)
}

function checkMasks(masks: NDArray, model: Model, input: NDArray): void {
  const channels = model.inputs[0]!.axes.at(-1) === 'channel'
  const wanted = channels ? input.shape.slice(0, -1) : input.shape
  if (masks.shape.join() !== wanted.join()) {
    throw new ExplainError(
      'bad-shape',
      `The masks have shape [${masks.shape.join(', ')}], the examples [${input.shape.join(', ')}].`,
      `Give one value a position: [${wanted.join(', ')}].`,
    )
  }
  const empty = Array.from({ length: masks.shape[0]! }, (_, example) => rowOf(masks, example)).findIndex((mask) =>
    mask.every((value) => value === 0),
  )
  if (empty < 0) return
  throw new ExplainError('bad-option', `The mask of example ${empty} is empty.`, 'Leave the example out, or the masks.')
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ExplainError('aborted', 'The comparison was stopped.', 'Start it again to go on.')
}

const words = ({ passes, milliseconds }: NonNullable<CompareOptions['budget']>) =>
  [passes === undefined ? '' : `${passes} passes`, milliseconds === undefined ? '' : `${milliseconds / 1000} s`]
    .filter(Boolean)
    .join(' and ')

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
