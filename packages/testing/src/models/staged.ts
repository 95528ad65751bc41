import {
  type DifferentiableModel,
  type FinalActivation,
  fromFunction,
  type LayeredModel,
  type NamedTensors,
  type ShapeOption,
} from '@explainnet/core'
import type { Tensor } from '@tensorflow/tfjs-core'

/** One layer of a chain: what it makes of the layer before; the first one gets the inputs by name. */
export interface Stage {
  readonly name: string
  readonly type: string
  readonly shape: readonly (number | null)[]
  readonly run: (before: NamedTensors) => Tensor
}

export interface StagedOptions {
  readonly inputs: Readonly<Record<string, ShapeOption>>
  readonly stages: readonly Stage[]
  readonly finalActivation?: FinalActivation | undefined
  readonly labels?: readonly string[] | undefined
}

/** A chain of functions as a layered model: each layer cuts it into a function before and a function behind. */
export function staged({ inputs, stages, finalActivation, labels }: StagedOptions): LayeredModel {
  const last = stages.at(-1)!
  const run = (from: number, to: number, given: NamedTensors): Tensor => {
    let named = given
    for (const stage of stages.slice(from, to)) named = { [stage.name]: stage.run(named) }
    return named[stages[to - 1]!.name]!
  }
  const outputs = { output: last.shape }
  const whole = fromFunction((given: NamedTensors) => ({ output: run(0, stages.length, given) }), {
    inputs,
    outputs,
    finalActivation,
    card: { labels },
  })
  const cuts = new Map<string, { before: DifferentiableModel; behind: DifferentiableModel }>()
  const cut = (name: string) => {
    let found = cuts.get(name)
    if (!found) {
      const index = stages.findIndex((stage) => stage.name === name)
      const { shape } = stages[index]!
      found = {
        before: fromFunction((given: NamedTensors) => ({ output: run(0, index + 1, given) }), {
          inputs,
          outputs: { output: shape },
        }),
        behind: fromFunction(
          (given: NamedTensors) => ({
            output: index + 1 < stages.length ? run(index + 1, stages.length, given) : given[name]!,
          }),
          { inputs: { [name]: shape }, outputs, finalActivation },
        ),
      }
      cuts.set(name, found)
    }
    return found
  }
  const names = Object.keys(inputs)
  return {
    ...whole,
    kind: 'staged',
    layers: () => [
      ...whole.inputs.map(({ name, shape }) => ({
        name,
        type: 'Input',
        shape,
        calls: 1,
        spatial: shape.length > 2,
        from: [],
      })),
      ...stages.map(({ name, type, shape }, i) => ({
        name,
        type,
        shape,
        calls: 1,
        spatial: shape.length > 2,
        from: i === 0 ? names : [stages[i - 1]!.name],
      })),
    ],
    async activation(arrays, layer) {
      const { output } = await cut(layer.name).before.predict(arrays, { space: 'logit' })
      return output!
    },
    async layerScoreAndGradient(arrays, score, layer, options) {
      const { before, behind } = cut(layer.name)
      const { output } = await before.predict(arrays, { space: 'logit' })
      const at = { [layer.name]: output! }
      const { scores, gradients } = await behind.scoreAndGradient(at, score, options)
      return { scores, activation: output!, gradient: gradients[layer.name]! }
    },
  }
}
