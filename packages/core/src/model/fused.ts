import { broadcast_util, getGradient, reshape, sum, type Tensor } from '@tensorflow/tfjs-core'
import type { Gradients } from './tape.ts'

/** A kernel that ran inside a custom-gradient operation. */
export interface InnerKernel {
  readonly kernel: string
  readonly inputs: Record<string, Tensor | undefined>
  readonly attrs: Record<string, unknown>
  readonly output: Tensor
}

/** The operation of which the fused one is a version without activation; its gradient is lazy in every input. */
const plain: Readonly<Record<string, { op: string; data: string; weights: string; saved: readonly [number, number] }>> =
  {
    FusedConv2D: { op: 'Conv2D', data: 'x', weights: 'filter', saved: [1, 0] },
    FusedDepthwiseConv2D: { op: 'DepthwiseConv2dNative', data: 'x', weights: 'filter', saved: [1, 0] },
    _FusedMatMul: { op: 'BatchMatMul', data: 'a', weights: 'b', saved: [0, 1] },
  }

export interface FusedNode {
  readonly op: string
  readonly inputs: Record<string, Tensor>
  readonly attrs: Record<string, unknown>
  readonly shape: readonly number[]
  gradient(dys: Tensor[]): Gradients
}

/**
 * Recognises a linear fused convolution or matrix product behind a custom-gradient node, whose inputs are numbered.
 * Its own gradient would compute the weights' gradients eagerly, so the plain operation's gradient takes its place.
 */
export function unwrapFused(
  numbered: Record<string, Tensor>,
  kernels: readonly InnerKernel[],
  saved: readonly Tensor[],
): FusedNode | undefined {
  const works = kernels.filter(({ kernel }) => kernel !== 'Identity' && kernel !== 'Reshape')
  const [work] = works
  const form = work && plain[work.kernel]
  if (!form || works.length !== 1 || (work.attrs['activation'] ?? 'linear') !== 'linear') return undefined
  const inputs: Record<string, Tensor> = {}
  for (const [name, tensor] of Object.entries(work.inputs)) if (tensor) inputs[name] = tensor
  const ids = new Set(Object.values(inputs).map((tensor) => tensor.id))
  if (!Object.values(numbered).every((tensor) => ids.has(tensor.id))) return undefined

  const shape = work.output.shape
  return {
    op: work.kernel,
    inputs,
    attrs: work.attrs,
    shape,
    gradient([given]) {
      const dy = reshape(given!, shape)
      const pair = form.saved.map((position) => saved[position]!)
      const gradients = getGradient(form.op)!.gradFunc(dy, pair, work.attrs as never) as Gradients
      const { bias } = inputs
      if (!bias) return gradients
      return {
        ...gradients,
        bias: () => reshape(sum(dy, broadcast_util.getReductionAxes(bias.shape, shape)), bias.shape),
      }
    },
  }
}
