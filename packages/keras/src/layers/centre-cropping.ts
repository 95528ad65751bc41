import { type serialization, slice, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'

interface CentreCroppingArgs {
  readonly name?: string
  readonly height: number
  readonly width: number
}

/** Keras's CenterCrop: the middle as it is. TensorFlow.js samples it anew, a little off. */
export class CentreCropping extends layers.Layer {
  static className = 'CentreCropping'
  readonly #args: CentreCroppingArgs

  constructor(args: CentreCroppingArgs) {
    super(args)
    this.#args = args
  }

  override computeOutputShape([rows, height, width, channels]: (number | null)[]): (number | null)[] {
    // Keras enlarges images that are smaller; nothing here does that in the same way.
    if ((height ?? 0) < this.#args.height || (width ?? 0) < this.#args.width) {
      throw new Error(`CenterCrop wants more than the ${height}×${width} pixels that it gets`)
    }
    return [rows!, this.#args.height, this.#args.width, channels!]
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor4D
    const { height, width } = this.#args
    const [rows, allHeight, allWidth, channels] = x.shape
    const [top, left] = [Math.floor((allHeight - height) / 2), Math.floor((allWidth - width) / 2)]
    return slice(x, [0, top, left, 0], [rows, height, width, channels])
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), height: this.#args.height, width: this.#args.width }
  }
}
