import { type BaselineChoice, ExplainError, type NamedArrays, type NDArray, sizeOf } from '@explainnet/core'
import type { Subject } from '../subject.ts'

/** A Gaussian of `size` taps a side (odd) and standard deviation `blur` in pixels, edges repeated. */
export interface KernelBlur {
  readonly blur: number
  readonly size: number
}

/** What stands in for hidden positions. Several: the metric is averaged over them. */
export type Hiding = BaselineChoice | KernelBlur
export type HidingOption = Hiding | readonly Hiding[]

/** The examples with everything hidden, and what the model makes of them. */
export interface Hidden {
  readonly name: string
  readonly values: NDArray
  /** [n] */
  readonly scores: Float32Array
}

const isKernel = (choice: Hiding): choice is KernelBlur => typeof choice === 'object' && 'size' in choice

/** One forward pass a distinct row. */
export async function hiddenInputs(subject: Subject, option: HidingOption): Promise<Hidden[]> {
  const { task, spec, input } = subject
  const choices = Array.isArray(option) ? (option as readonly Hiding[]) : [option as Hiding]
  const hidden: Hidden[] = []
  for (const choice of choices) {
    const resolved: BaselineChoice = isKernel(choice)
      ? { name: `blur ${choice.blur} of size ${choice.size}`, inputs: blurredInputs(subject, choice) }
      : choice
    const [baseline] = await task.baselines(resolved)
    const values = baseline!.inputs[spec.name]!
    const scores = task.model.inputs.length === 1 ? baseline!.scores : await scoresOf(subject, values)
    hidden.push({ name: baseline!.name, values: { shape: input.shape, data: values.data }, scores })
  }
  return hidden
}

/** Where the model has other inputs too, they stay as they are. */
async function scoresOf({ task, spec }: Subject, values: NDArray): Promise<Float32Array> {
  const scores = new Float32Array(task.size)
  const size = values.data.length / task.size
  const rows = {
    count: task.size,
    example: (row: number) => row,
    fill: (row: number, into: Readonly<Record<string, Float32Array>>) =>
      into[spec.name]!.set(values.data.subarray(row * size, (row + 1) * size)),
  }
  for await (const { row, score } of task.scores(rows)) scores[row] = score
  return scores
}

const blurredInputs = ({ task, spec, input }: Subject, kernel: KernelBlur): NamedArrays => ({
  ...task.inputs,
  [spec.name]: kernelBlur(input, kernel, spec.axes.at(-1) === 'channel'),
})

export function kernelBlur({ shape, data }: NDArray, { blur, size }: KernelBlur, channels: boolean): NDArray {
  if (!(blur > 0 && Number.isInteger(size) && size % 2 === 1)) {
    throw new ExplainError(
      'unknown-baseline',
      `A blur of ${blur} with ${size} taps was asked for.`,
      'The blur is a standard deviation above 0, the size an odd whole number.',
    )
  }
  const reach = (size - 1) / 2
  const taps = Array.from({ length: size }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * blur ** 2)))
  const total = taps.reduce((sum, tap) => sum + tap)
  let values = Float64Array.from(data)
  for (let axis = 1; axis < shape.length - (channels ? 1 : 0); axis++) {
    const side = shape[axis]!
    const stride = sizeOf(shape.slice(axis + 1))
    values = Float64Array.from(values, (_, position) => {
      const at = Math.floor(position / stride) % side
      const first = position - at * stride
      return taps.reduce((sum, tap, i) => {
        const from = Math.min(side - 1, Math.max(0, at + i - reach))
        return sum + (tap / total) * values[first + from * stride]!
      }, 0)
    })
  }
  return { shape, data: Float32Array.from(values) }
}
