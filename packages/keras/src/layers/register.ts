import { serialization } from '@tensorflow/tfjs-core'
import { CentreCropping } from './centre-cropping.ts'
import { HalfPixelResizing } from './half-pixel-resizing.ts'
import { ResetAfterGRU, ResetAfterGRUCell } from './reset-after-gru.ts'

/**
 * Registers the layers with which this package stands in for those that TensorFlow.js lacks or computes otherwise: Keras's own GRU,
 * half-pixel resizing, CenterCrop. `readKeras` does so itself; call it before `tf.loadLayersModel` reads a network that was saved in
 * TensorFlow.js's format after it came from Keras.
 */
export function registerKerasLayers(): void {
  for (const layer of [CentreCropping, HalfPixelResizing, ResetAfterGRU, ResetAfterGRUCell]) {
    serialization.registerClass(layer)
  }
}
