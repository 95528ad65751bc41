import {
  type Baseline,
  blend,
  type LayerInfo,
  type LayerRef,
  type LayerTask,
  positionsOf,
  rowOf,
  type TensorSpec,
} from '@explainnet/core'
import { attributionMask, type LayerValues, type SelectionOptions, scaled, selectChannels } from './channels.ts'

/** What one layer tells of one example. */
export interface LayerMap {
  /** 0 … 1 at each position of the input. */
  readonly values: Float64Array
  /** The mask that scored best. */
  readonly bestMask: Float32Array
}

/** Maps of single layers, before they are fused. Masks are made one at a time, so that memory does not grow with the channels. */
export function layerMapper(task: LayerTask, baselines: readonly Baseline[], options: SelectionOptions) {
  return async (layer: LayerInfo & LayerRef, input: TensorSpec, example: number): Promise<LayerMap | undefined> => {
    const found = await valuesAt(task, layer, example)
    const channels = selectChannels(found, options)
    const { sides, count, channels: deep } = positionsOf(input, task.inputs[input.name]!)
    const maskOf = (channel: number) => attributionMask(found, channel, sides)
    const weights = new Float64Array(channels.length)
    const rows = {
      count: channels.length * baselines.length,
      example: () => example,
      fill(row: number, into: Readonly<Record<string, Float32Array>>) {
        const baseline = baselines[Math.floor(row / channels.length)]!
        const hidden = rowOf(baseline.inputs[input.name]!, example)
        blend(into[input.name]!, hidden, maskOf(channels[row % channels.length]!), deep)
      },
    }
    for await (const { row, score } of task.scores(rows)) {
      weights[row % channels.length]! += score * baselines[Math.floor(row / channels.length)]!.weight
    }
    const sums = new Float64Array(count)
    for (const [i, channel] of channels.entries()) {
      const mask = maskOf(channel)
      const share = weights[i]! / mask.reduce((sum, value) => sum + value, 0)
      for (let p = 0; p < count; p++) sums[p]! += share * mask[p]!
    }
    const values = scaled(sums)
    if (!values.some((value) => value > 0)) {
      task.warn(
        'no-channels',
        `No channel of layer '${layer.name}' speaks for the target: the layer is left out.`,
        example,
      )
      return undefined
    }
    const best = weights.reduce((at, weight, i) => (weight > weights[at]! ? i : at), 0)
    return { values, bestMask: maskOf(channels[best]!) }
  }
}

async function valuesAt(task: LayerTask, layer: LayerRef, example: number): Promise<LayerValues> {
  let values: LayerValues | undefined
  for await (const row of task.layerGradients({ count: 1, example: () => example }, layer)) values = row
  return values!
}
