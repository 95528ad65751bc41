import {
  type ExampleTarget,
  ExplainError,
  type LayeredModel,
  type Model,
  type ModelCopy,
  type NDArray,
  openTask,
} from '@explainnet/core'
import { isTestable, randomisedCopy } from '@explainnet/metrics'
import type { ComparedMethod, CompareOptions, Comparison, MethodReport, Ranked, RankedMetric } from './api.ts'
import { checkOptions } from './check-options.ts'
import { isOwnFailure, type Measurer, measurer, perturbations, type Worth } from './measure.ts'
import { type Measured, measureMethod, named } from './measure-method.ts'
import { mean, metricsOf, oriented } from './metrics.ts'
import { checkNetwork } from './network-check.ts'
import { type Plan, planFor, wordsFor } from './plan.ts'
import { concordance, type Entrant, rank } from './rank.ts'
import { recommend } from './recommend.ts'

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
  const { seed = 0, labels, masks, onProgress } = options
  const model = given as LayeredModel
  checkOptions(model, input, methods, options)
  const plan = planFor(input.shape[0]!, isTestable(model), options.budget)
  const targets = await fixedTargets(model, input, options)
  const network = await checkNetwork(model, input, labels, seed)
  plan.spend(plan.examples + network.passes)
  const measure = await measurer(model, input, targets, options)

  const reports = new Map<string, Measured>()
  const probed = await probeMethods(measure, methods, plan, reports, options)
  await measureMethods(model, measure, probed, plan, reports, options)

  const all = methods.map(({ name }) => reports.get(name)!)
  if (all.every(({ report }) => report.outcome === 'left-out')) throw tooSmall(plan, probed[0])
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
    examples: plan.examples,
    seed,
    budget: { ...plan.budget, spent: plan.spent },
    plan: {
      sanityExamples: plan.onSanity,
      copies: plan.copies,
      robustnessExamples: plan.onRobustness,
      perturbations,
    },
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

/** A method and what one of its maps costs. */
interface Probed {
  readonly method: ComparedMethod
  readonly cost: { readonly passes: number; readonly milliseconds: number }
}

/** What a map costs, by making one; the cheapest first. What cannot fit the budget or fails is in `reports` then. */
async function probeMethods(
  measure: Measurer,
  methods: readonly ComparedMethod[],
  plan: Plan,
  reports: Map<string, Measured>,
  { signal, onProgress }: CompareOptions,
): Promise<Probed[]> {
  const probed: Probed[] = []
  for (const [i, method] of methods.entries()) {
    throwIfAborted(signal)
    onProgress?.((0.1 * i) / methods.length, `${method.title}: what a map costs`)
    const limit = Math.floor((plan.left() - plan.judging) / plan.maps(method))
    if (limit < 1) {
      reports.set(method.name, leftOut(method, 'Nothing of the budget was left for it.'))
      continue
    }
    try {
      const before = performance.now()
      const { whole, ...cost } = await measure.probe(method, limit)
      plan.spend(cost.passes, performance.now() - before)
      if (whole) probed.push({ method, cost })
      else {
        const reason = `A map takes more than ${limit} passes, and ${plan.maps(method)} maps are needed.`
        reports.set(method.name, leftOut(method, reason, cost))
      }
    } catch (error) {
      if (!isOwnFailure(error)) throw error
      reports.set(method.name, failed(method, error, 0))
    }
  }
  return probed.sort((a, b) => a.cost.passes - b.cost.passes)
}

/** Measures as many methods as the budget allows, and puts them into `reports`. */
async function measureMethods(
  model: LayeredModel,
  measure: Measurer,
  probed: readonly Probed[],
  plan: Plan,
  reports: Map<string, Measured>,
  { seed = 0, masks, signal, onProgress }: CompareOptions,
): Promise<void> {
  const whole: ModelCopy[] = []
  let upper: ModelCopy | undefined
  const randoms: Worth[] = []
  try {
    for (let i = 0; i < plan.copies; i++) whole.push(await randomisedCopy(model, seed + 1 + i))
    if (plan.copies > 0) upper = await randomisedCopy(model, seed + 1, 'upper-half')
    for (const [i, { method, cost }] of probed.entries()) {
      const needed = cost.passes * (plan.maps(method) - 1) + plan.judging
      const left = plan.left()
      if (needed > left) {
        const reason = `It needs about ${needed} passes more, and ${Math.max(0, Math.floor(left))} of the budget are left.`
        reports.set(method.name, leftOut(method, reason, cost))
        continue
      }
      while (randoms.length < plan.examples) {
        throwIfAborted(signal)
        randoms.push(await measure.random(randoms.length))
        plan.spend(randoms.at(-1)!.passes)
      }
      const progress = (share: number, text: string) => {
        throwIfAborted(signal)
        onProgress?.(0.1 + (0.9 * (i + share)) / probed.length, `${method.title}: ${text}`)
      }
      try {
        const setup = { plan, shuffled: { whole, upper }, randoms, metrics: metricsOf(masks), progress }
        const before = performance.now()
        const measured = await measureMethod(measure, method, cost, setup)
        plan.spend(measured.report.passes, performance.now() - before)
        reports.set(method.name, measured)
      } catch (error) {
        if (!isOwnFailure(error)) throw error
        reports.set(method.name, failed(method, error, cost.passes, cost))
      }
    }
  } finally {
    for (const copy of [...whole, ...(upper ? [upper] : [])]) copy.dispose()
  }
}

const leftOut = (method: ComparedMethod, reason: string, cost?: MethodReport['cost']): Measured => ({
  report: { ...named(method), outcome: 'left-out', reason, cost, figures: {}, passes: cost?.passes ?? 0 },
})

const failed = (method: ComparedMethod, error: Error, passes: number, cost?: MethodReport['cost']): Measured => ({
  report: { ...named(method), outcome: 'failed', reason: error.message, cost, figures: {}, passes },
})

function tooSmall(plan: Plan, cheapest: Probed | undefined): ExplainError {
  const takes = cheapest
    ? `about ${plan.words(cheapest.cost.passes * plan.maps(cheapest.method) + plan.judging + plan.spent)} in all`
    : 'more than all of it'
  return new ExplainError(
    'budget-too-small',
    `The budget of ${wordsFor(plan.budget)} is too small for any method.`,
    `The cheapest takes ${takes}: raise the budget, or give fewer examples.`,
  )
}

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

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ExplainError('aborted', 'The comparison was stopped.', 'Start it again to go on.')
}
