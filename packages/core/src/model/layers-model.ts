import { keep, type Tensor } from '@tensorflow/tfjs-core'
import type { Axis, LayeredModel, ModelCard, ModelSpec, NamedTensors, Space, TensorSpec } from '../api.ts'
import { guessAxes } from './axes.ts'
import { activationByCard, applyActivation } from './final-activation.ts'
import { fingerprintOf } from './fingerprint.ts'
import { resolveLayer } from './layer-ref.ts'
import { findActivation, withoutActivation } from './layers-activation.ts'
import { copyLayers } from './layers-copy.ts'
import { asContainer, type Container, describeLayers, layerCalls } from './layers-graph.ts'
import { withHooks } from './layers-hooks.ts'
import { parametersOf } from './layers-parameters.ts'
import { refuseSecondCopy } from './one-copy.ts'
import { differentiate, runPass } from './pass.ts'
import { passesOf } from './passes.ts'
import type { Tape } from './tape.ts'

export interface AdapterOptions {
  readonly card?: ModelCard | undefined
  /** Where the model can be loaded again. */
  readonly spec?: ModelSpec | undefined
  /** What the axes of an input or output mean, by its name, where the guess from the rank is wrong. */
  readonly axes?: Readonly<Record<string, readonly Axis[]>> | undefined
}

/** The part of a tfjs-layers model that is used; any `tf.LayersModel` fits. */
export interface LayersModelLike {
  readonly name: string
  apply(inputs: Tensor[], kwargs?: { training: boolean }): unknown
  toJSON(unused?: unknown, returnString?: boolean): unknown
}

/**
 * A tfjs-layers model of any topology: sequential, branching, nested, with shared layers, several inputs or outputs.
 *
 * The final softmax or sigmoid of every output is found and left out for `space: 'logit'` by running its layer without
 * the activation; `finalActivation` is that of the first output. If there is none and the card says
 * `output: 'logits'`, it is the softmax (or sigmoid) that turns them into probabilities. A single sigmoid unit,
 * `binary-sigmoid`, stays one number a row. Inputs that an Embedding reads are int32 and have no gradient; its output has.
 *
 * Layers are named `outer/inner` in nested models. While a pass runs, which is synchronous, the layers' `call` is
 * wrapped. Errors: `unsupported-model`, `versions-differ`, `unknown-layer`, `bad-shape`, `gradients-not-registered`,
 * `no-gradient-for-op`, `nested-pass`, `backend-lost`.
 */
export function fromLayersModel(model: LayersModelLike, options: AdapterOptions = {}): LayeredModel {
  const container = asContainer(model)
  refuseSecondCopy(container.weights[0]?.read())
  const calls = layerCalls(container)
  const infos = describeLayers(container, calls)
  const inputs = container.inputs.map((_, i) => inputSpec(container, i, options))
  const outputs = outputSpecs(container, options)
  const activations = outputs.map((_, i) => findActivation(container, calls, i))
  const byCard = activations[0] ? 'none' : activationByCard(options.card, outputs[0]!.shape)
  let fingerprint: Promise<string> | undefined

  const forward = (tensors: NamedTensors, space: Space, tape?: Tape, capture?: Capture): NamedTensors =>
    withHooks(
      calls,
      {
        enter(path, call, layer) {
          const outside = tape?.layer
          if (tape) tape.layer = { name: path, call }
          const strip = space === 'logit' && activations.some((found) => found?.path === path && found.call === call)
          const restore = strip ? withoutActivation(layer) : undefined
          return () => {
            restore?.()
            if (tape) tape.layer = outside
          }
        },
        leave: (path, call, output) => capture?.(path, call, output) ?? output,
      },
      () => {
        const given = model.apply(
          inputs.map(({ name }) => tensors[name]!),
          { training: false },
        ) as Tensor | Tensor[]
        const list = Array.isArray(given) ? given : [given]
        return Object.fromEntries(
          outputs.map(({ name }, i): [string, Tensor] => [
            name,
            i === 0 && space === 'probability' ? applyActivation(list[i]!, byCard) : list[i]!,
          ]),
        )
      },
    )

  return {
    kind: 'layers',
    inputs,
    outputs,
    finalActivation: activations[0]?.activation ?? byCard,
    card: options.card,
    spec: options.spec,
    layers: () => infos,
    ...passesOf(inputs, forward),
    async activation(arrays, layer) {
      const { name, call } = resolveLayer(infos, layer)
      let at: Tensor | undefined
      try {
        const found = await runPass(inputs, arrays, (tensors) => {
          if (tensors[name]) return { at: tensors[name] }
          forward(tensors, 'probability', undefined, (path, k, output) => {
            if (path === name && k === call) at = keep(first(output).clone())
            return undefined
          })
          return { at: at! }
        })
        return found.at
      } finally {
        at?.dispose()
      }
    },
    async layerScoreAndGradient(arrays, score, layer, gradientOptions) {
      const { name, call } = resolveLayer(infos, layer)
      let at: Tensor | undefined
      let activation: Tensor | undefined
      const capture: Capture = (path, k, output) => {
        if (path !== name || k !== call) return undefined
        // A copy of its own, so that what else reads the same tensor is not counted.
        at = first(output).clone()
        activation = keep(at.clone())
        return Array.isArray(output) ? [at, ...output.slice(1)] : at
      }
      try {
        const { scores, gradients, also } = await differentiate(
          {
            specs: inputs,
            inputs: arrays,
            score,
            options: gradientOptions,
            forward(tensors, tape) {
              const input = tensors[name]
              if (input) {
                at = activation = input
                tape.watch(input)
              }
              return forward(tensors, score.space, tape, (path, k, output) => {
                const replaced = input ? undefined : capture(path, k, output)
                if (replaced) tape.watch(at!)
                return replaced
              })
            },
          },
          () => ({ by: { at: at! }, also: { activation: activation! } }),
          false,
        )
        return { scores, activation: also['activation']!, gradient: gradients['at']! }
      } finally {
        activation?.dispose()
      }
    },
    parameters: () =>
      parametersOf(calls, () => {
        fingerprint = undefined
      }),
    copy() {
      const { copied, dispose } = copyLayers(model, container)
      // What the copy becomes cannot be loaded from where the model was.
      return { ...fromLayersModel(copied, { ...options, spec: undefined }), dispose }
    },
    fingerprint() {
      fingerprint ??= fingerprintOf(
        model.toJSON(null, false),
        container.weights.map((weight) => weight.read()),
      )
      return fingerprint
    },
  }
}

type Capture = (path: string, call: number, output: Tensor | Tensor[]) => Tensor | Tensor[] | undefined

const first = (output: Tensor | Tensor[]): Tensor => (Array.isArray(output) ? output[0]! : output)

function inputSpec(model: Container, i: number, options: AdapterOptions): TensorSpec {
  const input = model.inputs[i]!
  const { name } = input.sourceLayer
  const readers = layerCalls(model).filter(({ output }) => output.inputs.includes(input))
  const indices = readers.length > 0 && readers.every(({ layer }) => layer.getClassName() === 'Embedding')
  return {
    name,
    shape: [null, ...input.shape.slice(1)],
    dtype: indices || input.dtype === 'int32' ? 'int32' : 'float32',
    axes: options.axes?.[name] ?? guessAxes(input.shape.length),
  }
}

/** Two outputs of one layer have the layer's name both: the second is told apart by a number. */
function outputSpecs(model: Container, options: AdapterOptions): readonly TensorSpec[] {
  const names = model.outputs.map((output) => output.sourceLayer.name)
  return model.outputs.map((output, i) => {
    const before = names.slice(0, i).filter((name) => name === names[i]).length
    const name = before === 0 ? names[i]! : `${names[i]}:${before}`
    return {
      name,
      shape: [null, ...output.shape.slice(1)],
      dtype: 'float32',
      axes: options.axes?.[name] ?? guessAxes(output.shape.length),
    }
  })
}
