import { type Design, jackknifeGroups, type RandomStream } from '@explainnet/core'

/** The coalitions of all sizes but 0 and all, weighted by the Shapley kernel. */
export interface ShapleyDesign extends Design {
  /** The first rows: sizes that are there whole. The others were drawn, in pairs of complements. */
  readonly enumerated: number
}

/**
 * At most `samples` coalitions of `columns` segments, weighted so that their sums estimate those over all coalitions with the
 * Shapley kernel (M − 1) ÷ (C(M, s)·s·(M − s)). From the outside in, sizes s and M − s are taken whole while that costs no more
 * than drawing would; of the rest a size is drawn by its weight, then a coalition of that size, with its complement.
 *
 * @param random The stream of a pair.
 */
export function shapleyDesign(columns: number, samples: number, random: (pair: number) => RandomStream): ShapleyDesign {
  const sizes = Array.from({ length: Math.floor(columns / 2) }, (_, i) => i + 1)
  /** Of size s and its complement together. */
  const kernel = sizes.map((s) => ((2 * s === columns ? 1 : 2) * (columns - 1)) / (s * (columns - s)))
  const total = kernel.reduce((sum, weight) => sum + weight, 0)
  const rows: { readonly members: readonly number[]; readonly complement: boolean; readonly weight: number }[] = []

  let [left, rest, next] = [samples, total, 0]
  for (; next < sizes.length; next++) {
    const size = sizes[next]!
    const paired = 2 * size !== columns
    const count = binomial(columns, size) * (paired ? 2 : 1)
    // Size 1 is always whole, so that every segment is told apart. The last size left may be short of its share by rounding.
    if (next > 0 && count > (1 + 1e-9) * ((left * kernel[next]!) / rest)) break
    for (const members of combinations(columns, size)) {
      const weight = kernel[next]! / total / count
      rows.push({ members, complement: false, weight })
      if (paired) rows.push({ members, complement: true, weight })
    }
    left -= count
    rest -= kernel[next]!
  }
  const enumerated = rows.length
  const pairs = next < sizes.length ? Math.floor(left / 2) : 0
  for (let pair = 0; pair < pairs; pair++) {
    const stream = random(pair)
    let choice = stream.uniform() * rest
    let which = next
    while (which < sizes.length - 1 && choice > kernel[which]!) choice -= kernel[which++]!
    const members = drawMembers(columns, sizes[which]!, stream)
    // The share of all weight that was not enumerated; `partial` spreads it over the pairs in use.
    const weight = rest / total / 2
    rows.push({ members, complement: false, weight }, { members, complement: true, weight })
  }

  const present = new Uint8Array(rows.length * columns)
  for (const [row, { members, complement }] of rows.entries()) {
    const own = present.subarray(row * columns, (row + 1) * columns).fill(complement ? 1 : 0)
    for (const member of members) own[member] = complement ? 0 : 1
  }
  return {
    count: rows.length,
    columns,
    present,
    weights: Float64Array.from(rows, ({ weight }) => weight),
    group: Int8Array.from(rows, (_, row) => (row < enumerated ? -1 : ((row - enumerated) >> 1) % jackknifeGroups)),
    enumerated,
  }
}

/** The design's first `rows`, what was drawn so far standing for all that was not enumerated. */
export function partial(design: ShapleyDesign, rows: number): ShapleyDesign {
  const pairs = (rows - design.enumerated) / 2
  return {
    ...design,
    weights: design.weights.map((weight, row) => (row < design.enumerated ? weight : weight / pairs)),
  }
}

/** Subsets of a size, in lexical order. */
function* combinations(of: number, size: number): Generator<number[]> {
  const chosen = Array.from({ length: size }, (_, i) => i)
  for (;;) {
    yield [...chosen]
    let i = size - 1
    while (i >= 0 && chosen[i] === of - size + i) i--
    if (i < 0) return
    chosen[i]!++
    for (let k = i + 1; k < size; k++) chosen[k] = chosen[k - 1]! + 1
  }
}

/** The first places of a shuffle (Fisher & Yates). */
function drawMembers(of: number, size: number, stream: RandomStream): number[] {
  const all = Array.from({ length: of }, (_, i) => i)
  for (let i = 0; i < size; i++) {
    const other = i + stream.integer(of - i)
    ;[all[i], all[other]] = [all[other]!, all[i]!]
  }
  return all.slice(0, size)
}

const binomial = (n: number, k: number): number => {
  let value = 1
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i
  return Math.round(value)
}
