import { add, matMul, mul, type serialization, split, sub, type Tensor2D, tidy, unstack } from '@tensorflow/tfjs-core'
import { type GRUCellLayerArgs, type GRULayerArgs, layers, RNN } from '@tensorflow/tfjs-layers'
import type { Variable } from '../weights/assign.ts'

/** Keras's own GRU cell, which TensorFlow.js refuses: the reset gate acts after the product with the state, whose bias is separate. */
export class ResetAfterGRUCell extends layers.RNNCell {
  static className = 'ResetAfterGRUCell'
  readonly stateSize: number
  /** The cell of TensorFlow.js: it knows the arguments, and is never run. */
  readonly plain: ReturnType<typeof layers.gruCell>
  #weights: readonly Variable[] = []

  constructor(args: GRUCellLayerArgs) {
    super(args)
    this.plain = layers.gruCell({ ...args, resetAfter: false } as GRUCellLayerArgs)
    this.stateSize = this.plain.units
  }

  override build(inputShape: number[]): void {
    const { units, useBias, kernelInitializer, recurrentInitializer, biasInitializer } = this.plain
    const weight = (name: string, shape: number[], initializer: typeof kernelInitializer) =>
      this.addWeight(name, shape, 'float32', initializer)
    this.#weights = [
      weight('kernel', [inputShape.at(-1)!, 3 * units], kernelInitializer),
      weight('recurrent_kernel', [units, 3 * units], recurrentInitializer),
      ...(useBias ? [weight('bias', [2, 3 * units], biasInitializer)] : []),
    ]
    this.built = true
  }

  override call([x, state]: Tensor2D[]): Tensor2D[] {
    return tidy(() => {
      const [kernel, recurrentKernel, bias] = this.#weights.map((weight) => weight.read())
      const [inputBias, stateBias] = bias ? unstack(bias) : []
      const fromInput = product(x!, kernel as Tensor2D, inputBias)
      const fromState = product(state!, recurrentKernel as Tensor2D, stateBias)
      const [xUpdate, xReset, xNew] = split(fromInput, 3, 1)
      const [hUpdate, hReset, hNew] = split(fromState, 3, 1)
      const { activation, recurrentActivation } = this.plain
      const update = recurrentActivation.apply(add(xUpdate!, hUpdate!))
      const reset = recurrentActivation.apply(add(xReset!, hReset!))
      const candidate = activation.apply(add(xNew!, mul(reset, hNew!)))
      const next = add<Tensor2D>(mul(update, state!), mul(sub(1, update), candidate))
      return [next, next]
    })
  }

  override getConfig(): serialization.ConfigDict {
    return { ...this.plain.getConfig(), ...super.getConfig(), resetAfter: true }
  }
}

/** The layer of such cells. */
export class ResetAfterGRU extends RNN {
  static override className = 'ResetAfterGRU'

  constructor(args: GRULayerArgs) {
    super({ ...args, cell: new ResetAfterGRUCell({ ...args } as GRUCellLayerArgs) })
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    return new cls(config)
  }
}

function product(x: Tensor2D, kernel: Tensor2D, bias: ReturnType<typeof unstack>[number] | undefined) {
  const result = matMul(x, kernel)
  return bias ? add<Tensor2D>(result, bias) : result
}
