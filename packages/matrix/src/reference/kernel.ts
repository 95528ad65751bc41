import type { Array64 } from './array.ts'

/** A kernel by its definition: arrays in and out, attributes as tfjs-core names them. A list of inputs comes under its indices. */
export type ReferenceKernel = (
  inputs: Readonly<Record<string, Array64>>,
  // biome-ignore lint/suspicious/noExplicitAny: every kernel has attributes of its own
  attrs: any,
) => Array64 | Array64[]
export type ReferenceKernels = Readonly<Record<string, ReferenceKernel>>
