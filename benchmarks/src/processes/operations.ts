import { type Attribution, explain, type LayeredModel, type NDArray, rowOf } from '@explainnet/core'
import { gradCam } from '@explainnet/grad-cam'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import { mul, sum, type Tensor1D, tensor1d } from '@tensorflow/tfjs-core'

/** What is asked of each engine; a column of the tables, or integrated gradients with a number of steps. */
export interface Operation {
  readonly name: 'forward' | 'gradient' | 'saliency' | 'grad-cam' | 'smooth-grad' | 'integrated-gradients'
  /** How many of the network's examples, from the first on. */
  readonly rows?: number
  /** Or this one alone. */
  readonly row?: number
  /** Of integrated gradients; the default call if absent. */
  readonly steps?: number
}

export interface Done {
  /** Points of the path, where the method decides on their number. */
  readonly evaluations?: number | undefined
  /** Of Grad-CAM. */
  readonly layer?: string | undefined
  readonly values?: Float32Array
}

/** Runs an operation through the public interface, the way a user would. */
export async function run(model: LayeredModel, examples: NDArray, operation: Operation): Promise<Done> {
  const input = take(examples, operation)
  const name = model.inputs[0]!.name
  switch (operation.name) {
    case 'forward':
      await model.predict({ [name]: input }, { space: 'logit' })
      return {}
    case 'gradient':
      await model.scoreAndGradient({ [name]: input }, firstClass(model))
      return {}
    default: {
      const { certificate, values } = await explained(model, input, operation)
      const evaluations = certificate.evidence.evaluations?.reduce((total, one) => total + one, 0)
      return { evaluations, layer: certificate.layer?.name, values }
    }
  }
}

function explained(model: LayeredModel, input: NDArray, { name, steps }: Operation): Promise<Attribution> {
  switch (name) {
    case 'grad-cam':
      return explain(model, input, gradCam())
    case 'smooth-grad':
      return explain(model, input, smoothGrad(saliency(), { samples: 50 }))
    case 'integrated-gradients':
      return explain(model, input, integratedGradients(steps === undefined ? {} : { steps }))
    default:
      return explain(model, input, saliency())
  }
}

export function take(examples: NDArray, { rows = 1, row }: Operation): NDArray {
  const size = examples.shape[0]!
  const wanted = row === undefined ? Array.from({ length: rows }, (_, i) => i % size) : [row]
  const length = examples.data.length / size
  const data = new Float32Array(wanted.length * length)
  wanted.forEach((one, i) => {
    data.set(rowOf(examples, one), i * length)
  })
  return { shape: [wanted.length, ...examples.shape.slice(1)], data }
}

/** The logit of class 0 of each row. */
function firstClass(model: LayeredModel) {
  const output = model.outputs[0]!
  const mask = Float32Array.from({ length: output.shape.at(-1)! }, (_, i) => (i === 0 ? 1 : 0))
  return Object.assign(
    (outputs: Record<string, Parameters<typeof mul>[0]>) =>
      sum(mul(outputs[output.name]!, tensor1d(mask)), -1) as Tensor1D,
    { space: 'logit' as const },
  )
}
