import {
  backend_util,
  type KernelConfig,
  RotateWithOffset,
  type RotateWithOffsetAttrs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { WasmBackend } from './backend.ts'

/** Upstream fault: tfjs-backend-wasm's RotateWithOffset rounds the fill value to a whole number, and fills the fourth channel with 255. */
export const rotateWithOffset: KernelConfig = {
  kernelName: RotateWithOffset,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) => {
    const { image } = inputs as { image: TensorInfo }
    const { radians, fillValue, center } = attrs as unknown as RotateWithOffsetAttrs
    const wasm = backend as WasmBackend
    const out = wasm.makeOutput(image.shape, image.dtype)
    const [source, target] = [wasm.typedArrayFromHeap(image), wasm.typedArrayFromHeap(out)]
    const [batch, height, width, channels] = image.shape as [number, number, number, number]
    const [centerX, centerY] = backend_util.getImageCenter(center, height, width)
    const [sin, cos] = [Math.sin(radians), Math.cos(radians)]
    // A fill value is a number for every channel or one each of red, green and blue, beside full opacity.
    const fill = Array.from({ length: channels }, (_, c) =>
      typeof fillValue === 'number' ? fillValue : (fillValue[c] ?? 255),
    )
    for (let n = 0, at = 0; n < batch; n++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++, at += channels) {
          const column = Math.round((x - centerX) * cos - (y - centerY) * sin + centerX)
          const row = Math.round((x - centerX) * sin + (y - centerY) * cos + centerY)
          const isInside = column >= 0 && column < width && row >= 0 && row < height
          const from = ((n * height + row) * width + column) * channels
          for (let c = 0; c < channels; c++) target[at + c] = isInside ? source[from + c]! : fill[c]!
        }
      }
    }
    return out
  },
}
