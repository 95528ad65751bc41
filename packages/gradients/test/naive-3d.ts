/** Second implementations in float64, straight from the definitions. Volumes are [n, depth, height, width, channels], row-major. */

export type Shape5 = [number, number, number, number, number]
type Triple = readonly [number, number, number]

export interface Geometry3 {
  readonly window: Triple
  readonly strides: Triple
  readonly pad: Triple
  readonly dilations?: Triple
}

const at = ([, d, h, w, c]: Shape5, n: number, [z, y, x]: Triple, channel: number) =>
  (((n * d + z) * h + y) * w + x) * c + channel

/** Calls `visit` for each output position with each tap of its window that lies inside x. */
function eachTap(
  x: Shape5,
  y: Shape5,
  { window, strides, pad, dilations = [1, 1, 1] }: Geometry3,
  visit: (n: number, out: Triple, inside: Triple, tap: number) => void,
): void {
  for (let n = 0; n < y[0]; n++)
    for (let od = 0; od < y[1]; od++)
      for (let oh = 0; oh < y[2]; oh++)
        for (let ow = 0; ow < y[3]; ow++)
          for (let kd = 0; kd < window[0]; kd++)
            for (let kh = 0; kh < window[1]; kh++)
              for (let kw = 0; kw < window[2]; kw++) {
                const out = [od, oh, ow] as const
                const inside = [kd, kh, kw].map((k, i) => out[i]! * strides[i]! + k * dilations[i]! - pad[i]!)
                if (inside.some((position, i) => position < 0 || position >= x[i + 1]!)) continue
                visit(n, out, inside as unknown as Triple, (kd * window[1] + kh) * window[2] + kw)
              }
}

/** y = x ∗ w and the gradients of Σ y·dy; the filter is [depth, height, width, inChannels, outChannels]. */
export function convolution3d(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  dy: ArrayLike<number>,
  shapes: { readonly x: Shape5; readonly y: Shape5 },
  geometry: Geometry3,
): { y: Float64Array; dx: Float64Array; dw: Float64Array } {
  const [inChannels, outChannels] = [shapes.x[4], shapes.y[4]]
  const y = new Float64Array(dy.length)
  const dx = new Float64Array(x.length)
  const dw = new Float64Array(w.length)
  eachTap(shapes.x, shapes.y, geometry, (n, out, inside, tap) => {
    for (let ci = 0; ci < inChannels; ci++)
      for (let co = 0; co < outChannels; co++) {
        const xi = at(shapes.x, n, inside, ci)
        const wi = (tap * inChannels + ci) * outChannels + co
        const yi = at(shapes.y, n, out, co)
        y[yi]! += x[xi]! * w[wi]!
        dx[xi]! += w[wi]! * dy[yi]!
        dw[wi]! += x[xi]! * dy[yi]!
      }
  })
  return { y, dx, dw }
}

/** The largest and the mean value of each window, as far as it lies inside x, and their gradients; the first of equal maxima wins. */
export function pools3d(
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
  shapes: { readonly x: Shape5; readonly y: Shape5 },
  geometry: Geometry3,
): { max: Float64Array; maxGradient: Float64Array; mean: Float64Array; meanGradient: Float64Array } {
  const inside: number[][] = Array.from(dy, () => [])
  eachTap(shapes.x, shapes.y, geometry, (n, out, position) => {
    for (let c = 0; c < shapes.x[4]; c++) inside[at(shapes.y, n, out, c)]!.push(at(shapes.x, n, position, c))
  })
  const maxGradient = new Float64Array(x.length)
  const meanGradient = new Float64Array(x.length)
  const max = Float64Array.from(inside, (window, i) => {
    const winner = window.reduce((best, here) => (x[here]! > x[best]! ? here : best))
    maxGradient[winner]! += dy[i]!
    return x[winner]!
  })
  const mean = Float64Array.from(inside, (window, i) => {
    for (const here of window) meanGradient[here]! += dy[i]! / window.length
    return window.reduce((total, here) => total + x[here]!, 0) / window.length
  })
  return { max, maxGradient, mean, meanGradient }
}
