import { type BaselineName, type LayeredModel, type NamedArrays, openTask, rowOf } from '@explainnet/core'
import type { LabelledFile } from '@explainnet/datasets/folder'
import { bootstrapMean, type Interval } from '@explainnet/metrics'
import { batchedInputs } from '../study/batched.ts'
import { kept } from '../study/kept.ts'
import type { StageOptions } from '../study/stage.ts'

export const studiedBaselines = ['black', 'white', 'grey', 'mean', 'blur', 'uniform'] as const satisfies BaselineName[]

/** What the network makes of a baseline of integrated gradients, over a sample of tiles. JSON. */
export interface BaselineEvidence {
  readonly baseline: (typeof studiedBaselines)[number]
  /** The class that the network most often calls the baseline, and on which share of the tiles. */
  readonly calledMost: { readonly label: string; readonly share: number }
  /** Mean probability of the class that the baseline is called: near 1 it is no absence but an example of that class. */
  readonly certainty: number
  /** Mean of f(x) − f(b), logits of the class predicted for the tile: what attributions add up to. */
  readonly total: Interval
  /** Share of tiles on which attributions add up to less than 0: the map says more against the class than for it. */
  readonly negative: number
}

/** Asks the network about each baseline of every tile. Cost: about a dozen forward passes a tile. */
export async function baselineEvidence(
  model: LayeredModel,
  root: string,
  files: readonly LabelledFile[],
  { folder, signal, onProgress }: StageOptions,
): Promise<BaselineEvidence[]> {
  const from = [await model.fingerprint?.(), files, studiedBaselines]
  return await kept({ folder, name: 'baselines', from }, async () => {
    const found = studiedBaselines.map(() => ({
      totals: [] as number[],
      certainties: [] as number[],
      called: [] as string[],
    }))
    let done = 0
    for await (const { input, labels } of batchedInputs(model, root, files, 8)) {
      const { task } = await openTask(model, input, { space: 'logit', signal })
      const scores = await task.scoresAtInputs()
      for (const [place, baseline] of (await task.baselines(studiedBaselines)).entries()) {
        const { totals, certainties, called } = found[place]!
        totals.push(...Array.from(scores, (score, example) => score - baseline.scores[example]!))
        for (const { probability, label } of await predictionsOf(model, baseline.inputs)) {
          certainties.push(probability)
          called.push(label)
        }
      }
      done += labels.length
      onProgress?.(done / files.length, `baselines: ${done} of ${files.length} tiles`)
    }
    return studiedBaselines.map((baseline, place) => summary(baseline, found[place]!))
  })
}

async function predictionsOf(model: LayeredModel, inputs: NamedArrays) {
  const output = (await model.predict(inputs, { space: 'probability' }))[model.outputs[0]!.name]!
  return Array.from({ length: output.shape[0]! }, (_, row) => {
    const probabilities = rowOf(output, row)
    const probability = Math.max(...probabilities)
    const index = probabilities.indexOf(probability)
    return { probability, label: model.card?.labels?.[index] ?? String(index) }
  })
}

function summary(
  baseline: BaselineEvidence['baseline'],
  {
    totals,
    certainties,
    called,
  }: { totals: readonly number[]; certainties: readonly number[]; called: readonly string[] },
): BaselineEvidence {
  const counts = new Map<string, number>()
  for (const label of called) counts.set(label, (counts.get(label) ?? 0) + 1)
  const [label, count] = [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most))
  return {
    baseline,
    calledMost: { label, share: count / called.length },
    certainty: bootstrapMean(certainties).mean,
    total: bootstrapMean(totals),
    negative: totals.filter((total) => total < 0).length / totals.length,
  }
}
