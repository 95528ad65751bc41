/** Second implementations in float64, straight from the definitions. Images are [n, height, width, channels], row-major. */

export type Shape4 = [number, number, number, number]

export interface Geometry {
  readonly strides: readonly [number, number]
  readonly pad: { readonly top: number; readonly left: number }
}

const at = ([, h, w, c]: Shape4, n: number, y: number, x: number, channel: number) =>
  ((n * h + y) * w + x) * c + channel

/** Calls `visit` with the flat indices of each product x·w → y of a convolution. */
function eachProduct(
  x: Shape4,
  w: Shape4,
  y: Shape4,
  { strides, pad }: Geometry,
  visit: (xi: number, wi: number, yi: number) => void,
): void {
  for (let n = 0; n < x[0]; n++)
    for (let oh = 0; oh < y[1]; oh++)
      for (let ow = 0; ow < y[2]; ow++)
        for (let kh = 0; kh < w[0]; kh++)
          for (let kw = 0; kw < w[1]; kw++) {
            const ih = oh * strides[0] + kh - pad.top
            const iw = ow * strides[1] + kw - pad.left
            if (ih < 0 || ih >= x[1] || iw < 0 || iw >= x[2]) continue
            for (let ci = 0; ci < w[2]; ci++)
              for (let co = 0; co < w[3]; co++) visit(at(x, n, ih, iw, ci), at(w, kh, kw, ci, co), at(y, n, oh, ow, co))
          }
}

export function filterGradient(
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
  shapes: { readonly x: Shape4; readonly w: Shape4; readonly y: Shape4 },
  geometry: Geometry,
): Float64Array {
  const dw = new Float64Array(shapes.w.reduce((a, b) => a * b))
  eachProduct(shapes.x, shapes.w, shapes.y, geometry, (xi, wi, yi) => {
    dw[wi]! += x[xi]! * dy[yi]!
  })
  return dw
}

export function inputGradient(
  w: ArrayLike<number>,
  dy: ArrayLike<number>,
  shapes: { readonly x: Shape4; readonly w: Shape4; readonly y: Shape4 },
  geometry: Geometry,
): Float64Array {
  const dx = new Float64Array(shapes.x.reduce((a, b) => a * b))
  eachProduct(shapes.x, shapes.w, shapes.y, geometry, (xi, wi, yi) => {
    dx[xi]! += w[wi]! * dy[yi]!
  })
  return dx
}

/** Each window's gradient goes to its first maximum in row-major order. */
export function maxPoolGradient(
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
  shapes: { readonly x: Shape4; readonly y: Shape4 },
  window: readonly [number, number],
  { strides, pad }: Geometry,
): Float64Array {
  const dx = new Float64Array(shapes.x.reduce((a, b) => a * b))
  const [batch, outHeight, outWidth, channels] = shapes.y
  for (let n = 0; n < batch; n++)
    for (let oh = 0; oh < outHeight; oh++)
      for (let ow = 0; ow < outWidth; ow++)
        for (let c = 0; c < channels; c++) {
          let winner = -1
          for (let kh = 0; kh < window[0]; kh++)
            for (let kw = 0; kw < window[1]; kw++) {
              const ih = oh * strides[0] + kh - pad.top
              const iw = ow * strides[1] + kw - pad.left
              if (ih < 0 || ih >= shapes.x[1] || iw < 0 || iw >= shapes.x[2]) continue
              const here = at(shapes.x, n, ih, iw, c)
              if (winner < 0 || x[here]! > x[winner]!) winner = here
            }
          dx[winner]! += dy[at(shapes.y, n, oh, ow, c)]!
        }
  return dx
}

/** Each window's gradient is shared equally by its positions inside the image. */
export function avgPoolGradient(
  dy: ArrayLike<number>,
  shapes: { readonly x: Shape4; readonly y: Shape4 },
  window: readonly [number, number],
  { strides, pad }: Geometry,
): Float64Array {
  const dx = new Float64Array(shapes.x.reduce((a, b) => a * b))
  const [batch, outHeight, outWidth, channels] = shapes.y
  for (let n = 0; n < batch; n++)
    for (let oh = 0; oh < outHeight; oh++)
      for (let ow = 0; ow < outWidth; ow++)
        for (let c = 0; c < channels; c++) {
          const inside: number[] = []
          for (let kh = 0; kh < window[0]; kh++)
            for (let kw = 0; kw < window[1]; kw++) {
              const ih = oh * strides[0] + kh - pad.top
              const iw = ow * strides[1] + kw - pad.left
              if (ih >= 0 && ih < shapes.x[1] && iw >= 0 && iw < shapes.x[2]) inside.push(at(shapes.x, n, ih, iw, c))
            }
          for (const i of inside) dx[i]! += dy[at(shapes.y, n, oh, ow, c)]! / inside.length
        }
  return dx
}
