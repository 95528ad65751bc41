import { elementwise } from './elementwise.ts'
import { images } from './images.ts'
import type { ReferenceKernels } from './kernel.ts'
import { matrices } from './matrices.ts'
import { normalisation } from './normalisation.ts'
import { reductions } from './reductions.ts'
import { shapes } from './shapes.ts'
import { windowed } from './windows.ts'

/** Naive kernels in float64, straight from the definitions. */
export const kernels: ReferenceKernels = {
  ...elementwise,
  ...images,
  ...matrices,
  ...normalisation,
  ...reductions,
  ...shapes,
  ...windowed,
}
