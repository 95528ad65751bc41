import { type Attribution, explain, type LayeredModel, type NDArray } from '@explainnet/core'
import { positionMaps } from '@explainnet/metrics'
import type { TableMethod } from '../confidence-change/index.ts'
import { signalBatch } from './evaluate.ts'

/** A method's maps of many signals. */
export interface SignalMaps {
  readonly method: TableMethod
  /** [signals, steps] one value a step. */
  readonly maps: NDArray
  readonly targets: Attribution['certificate']['targets']
}

export interface SignalMapOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((share: number) => void) | undefined
}

// Explained at once: enough to fill a chunk, few enough to report progress.
const block = 50

/** Explains the predicted class of every signal by one method, and reduces the maps to one value a step. */
export async function signalMaps(
  model: LayeredModel,
  signals: readonly ArrayLike<number>[],
  method: TableMethod,
  { signal, onProgress }: SignalMapOptions = {},
): Promise<SignalMaps> {
  const steps = signals[0]!.length
  const data = new Float32Array(signals.length * steps)
  const targets: Attribution['certificate']['targets'][number][] = []
  for (let start = 0; start < signals.length; start += block) {
    const input = signalBatch(signals.slice(start, start + block))
    const attribution = await explain(model, input, method.method, { signal })
    const maps = positionMaps(attribution, { axes: model.inputs[0]!.axes, shape: input.shape }, method.channels)
    data.set(maps.data, start * steps)
    targets.push(...attribution.certificate.targets)
    onProgress?.(Math.min(1, (start + block) / signals.length))
  }
  return { method, maps: { shape: [signals.length, steps], data }, targets }
}
