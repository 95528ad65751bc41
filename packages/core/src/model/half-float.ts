import { env, getBackend } from '@tensorflow/tfjs-core'

/** Whether the backend keeps numbers in 16 bits: WebGL where textures of 32 bits cannot be drawn to, as on iPhones. */
export const usesHalfFloats = (): boolean => getBackend() === 'webgl' && !env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')

/**
 * What a backward pass in 16 bits starts from instead of 1, and is divided by in 32 bits. Gradients are lost below 6·10⁻⁸ and above
 * 65504, and most lie nearer the lower end; a power of two adds no rounding.
 */
export const halfFloatScale = 256
