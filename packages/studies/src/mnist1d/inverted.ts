import { explain, type FunctionTarget, type NDArray, openTask, rowOf, type Target } from '@explainnet/core'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { dropAndIncrease, type Interval, positionMaps } from '@explainnet/metrics'
import { normaliseGrid, signalGridFigure } from '@explainnet/viz'
import { gather, log, neg, type Tensor1D } from '@tensorflow/tfjs-core'
import { kept, sha256OfValues } from '../study/kept.ts'
import type { PageFigure } from '../study/page.ts'
import type { StageOptions } from '../study/stage.ts'
import { signalBatch } from './evaluate.ts'
import type { NamedNetwork } from './networks.ts'

/** What integrated gradients can be taken of, for the predicted class c. */
const explainedScores = ['logit', 'probability', 'loss'] as const
type ExplainedScore = (typeof explainedScores)[number]

/** What comes of explaining another score than the logit. JSON. */
interface ScoreEvidence {
  readonly score: ExplainedScore
  /** Mean over the signals of Pearson's correlation between its map and the logit's. */
  readonly correlation: number
  /** Share of signals on which the two are negatively correlated. */
  readonly inverted: number
  readonly drop: Interval
  readonly increase: Interval
}

/** What the network makes of a baseline. JSON. */
interface SignalBaselineEvidence {
  readonly baseline: string
  /** The class that the network most often calls it, on which share of the signals, and how surely on average. */
  readonly called: string
  readonly share: number
  readonly probability: number
  /** Share of signals whose attributions add up to less than 0. */
  readonly negative: number
}

export interface InvertedEvidence {
  readonly scores: readonly ScoreEvidence[]
  readonly baselines: readonly SignalBaselineEvidence[]
}

const baselines = ['zero', 'mean', 'blur'] as const

/** Measures on every signal what the score and the baseline do to the sign of a map. Kept. */
export async function invertedEvidence(
  { name, model }: NamedNetwork,
  signals: readonly Float32Array[],
  predicted: readonly number[],
  frac: number,
  { folder, signal, onProgress }: StageOptions,
): Promise<InvertedEvidence> {
  const input = signalBatch(signals)
  const from = [await model.fingerprint?.(), frac, sha256OfValues(input.data)]
  return kept({ folder, name: `inverted-${name}`, from }, async () => {
    const maps = {} as Record<ExplainedScore, NDArray>
    for (const [place, score] of explainedScores.entries()) {
      onProgress?.(place / 4, `integrated gradients of the ${score}`)
      maps[score] = await scoreMaps({ model }, signals, predicted, score, signal)
    }
    const scores: ScoreEvidence[] = []
    for (const score of explainedScores) {
      const { drop, increase } = await dropAndIncrease(model, input, maps[score], {
        definition: 'keep-top',
        fraction: frac,
        trivial: [],
        signal,
      })
      const correlations = signals.map((_, row) => correlation(rowOf(maps[score], row), rowOf(maps.logit, row)))
      scores.push({
        score,
        correlation: correlations.reduce((sum, value) => sum + value, 0) / correlations.length,
        inverted: correlations.filter((value) => value < 0).length / correlations.length,
        drop: drop.interval,
        increase: increase.interval,
      })
    }
    onProgress?.(0.9, 'baselines')
    return { scores, baselines: await baselineEvidence({ name, model }, input) }
  })
}

/** Maps of one score for signals of all classes, [signals, steps]. */
async function scoreMaps(
  { model }: Pick<NamedNetwork, 'model'>,
  signals: readonly Float32Array[],
  predicted: readonly number[],
  score: ExplainedScore,
  signal?: AbortSignal,
): Promise<NDArray> {
  const steps = signals[0]!.length
  const data = new Float32Array(signals.length * steps)
  for (const digit of new Set(predicted)) {
    const rows = [...predicted.keys()].filter((row) => predicted[row] === digit)
    const input = signalBatch(rows.map((row) => signals[row]!))
    const target: Target = score === 'loss' ? lossOf(digit, model.outputs[0]!.name) : digit
    const space = score === 'logit' ? 'logit' : 'probability'
    const method = integratedGradients({ steps: 64, baseline: 'zero' })
    const attribution = await explain(model, input, method, { target, space, signal })
    const maps = positionMaps(attribution, { axes: model.inputs[0]!.axes, shape: input.shape })
    for (const [place, row] of rows.entries()) data.set(rowOf(maps, place), row * steps)
  }
  return { shape: [signals.length, steps], data }
}

/** Cross-entropy of a class: what a training step differentiates, and what falls when the score rises. */
const lossOf = (digit: number, output: string): FunctionTarget => ({
  name: `loss of ${digit}`,
  space: 'probability',
  score: (outputs) => neg(log(gather(outputs[output]!, digit, 1))) as Tensor1D,
})

async function baselineEvidence(
  { model }: Pick<NamedNetwork, 'name' | 'model'>,
  input: NDArray,
): Promise<SignalBaselineEvidence[]> {
  const { task } = await openTask(model, input, { space: 'logit' })
  const scores = await task.scoresAtInputs()
  const evidence: SignalBaselineEvidence[] = []
  for (const [place, baseline] of (await task.baselines(baselines)).entries()) {
    const output = (await model.predict(baseline.inputs, { space: 'probability' }))[model.outputs[0]!.name]!
    const called = Array.from({ length: output.shape[0]! }, (_, row) => {
      const probabilities = rowOf(output, row)
      const probability = Math.max(...probabilities)
      return { digit: probabilities.indexOf(probability), probability }
    })
    const counts = Array.from({ length: 10 }, (_, digit) => called.filter((one) => one.digit === digit).length)
    const most = counts.indexOf(Math.max(...counts))
    const totals = Array.from(scores, (score, row) => score - baseline.scores[row]!)
    evidence.push({
      baseline: baselines[place]!,
      called: String(most),
      share: counts[most]! / called.length,
      probability: called.reduce((sum, { probability }) => sum + probability, 0) / called.length,
      negative: totals.filter((total) => total < 0).length / totals.length,
    })
  }
  return evidence
}

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (of: Float32Array) => of.reduce((sum, value) => sum + value, 0) / of.length
  const [meanA, meanB] = [mean(a), mean(b)]
  let [product, squaresA, squaresB] = [0, 0, 0]
  for (const [i, value] of a.entries()) {
    product += (value - meanA) * (b[i]! - meanB)
    squaresA += (value - meanA) ** 2
    squaresB += (b[i]! - meanB) ** 2
  }
  const scale = Math.sqrt(squaresA * squaresB)
  return scale > 0 ? product / scale : 0
}

/** One signal a digit, explained by each of the scores. */
export async function invertedFigure(
  network: NamedNetwork,
  signals: readonly Float32Array[],
  predicted: readonly number[],
  signal?: AbortSignal,
): Promise<PageFigure> {
  const titles = { logit: 'of the logit', probability: 'of the probability', loss: 'of the loss' }
  const rows = []
  for (const score of explainedScores) {
    const maps = await scoreMaps(network, signals, predicted, score, signal)
    const cells = signals.map((values, row) => ({
      signal: values,
      map: normaliseGrid({ width: values.length, height: 1, data: rowOf(maps, row) }, { signed: true }),
    }))
    rows.push({ name: titles[score], cells })
  }
  return {
    file: `inverted-${network.name}`,
    caption: `${network.title}. Integrated gradients of three scores of the predicted class, from the same baseline 0. The loss falls where the logit rises: its map is the logit's with red and blue exchanged. Whoever differentiates the loss, as a training loop does, and draws it like a score gets an inverted result.`,
    figure: signalGridFigure({
      title: 'Inverted results: which score is differentiated',
      subtitle: 'Red raises the score, blue lowers it.',
      columns: predicted.map(String),
      rows,
    }),
  }
}
