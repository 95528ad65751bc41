import type { GradConfig } from '@tensorflow/tfjs-core'

/** The gradients that `@tensorflow/tfjs-core/dist/register_all_gradients` would register. */
export const gradientConfigs: readonly GradConfig[]
