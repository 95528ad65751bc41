/** Finds the softmax or sigmoid at the end of a tfjs-layers model, and runs its layer without it. */
import type { FinalActivation } from '../api.ts'
import { sigmoidOver } from './final-activation.ts'
import { type Container, isContainer, type Layer, type LayerCall, type SymbolicTensor } from './layers-graph.ts'

interface Activated extends Layer {
  activation?: { getClassName(): string; apply(x: unknown): unknown }
  softmax?: (x: unknown, axis: number) => unknown
  axis?: number
  /** The wrapped layer of `TimeDistributed`. */
  layer?: Activated
}

// Layers that apply `activation` last; in a recurrent cell it is something else.
const activatedLast = /^(Dense|Activation|(Depthwise|Separable)?Conv[123]?D|Conv[23]DTranspose|DepthwiseConv2D)$/
// Layers that move numbers but do not change them, as long as the last axis stays.
const passing = /^(Reshape|Flatten|Dropout|InputLayer)$/

export interface FoundActivation {
  readonly activation: FinalActivation
  readonly path: string
  readonly call: number
}

/** The activation that makes output `index` of the model, or undefined. */
export function findActivation(
  model: Container,
  calls: readonly LayerCall[],
  index: number,
): FoundActivation | undefined {
  let container = model
  let prefix = ''
  let tensor: SymbolicTensor | undefined = model.outputs[index]
  const { shape } = model.outputs[index]!
  while (tensor) {
    const layer: Layer = tensor.sourceLayer
    const path: string = prefix + layer.name
    if (isContainer(layer)) {
      container = layer
      prefix = `${path}/`
      tensor = container.outputs[tensor.outputTensorIndex ?? 0]
      continue
    }
    if (passing.test(layer.getClassName()) && tensor.inputs[0]?.shape.at(-1) === shape.at(-1)) {
      tensor = tensor.inputs[0]
      continue
    }
    const kind = activationOf(layer as Activated, tensor.shape.length)
    // A nested model's runs are told apart by number alone; the one that makes the output is the last.
    const own = calls.findLast((call) => call.path === path && (prefix !== '' || call.output.name === tensor!.name))
    if (!kind || !own) return undefined
    return { activation: kind === 'softmax' ? 'softmax' : sigmoidOver(shape), path, call: own.call }
  }
  return undefined
}

function activationOf(layer: Activated, rank: number): 'softmax' | 'sigmoid' | undefined {
  const type = layer.getClassName()
  if (type === 'Softmax') return layer.axis === -1 || layer.axis === rank - 1 ? 'softmax' : undefined
  if (type === 'TimeDistributed') return layer.layer && activationOf(layer.layer, rank - 1)
  if (!activatedLast.test(type)) return undefined
  const name = layer.activation?.getClassName()
  return name === 'softmax' || name === 'sigmoid' ? name : undefined
}

const linear = { getClassName: () => 'linear', apply: (x: unknown) => x }

/** Takes the activation off a layer; the returned function puts it back. */
export function withoutActivation(layer: Layer): () => void {
  const activated = layer as Activated
  if (activated.getClassName() === 'TimeDistributed' && activated.layer) return withoutActivation(activated.layer)
  if (activated.getClassName() === 'Softmax') {
    const { softmax } = activated
    activated.softmax = linear.apply
    return () => {
      activated.softmax = softmax!
    }
  }
  const { activation } = activated
  activated.activation = linear
  return () => {
    activated.activation = activation!
  }
}
