import {
  add,
  backend_util,
  Cumprod,
  type CumprodAttrs,
  Cumsum,
  type CumsumAttrs,
  cast,
  cumprod,
  cumsum,
  type GradConfig,
  mul,
  Prod,
  type ProdAttrs,
  pad,
  reshape,
  reverse,
  slice,
  type Tensor,
  transpose,
  util,
} from '@tensorflow/tfjs-core'
import { around } from './around.ts'

/** Upstream fault: transposes the gradient where the axis is not the last one, which throws or, in a cube, is wrong. */
export const cumsumGradient: GradConfig = {
  kernelName: Cumsum,
  gradFunc: (dy, _, attrs) => {
    const { axis, exclusive, reverse } = attrs as unknown as CumsumAttrs
    return { x: () => cumsum(dy as Tensor, axis, exclusive, !reverse) }
  },
}

/** Upstream fault: none. */
export const cumprodGradient: GradConfig = {
  kernelName: Cumprod,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({ x: () => throughProducts(dy as Tensor, x!, attrs as unknown as CumprodAttrs) }),
}

/**
 * With the running products pᵢ = pᵢ₋₁·xᵢ and gᵢ = ∂L/∂pᵢ: gᵢ = dyᵢ + xᵢ₊₁·gᵢ₊₁ and ∂L/∂xᵢ = pᵢ₋₁·gᵢ, without a division, so that
 * zeros do no harm. The recurrence is solved in log₂(length) steps, each of which joins spans of twice the length.
 */
function throughProducts(dy: Tensor, x: Tensor, { axis, exclusive, reverse: backward }: CumprodAttrs): Tensor {
  const { outer, length, inner } = around(x.shape, axis)
  const shape: [number, number, number] = [outer, length, inner]
  const forward = (t: Tensor) => {
    const cube = reshape(t, shape)
    return backward ? reverse(cube, 1) : cube
  }
  const ahead = (t: Tensor, by: number) =>
    pad(slice(t, [0, by, 0], [outer, length - by, inner]), [
      [0, 0],
      [0, by],
      [0, 0],
    ])
  const factors = forward(cast(x, 'float32'))
  let gradient = forward(dy)
  if (exclusive) gradient = ahead(gradient, 1)
  let span = ahead(factors, 1)
  for (let by = 1; by < length; by *= 2) {
    gradient = add(gradient, mul(span, ahead(gradient, by)))
    span = mul(span, ahead(span, by))
  }
  const dx = mul(gradient, cumprod(factors, 1, true))
  return reshape(backward ? reverse(dx, 1) : dx, x.shape)
}

/** Upstream fault: throws for a negative axis, and without tfjs's chained operations always. */
export const prodGradient: GradConfig = {
  kernelName: Prod,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({ x: () => byTheOthers(dy as Tensor, x!, (attrs as unknown as ProdAttrs).axis) }),
}

/** dy times the product of all factors but this one: of those before it and of those behind it. */
function byTheOthers(dy: Tensor, x: Tensor, axis: number | number[]): Tensor {
  const axes = util.parseAxisParam(axis, x.shape)
  const kept = x.shape.flatMap((_, i) => (axes.includes(i) ? [] : [i]))
  const order = [...kept, ...axes]
  const moved = transpose(cast(x, 'float32'), order)
  const rows = reshape(moved, [dy.size, x.size / Math.max(1, dy.size)])
  const others = mul(cumprod(rows, 1, true, false), cumprod(rows, 1, true, true))
  const dx = mul(others, reshape(dy, [dy.size, 1]))
  return transpose(reshape(dx, moved.shape), backend_util.getUndoAxesPermutation(order))
}
