/** What is read of a tfjs-layers model, by structure, and the order in which it runs its layers. */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayerInfo } from '../api.ts'
import { ExplainError } from '../errors.ts'

export interface SymbolicTensor {
  readonly name: string
  readonly shape: readonly (number | null)[]
  readonly dtype: string
  readonly sourceLayer: Layer
  readonly inputs: readonly SymbolicTensor[]
  readonly outputTensorIndex?: number | undefined
}

export interface Layer {
  readonly name: string
  readonly weights: readonly LayerVariable[]
  call(inputs: Tensor | Tensor[], kwargs: unknown): Tensor | Tensor[]
  getClassName(): string
}

interface LayerVariable {
  readonly name: string
  readonly shape: readonly (number | null)[]
  read(): Tensor
  write(value: Tensor): unknown
  dispose(): void
}

/** A model, and a layer that is a model. */
export interface Container extends Layer {
  readonly inputs: readonly SymbolicTensor[]
  readonly outputs: readonly SymbolicTensor[]
}

export const isContainer = (layer: Layer): layer is Container =>
  Array.isArray((layer as Container).inputs) && Array.isArray((layer as Container).outputs) && 'layers' in layer

/** One run of a layer. */
export interface LayerCall {
  /** `outer/inner` inside a nested model. */
  readonly path: string
  /** Counts the runs of this path, from 0. */
  readonly call: number
  readonly layer: Layer
  readonly output: SymbolicTensor
  readonly from: readonly string[]
}

/** Every run of every layer in one forward pass, nested models after what is in them. */
export function layerCalls(model: Container): readonly LayerCall[] {
  const calls: LayerCall[] = []
  const counts = new Map<string, number>()
  const walk = (container: Container, prefix: string, feeds: readonly string[]) => {
    const fedBy = new Map(container.inputs.map((input, i) => [input.name, feeds[i]!]))
    const nameOf = (tensor: SymbolicTensor) => fedBy.get(tensor.name) ?? prefix + tensor.sourceLayer.name
    for (const output of runOrder(container)) {
      const layer = output.sourceLayer
      const path = prefix + layer.name
      const inputs = output.inputs.map(nameOf)
      if (isContainer(layer)) walk(layer, `${path}/`, inputs)
      const from = isContainer(layer) ? layer.outputs.map((inner) => `${path}/${inner.sourceLayer.name}`) : inputs
      const call = counts.get(path) ?? 0
      counts.set(path, call + 1)
      calls.push({ path, call, layer, output, from: [...new Set(from)] })
    }
  }
  walk(
    model,
    '',
    model.inputs.map((input) => input.sourceLayer.name),
  )
  return calls
}

/**
 * The symbolic tensors in the order in which tfjs-layers computes them (`engine/executor.ts`): depth first from each
 * output, the last input first. The numbers of a shared layer's calls depend on it.
 */
function runOrder(container: Container): readonly SymbolicTensor[] {
  const done = new Set(container.inputs.map((input) => input.name))
  const order: SymbolicTensor[] = []
  for (const output of container.outputs) {
    // An explicit stack: a deep network must not exhaust the engine's own.
    const stack: { tensor: SymbolicTensor; opened: boolean }[] = [{ tensor: output, opened: false }]
    while (stack.length > 0) {
      const top = stack.at(-1)!
      if (done.has(top.tensor.name)) stack.pop()
      else if (top.opened || top.tensor.inputs.length === 0) {
        stack.pop()
        done.add(top.tensor.name)
        order.push(top.tensor)
      } else {
        top.opened = true
        for (const tensor of top.tensor.inputs) if (!done.has(tensor.name)) stack.push({ tensor, opened: false })
      }
    }
  }
  return order.filter((tensor) => tensor.sourceLayer.getClassName() !== 'InputLayer')
}

export function describeLayers(model: Container, calls: readonly LayerCall[]): readonly LayerInfo[] {
  const inputs = model.inputs.map(
    (input): LayerInfo => ({
      name: input.sourceLayer.name,
      type: 'InputLayer',
      shape: input.shape,
      calls: 1,
      spatial: input.shape.length > 2,
      from: [],
    }),
  )
  const layers = new Map<string, LayerInfo>()
  for (const { path, call, layer, output, from } of calls) {
    layers.set(path, {
      name: path,
      type: layer.getClassName(),
      shape: output.shape,
      calls: call + 1,
      spatial: output.shape.length > 2,
      from: [...new Set([...(layers.get(path)?.from ?? []), ...from])],
    })
  }
  return [...inputs, ...layers.values()]
}

/** Throws `unsupported-model` for what is no tfjs-layers model, or is not built yet. */
export function asContainer(model: object): Container {
  const container = model as Container
  if (typeof container.getClassName === 'function' && isContainer(container) && container.outputs.length > 0) {
    return container
  }
  throw new ExplainError(
    'unsupported-model',
    'This is not a built LayersModel: it has no inputs and outputs.',
    'Give a model of tf.model, tf.sequential (with an inputShape) or tf.loadLayersModel.',
  )
}
