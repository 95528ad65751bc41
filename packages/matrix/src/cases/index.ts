import type { Case } from '../case.ts'
import { activations } from './activations.ts'
import { blocks } from './blocks.ts'
import { convolutions } from './convolutions.ts'
import { elementwise } from './elementwise.ts'
import { fused } from './fused.ts'
import { images } from './images.ts'
import { layers } from './layers.ts'
import { logic } from './logic.ts'
import { losses } from './losses.ts'
import { matrices } from './matrices.ts'
import { normalisation } from './normalisation.ts'
import { pooling } from './pooling.ts'
import { reductions } from './reductions.ts'
import { shapes } from './shapes.ts'

/** The rows of the matrix by family. Names are unique within a family. */
export const families = {
  elementwise,
  activations,
  reductions,
  logic,
  matrices,
  convolutions,
  pooling,
  shapes,
  images,
  normalisation,
  fused,
  losses,
  layers,
  blocks,
} satisfies Readonly<Record<string, readonly Case[]>>

export type Family = keyof typeof families
