/** Values on a plane, a line or a volume, channels last. */
export interface Signal {
  /** Of the positions: [time], [height, width], … */
  readonly sides: readonly number[]
  readonly channels: number
  /** [positions · channels] */
  readonly values: Float32Array
}

/** Rounds of assignment and mean: more change little (Achanta 2012, section 4). */
const rounds = 10

/**
 * How much place counts beside colour. Colours are measured in standard deviations of the picture itself, so that it does not
 * depend on the units of the model's input.
 */
const compactness = 1

/**
 * SLIC superpixels: k-means over colour and place within windows of twice the spacing, then every segment connected. The
 * number of segments comes near `count`. [positions], numbered from 0 in the order of their first position. Deterministic.
 *
 * Achanta et al. 2012, "SLIC Superpixels Compared to State-of-the-Art Superpixel Methods", algorithm 1,
 * https://doi.org/10.1109/TPAMI.2012.120
 */
export function slic(signal: Signal, count: number): Int32Array {
  const { sides, channels, values } = signal
  const positions = sides.reduce((product, side) => product * side, 1)
  const spacing = (positions / count) ** (1 / sides.length)
  const perUnit = 1 / (deviation(values, channels) || 1)
  const rank = sides.length
  const width = channels + rank
  const placeWeight = compactness / spacing

  /** A point's colour, then its place, in the units of the distance. */
  const point = (position: number, at: readonly number[], axis: number): number =>
    axis < channels ? values[position * channels + axis]! * perUnit : at[axis - channels]! * placeWeight

  const starts = centres(sides, count)
  const means = new Float64Array(starts.length * width)
  for (const [k, at] of starts.entries()) {
    const position = positionOf(at, sides)
    for (let axis = 0; axis < width; axis++) means[k * width + axis] = point(position, at, axis)
  }
  const labels = new Int32Array(positions)
  for (let round = 0; round < rounds; round++) {
    const nearest = new Float64Array(positions).fill(Number.POSITIVE_INFINITY)
    for (let k = 0; k < starts.length; k++) {
      const middle = sides.map((_, axis) => means[k * width + channels + axis]! / placeWeight)
      for (const [position, at] of window(sides, middle, spacing)) {
        let distance = 0
        for (let axis = 0; axis < width; axis++) distance += (point(position, at, axis) - means[k * width + axis]!) ** 2
        if (distance < nearest[position]!) {
          nearest[position] = distance
          labels[position] = k
        }
      }
    }
    const members = new Float64Array(starts.length)
    const sums = new Float64Array(means.length)
    for (const [position, at] of window(
      sides,
      sides.map((side) => side / 2),
      Number.POSITIVE_INFINITY,
    )) {
      const k = labels[position]!
      members[k]!++
      for (let axis = 0; axis < width; axis++) sums[k * width + axis]! += point(position, at, axis)
    }
    // A centre that lost all its members stays where it was.
    for (let i = 0; i < means.length; i++) {
      const size = members[Math.floor(i / width)]!
      if (size > 0) means[i] = sums[i]! / size
    }
  }
  return connect(labels, sides, positions / starts.length / 4)
}

/** Blocks of a regular grid, about `count` of them, as even in size as they can be. Numbered row by row. */
export function gridSegments(sides: readonly number[], count: number): Int32Array {
  const blocks = blocksOf(sides, count)
  const labels = new Int32Array(sides.reduce((product, side) => product * side, 1))
  for (const [position, at] of window(
    sides,
    sides.map((side) => side / 2),
    Number.POSITIVE_INFINITY,
  )) {
    labels[position] = at.reduce(
      (label, i, axis) => label * blocks[axis]! + Math.floor((i * blocks[axis]!) / sides[axis]!),
      0,
    )
  }
  return labels
}

/** Blocks along each side, so that blocks are about cubes and their number comes near `count`. */
function blocksOf(sides: readonly number[], count: number): number[] {
  const blocks: number[] = []
  let left = count
  // The shortest side first: what it cannot take goes to the others.
  for (const axis of sides.map((_, axis) => axis).sort((a, b) => sides[a]! - sides[b]!)) {
    const rest = sides.filter((_, other) => other === axis || blocks[other] === undefined)
    const edge = (rest.reduce((product, side) => product * side, 1) / left) ** (1 / rest.length)
    blocks[axis] = Math.min(sides[axis]!, Math.max(1, Math.round(sides[axis]! / edge)))
    left = Math.max(1, left / blocks[axis]!)
  }
  return blocks
}

/** The middles of a grid's blocks. */
function centres(sides: readonly number[], count: number): number[][] {
  const blocks = blocksOf(sides, count)
  return blocks.reduce<number[][]>(
    (all, n, axis) =>
      all.flatMap((at) => Array.from({ length: n }, (_, i) => [...at, Math.floor(((i + 0.5) * sides[axis]!) / n)])),
    [[]],
  )
}

const positionOf = (at: readonly number[], sides: readonly number[]): number =>
  at.reduce((position, i, axis) => position * sides[axis]! + i, 0)

/** Every position within `reach` of `middle` along each side, with its coordinates (an array that is reused). */
function* window(
  sides: readonly number[],
  middle: readonly number[],
  reach: number,
): Generator<readonly [position: number, at: readonly number[]]> {
  const from = sides.map((_, axis) => Math.max(0, Math.ceil(middle[axis]! - reach)))
  const to = sides.map((side, axis) => Math.min(side - 1, Math.floor(middle[axis]! + reach)))
  if (from.some((low, axis) => low > to[axis]!)) return
  const at = [...from]
  for (;;) {
    yield [positionOf(at, sides), at]
    let axis = sides.length - 1
    while (axis >= 0 && at[axis] === to[axis]) {
      at[axis] = from[axis]!
      axis--
    }
    if (axis < 0) return
    at[axis]!++
  }
}

/** Root of the summed variances of the channels. */
function deviation(values: Float32Array, channels: number): number {
  const positions = values.length / channels
  let total = 0
  for (let c = 0; c < channels; c++) {
    let [mean, squares] = [0, 0]
    for (let i = c; i < values.length; i += channels) mean += values[i]! / positions
    for (let i = c; i < values.length; i += channels) squares += (values[i]! - mean) ** 2 / positions
    total += squares
  }
  return Math.sqrt(total)
}

/** Makes every label one connected piece: pieces under `least` positions go to the neighbour that was met before them. */
function connect(labels: Int32Array, sides: readonly number[], least: number): Int32Array {
  const pieces = new Int32Array(labels.length).fill(-1)
  const strides = sides.map((_, axis) => sides.slice(axis + 1).reduce((product, side) => product * side, 1))
  const neighbours = (position: number): number[] =>
    sides.flatMap((side, axis) => {
      const stride = strides[axis]!
      const i = Math.floor(position / stride) % side
      return [...(i > 0 ? [position - stride] : []), ...(i < side - 1 ? [position + stride] : [])]
    })
  let count = 0
  for (let start = 0; start < labels.length; start++) {
    if (pieces[start] !== -1) continue
    const piece = [start]
    pieces[start] = count
    let beside = -1
    for (let i = 0; i < piece.length; i++) {
      for (const next of neighbours(piece[i]!)) {
        if (pieces[next] === -1 && labels[next] === labels[start]) {
          pieces[next] = count
          piece.push(next)
        } else if (pieces[next]! >= 0 && pieces[next] !== count) {
          beside = pieces[next]!
        }
      }
    }
    if (piece.length < least && beside >= 0) for (const position of piece) pieces[position] = beside
    else count++
  }
  return pieces
}
