import { image, type serialization, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import { layers } from '@tensorflow/tfjs-layers'

interface HalfPixelResizingArgs {
  readonly name?: string
  /** Of the output, or `size`. */
  readonly height?: number
  readonly width?: number
  /** How many times as large as the input: [height, width], or one number for both. */
  readonly size?: number | readonly [number, number]
  readonly interpolation: 'bilinear' | 'nearest'
}

/** Keras's Resizing and bilinear UpSampling2D: pixels are squares, whose centres are half a pixel in. TensorFlow.js takes their corners. */
export class HalfPixelResizing extends layers.Layer {
  static className = 'HalfPixelResizing'
  readonly #args: HalfPixelResizingArgs

  constructor(args: HalfPixelResizingArgs) {
    super(args)
    this.#args = args
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    const [rows, height, width, channels] = inputShape
    return [rows!, ...this.#sides(height!, width!), channels!]
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor4D
    const [, height, width] = x.shape
    const sides = this.#sides(height, width) as [number, number]
    return this.#args.interpolation === 'nearest'
      ? image.resizeNearestNeighbor(x, sides, false, true)
      : image.resizeBilinear(x, sides, false, true)
  }

  #sides(height: number | null, width: number | null): (number | null)[] {
    const { size } = this.#args
    if (size === undefined) return [this.#args.height!, this.#args.width!]
    const [down, across] = typeof size === 'number' ? [size, size] : size
    return [height && height * down, width && width * across]
  }

  override getConfig(): serialization.ConfigDict {
    const { height, width, size, interpolation } = this.#args
    const sides = size === undefined ? { height, width } : { size }
    return { ...super.getConfig(), ...(sides as serialization.ConfigDict), interpolation }
  }
}
