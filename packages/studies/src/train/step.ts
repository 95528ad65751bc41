import {
  add,
  argMax,
  equal,
  keep,
  logSoftmax,
  mean,
  mul,
  neg,
  oneHot,
  type Scalar,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor,
  tidy,
  type Variable,
  variableGrads,
  zerosLike,
} from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { isKernel } from './network.ts'
import type { ResolvedRecipe } from './schedule.ts'

/** Examples as the network takes them. */
export interface Batch {
  /** Row-major, one example after the other. */
  readonly inputs: Float32Array
  /** A class index for each example. */
  readonly labels: ArrayLike<number>
}

export const inputTensor = (network: LayersModel, batch: Batch): Tensor =>
  tensor(batch.inputs, [batch.labels.length, ...(network.inputs[0]!.shape.slice(1) as number[])])

// tfjs-layers keeps its variables to itself, and only variables can be differentiated by.
const variablesOf = (network: LayersModel): Variable[] =>
  network.trainableWeights.map((weight) => (weight as unknown as { val: Variable }).val)

export interface Stepper {
  /** One step of Nesterov descent; the mean loss and the share of correct predictions in the batch. */
  step(batch: Batch, rate: number): Promise<{ loss: number; accuracy: number }>
  /** The momentum of every trainable weight, in the network's order. The stepper disposes them. */
  readonly momentum: Tensor[]
  dispose(): void
}

/**
 * Descent with Nesterov momentum, p ← m·p + g and w ← w − rate·(g + m·p), for a network whose outputs are logits. The
 * loss is cross-entropy against smoothed labels; g includes the weight decay of kernels.
 */
export function stepper(network: LayersModel, recipe: ResolvedRecipe): Stepper {
  const variables = variablesOf(network)
  const decays = network.trainableWeights.map((weight) => (isKernel(weight.originalName) ? recipe.weightDecay : 0))
  const classes = network.outputs[0]!.shape.at(-1)!
  const momentum: Tensor[] = variables.map((variable) => zerosLike(variable))
  const replace = (i: number, next: Tensor) => {
    momentum[i]!.dispose()
    momentum[i] = keep(next)
  }
  return {
    momentum,
    async step(batch, rate) {
      const [loss, accuracy] = tidy(() => {
        const labels = tensor(Int32Array.from(batch.labels), [batch.labels.length], 'int32')
        const smoothed = add(mul(oneHot(labels, classes), 1 - recipe.labelSmoothing), recipe.labelSmoothing / classes)
        const x = inputTensor(network, batch)
        let correct: Tensor | undefined
        const { value, grads } = variableGrads(() => {
          const logits = network.apply(x, { training: true }) as Tensor2D
          correct = keep(equal(argMax(logits, -1), labels))
          return neg(mean(sum(mul(smoothed, logSoftmax(logits)), -1))) as Scalar
        }, variables)
        for (const [i, variable] of variables.entries()) {
          const gradient = add(grads[variable.name]!, mul(variable, decays[i]!))
          replace(i, add(mul(momentum[i]!, recipe.momentum), gradient))
          variable.assign(sub(variable, mul(add(gradient, mul(momentum[i]!, recipe.momentum)), rate)))
        }
        const share = mean(correct!)
        correct!.dispose()
        return [value, share]
      }) as [Tensor, Tensor]
      const numbers = { loss: (await loss.data())[0]!, accuracy: (await accuracy.data())[0]! }
      loss.dispose()
      accuracy.dispose()
      return numbers
    },
    dispose() {
      for (const tensor of momentum) tensor.dispose()
    },
  }
}
