import {
  concat,
  type GradConfig,
  SplitV,
  type SplitVAttrs,
  stack,
  type Tensor,
  Unpack,
  type UnpackAttrs,
} from '@tensorflow/tfjs-core'

const list = (dys: Tensor | Tensor[]) => (Array.isArray(dys) ? dys : [dys])

/** Upstream fault, here and in {@link splitGradient}: throws where there is one output, whose gradient does not come in a list. */
export const unpackGradient: GradConfig = {
  kernelName: Unpack,
  gradFunc: (dys, _, attrs) => ({ value: () => stack(list(dys), (attrs as unknown as UnpackAttrs).axis) }),
}

export const splitGradient: GradConfig = {
  kernelName: SplitV,
  gradFunc: (dys, _, attrs) => ({ x: () => concat(list(dys), (attrs as unknown as SplitVAttrs).axis) }),
}
