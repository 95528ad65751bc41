import type { Geometry, Shape4 } from './naive.ts'

export interface DilatedGeometry extends Geometry {
  readonly dilations: readonly [number, number]
}

/** Both gradients of a depthwise convolution in float64, straight from the definition. The filter is [height, width, channels, multiplier]. */
export function depthwiseGradients(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  dy: ArrayLike<number>,
  shapes: { readonly x: Shape4; readonly w: Shape4; readonly y: Shape4 },
  { strides, dilations, pad }: DilatedGeometry,
): { dx: Float64Array; dw: Float64Array } {
  const [batch, inHeight, inWidth, channels] = shapes.x
  const [filterHeight, filterWidth, , multiplier] = shapes.w
  const [, outHeight, outWidth] = shapes.y
  const dx = new Float64Array(batch * inHeight * inWidth * channels)
  const dw = new Float64Array(filterHeight * filterWidth * channels * multiplier)
  for (let n = 0; n < batch; n++)
    for (let oh = 0; oh < outHeight; oh++)
      for (let ow = 0; ow < outWidth; ow++)
        for (let kh = 0; kh < filterHeight; kh++)
          for (let kw = 0; kw < filterWidth; kw++) {
            const ih = oh * strides[0] + kh * dilations[0] - pad.top
            const iw = ow * strides[1] + kw * dilations[1] - pad.left
            if (ih < 0 || ih >= inHeight || iw < 0 || iw >= inWidth) continue
            for (let c = 0; c < channels; c++)
              for (let m = 0; m < multiplier; m++) {
                const xi = ((n * inHeight + ih) * inWidth + iw) * channels + c
                const wi = ((kh * filterWidth + kw) * channels + c) * multiplier + m
                const yi = (((n * outHeight + oh) * outWidth + ow) * channels + c) * multiplier + m
                dx[xi]! += w[wi]! * dy[yi]!
                dw[wi]! += x[xi]! * dy[yi]!
              }
          }
  return { dx, dw }
}
