/**
 * Random numbers that are the same on every engine, backend, chunk size and worker count.
 *
 * Integers come from Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"),
 * a counter-based generator: draw i of a stream is a function of (seed, stream, i) alone. Normals come from the inverse
 * normal distribution (Wichura 1988, algorithm AS 241, relative error about 1e-16) with a logarithm made of
 * + − × ÷, because `Math.log`, `Math.exp` and `Math.sin` differ between JavaScript engines.
 */
export interface RandomStream {
  /** The next 32-bit integer, 0 … 2³² − 1. */
  uint32(): number
  /** Uniform in the open interval (0, 1), 32 bits of resolution. */
  uniform(): number
  /** Uniform integer in 0 … bound − 1; `bound` at most 2³². Unbiased (rejection). */
  integer(bound: number): number
  /** Standard normal. */
  normal(): number
  /** A stream of its own for each number, independent of how much was drawn from this one. */
  stream(index: number): RandomStream
}

/** The stream numbered `path` under `seed`; both are integers, `seed` from 0 to 2⁵³ − 1. */
export function randomStream(seed: number, ...path: number[]): RandomStream {
  let key: readonly [number, number] = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0]
  for (const index of path) key = childKey(key, index)
  return fromKey(key)
}

function childKey(key: readonly [number, number], index: number): readonly [number, number] {
  // The top bit of the second counter word separates keys from draws.
  return threefry(key[0], key[1], index >>> 0, (Math.floor(index / 2 ** 32) | 0x80000000) >>> 0)
}

function fromKey(key: readonly [number, number]): RandomStream {
  let block = 0
  let spare = -1
  const uint32 = (): number => {
    if (spare >= 0) {
      const value = spare
      spare = -1
      return value
    }
    const pair = threefry(key[0], key[1], block >>> 0, Math.floor(block / 2 ** 32))
    block++
    spare = pair[1]
    return pair[0]
  }
  const uniform = () => (uint32() + 0.5) / 2 ** 32
  return {
    uint32,
    uniform,
    integer(bound) {
      const limit = 2 ** 32 - (2 ** 32 % bound)
      let value = uint32()
      while (value >= limit) value = uint32()
      return value % bound
    },
    normal: () => normalQuantile(uniform()),
    stream: (index) => fromKey(childKey(key, index)),
  }
}

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const

/** Threefry-2x32-20. Exported for its known-answer test. */
export function threefry(key0: number, key1: number, counter0: number, counter1: number): [number, number] {
  const keys = [key0 | 0, key1 | 0, 0x1bd11bda ^ key0 ^ key1]
  let x = (counter0 + keys[0]!) | 0
  let y = (counter1 + keys[1]!) | 0
  for (let group = 0; group < 5; group++) {
    for (let i = 0; i < 4; i++) {
      const turn = rotations[(group % 2) * 4 + i]!
      x = (x + y) | 0
      y = ((y << turn) | (y >>> (32 - turn))) ^ x
    }
    x = (x + keys[(group + 1) % 3]!) | 0
    y = (y + keys[(group + 2) % 3]! + group + 1) | 0
  }
  return [x >>> 0, y >>> 0]
}

const horner = (coefficients: readonly number[], x: number): number => {
  let sum = 0
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!
  return sum
}

// AS 241 (PPND16): numerator and denominator for the centre, the near tail and the far tail.
const centre = [
  [
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
    67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  [
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061,
    28729.085735721942674, 5226.495278852854561,
  ],
] as const
const near = [
  [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
  ],
  [
    1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
    0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
  ],
] as const
const far = [
  [
    6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
    0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ],
  [
    1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
    1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
  ],
] as const

/** The value below which a standard normal falls with probability `p`, 0 < p < 1. */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * horner(centre[0], r)) / horner(centre[1], r)
  }
  const root = Math.sqrt(-naturalLog(q < 0 ? p : 1 - p))
  const [branch, r] = root <= 5 ? [near, root - 1.6] : [far, root - 5]
  const value = horner(branch[0], r) / horner(branch[1], r)
  return q < 0 ? -value : value
}

/** ln x for 0 < x ≤ 1, from IEEE arithmetic only: x = m·2ᵉ, ln m = 2·artanh((m − 1)/(m + 1)) as a series. */
export function naturalLog(x: number): number {
  let mantissa = x
  let exponent = 0
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2
    exponent--
  }
  const s = (mantissa - 1) / (mantissa + 1)
  const square = s * s
  let series = 0
  for (let n = 21; n >= 1; n -= 2) series = series * square + 1 / n
  return 2 * s * series + exponent * Math.LN2
}
