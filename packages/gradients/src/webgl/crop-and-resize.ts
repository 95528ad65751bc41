import { CropAndResize, GatherV2, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { KernelFix } from '../kernel-fix.ts'
import { otherKernel } from '../other-kernel.ts'
import { askedOfGpu, trialTensor } from '../trial.ts'
import type { WebGLBackend } from './backend.ts'

/** Upstream fault: tfjs-backend-webgl crops from the box's own place in the batch, not from the image that `boxInd` names. */
export const cropAndResize: KernelFix = {
  kernelName: CropAndResize,
  backendName: 'webgl',
  hasFault: (kernel) => {
    const inputs = { image: trialTensor([1, 2, 2, 1]), boxes: trialTensor([1, 4]), boxInd: trialTensor([1]) }
    const { shaders } = askedOfGpu({ kernel, inputs, attrs: { cropSize: [2, 2], method: 'bilinear' } })
    return shaders.some(({ code }) => code.includes('getImage(b,'))
  },
  mend: (stock) =>
    stock && {
      ...stock,
      kernelFunc: ({ inputs, backend, attrs }) => {
        const { image, boxes, boxInd } = inputs as Record<string, TensorInfo>
        const webgl = backend as WebGLBackend
        const images = otherKernel(
          'webgl',
          backend,
          GatherV2,
          { x: image!, indices: boxInd! },
          { axis: 0, batchDims: 0 },
        )
        const places = Int32Array.from({ length: util.sizeFromShape(boxInd!.shape) }, (_, i) => i)
        const own = webgl.makeTensorInfo(boxInd!.shape, 'int32', places)
        const crops = stock.kernelFunc({ inputs: { image: images, boxes, boxInd: own }, backend, attrs: attrs! })
        for (const info of [images, own]) webgl.disposeIntermediateTensorInfo(info)
        return crops
      },
    },
}
