import { slice_util, util } from '@tensorflow/tfjs-core'
import { type Array64, build, offsetOf, positions, sizeOf, valueAt } from './array.ts'
import type { ReferenceKernel, ReferenceKernels } from './kernel.ts'

/** An array of `shape` whose value at each position is x's at `from` of it. */
const pick = (x: Array64, shape: readonly number[], from: (at: number[]) => readonly number[]): Array64 =>
  build(shape, (at) => valueAt(x, from(at)), x.dtype)

/** The same, with a value of its own where `from` names no position. */
const pickOr = (
  x: Array64,
  shape: readonly number[],
  otherwise: number,
  from: (at: number[]) => readonly number[],
): Array64 =>
  build(
    shape,
    (at) => {
      const source = from(at)
      return source.every((i, axis) => i >= 0 && i < x.shape[axis]!) ? valueAt(x, source) : otherwise
    },
    x.dtype,
  )

const reshape = (x: Array64, shape: readonly number[]): Array64 => ({ ...x, shape })

const axisOf = (axis: number, { shape }: Array64) => (axis < 0 ? axis + shape.length : axis)

function concat(arrays: readonly Array64[], axis: number): Array64 {
  const along = axisOf(axis, arrays[0]!)
  const owners = arrays.flatMap((array) => Array.from({ length: array.shape[along]! }, (_, i) => ({ array, i })))
  const shape = arrays[0]!.shape.with(along, owners.length)
  return build(
    shape,
    (at) => {
      const { array, i } = owners[at[along]!]!
      return valueAt(array, at.with(along, i))
    },
    arrays[0]!.dtype,
  )
}

function pieces(x: Array64, axis: number, sizes: readonly number[]): Array64[] {
  let start = 0
  return sizes.map((size) => {
    const begin = start
    start += size
    return pick(x, x.shape.with(axis, size), (at) => at.with(axis, at[axis]! + begin))
  })
}

/** Adds each update to the rows of `into` that its index names. */
function scatter(
  into: Array64,
  indices: Array64,
  updates: Array64,
  f: (old: number, update: number) => number,
): Array64 {
  const result = { ...into, values: into.values.slice() }
  const depth = indices.shape.at(-1)!
  const outer = indices.shape.slice(0, -1)
  for (const at of positions(updates.shape)) {
    const row = Array.from({ length: depth }, (_, i) => valueAt(indices, [...at.slice(0, outer.length), i]))
    const offset = offsetOf(result, [...row, ...at.slice(outer.length)])
    result.values[offset] = f(result.values[offset]!, valueAt(updates, at))
  }
  return result
}

const zeros = (shape: readonly number[]): Array64 => ({
  shape,
  dtype: 'float32',
  values: new Float64Array(sizeOf(shape)),
})

function segments(data: Array64, indices: Array64, segmentIds: Array64, mean: boolean): Array64 {
  const ids = [...segmentIds.values]
  return build([ids.at(-1)! + 1, ...data.shape.slice(1)], ([segment, ...at]) => {
    const rows = [...indices.values].filter((_, i) => ids[i] === segment)
    const sum = rows.reduce((total, row) => total + valueAt(data, [row, ...at]), 0)
    return mean ? sum / rows.length : sum
  })
}

const mirrored = (i: number, size: number, mode: 'reflect' | 'symmetric') => {
  const twice = mode === 'reflect' ? 0 : 1
  if (i < 0) return -i - twice
  return i < size ? i : 2 * size - 2 - i + twice
}

const gather: ReferenceKernel = ({ x, indices }, { axis, batchDims }) => {
  const along = axisOf(axis, x!)
  const rank = indices!.shape.length
  const shape = [...x!.shape.slice(0, along), ...indices!.shape.slice(batchDims), ...x!.shape.slice(along + 1)]
  return pick(x!, shape, (at) => [
    ...at.slice(0, along),
    valueAt(indices!, [...at.slice(0, batchDims), ...at.slice(along, along + rank - batchDims)]),
    ...at.slice(along + rank - batchDims),
  ])
}

export const shapes: ReferenceKernels = {
  BatchToSpaceND: ({ x }, { blockShape, crops }) => {
    const spatial = blockShape.length
    const batch = x!.shape[0]! / sizeOf(blockShape)
    const shape = x!.shape.map((size, axis) => {
      if (axis === 0) return batch
      if (axis > spatial) return size
      return size * blockShape[axis - 1] - crops[axis - 1][0] - crops[axis - 1][1]
    })
    return pick(x!, shape, (at) => {
      const full = at.slice(1, spatial + 1).map((i, axis) => i + crops[axis][0])
      const block = full.reduce((index, i, axis) => index * blockShape[axis] + (i % blockShape[axis]), 0)
      return [
        block * batch + at[0]!,
        ...full.map((i, axis) => Math.floor(i / blockShape[axis])),
        ...at.slice(spatial + 1),
      ]
    })
  },
  Concat: (inputs, { axis }) => concat(Object.values(inputs), axis),
  DepthToSpace: ({ x }, { blockSize: b, dataFormat }) => {
    const last = dataFormat === 'NHWC'
    const [n, h, w, c] = last ? x!.shape : [0, 2, 3, 1].map((axis) => x!.shape[axis]!)
    const depth = c! / b ** 2
    return pick(x!, last ? [n!, h! * b, w! * b, depth] : [n!, depth, h! * b, w! * b], (at) => {
      const [i, y, z, d] = last ? at : [0, 2, 3, 1].map((axis) => at[axis]!)
      const from = [i!, Math.floor(y! / b), Math.floor(z! / b), ((y! % b) * b + (z! % b)) * depth + d!]
      return last ? from : [0, 3, 1, 2].map((axis) => from[axis]!)
    })
  },
  Diag: ({ x }) =>
    build([...x!.shape, ...x!.shape], (at) => {
      const half = at.length / 2
      return at.slice(0, half).every((i, axis) => i === at[axis + half]) ? valueAt(x!, at.slice(0, half)) : 0
    }),
  ExpandDims: ({ input }, { dim }) =>
    reshape(input!, input!.shape.toSpliced(dim < 0 ? dim + input!.shape.length + 1 : dim, 0, 1)),
  Fill: (_, { shape, value, dtype }) => build(shape, () => value, dtype ?? 'float32'),
  GatherNd: ({ params, indices }) => {
    const depth = indices!.shape.at(-1)!
    const outer = indices!.shape.slice(0, -1)
    return pick(params!, [...outer, ...params!.shape.slice(depth)], (at) => [
      ...Array.from({ length: depth }, (_, i) => valueAt(indices!, [...at.slice(0, outer.length), i])),
      ...at.slice(outer.length),
    ])
  },
  GatherV2: gather,
  LinSpace: (_, { start, stop, num }) => build([num], ([i]) => start + ((stop - start) * i!) / (num - 1)),
  MirrorPad: ({ x }, { paddings, mode }) =>
    pick(
      x!,
      x!.shape.map((size, axis) => size + paddings[axis][0] + paddings[axis][1]),
      (at) => at.map((i, axis) => mirrored(i - paddings[axis][0], x!.shape[axis]!, mode)),
    ),
  OneHot: ({ indices }, { depth, onValue, offValue, dtype }) =>
    build(
      [...indices!.shape, depth],
      (at) => (valueAt(indices!, at.slice(0, -1)) === at.at(-1) ? onValue : offValue),
      dtype ?? 'int32',
    ),
  Pack: (inputs, { axis }) => {
    const arrays = Object.values(inputs)
    const along = axis < 0 ? axis + arrays[0]!.shape.length + 1 : axis
    return concat(
      arrays.map((array) => reshape(array, array.shape.toSpliced(along, 0, 1))),
      along,
    )
  },
  PadV2: ({ x }, { paddings, constantValue }) =>
    pickOr(
      x!,
      x!.shape.map((size, axis) => size + paddings[axis][0] + paddings[axis][1]),
      constantValue,
      (at) => at.map((i, axis) => i - paddings[axis][0]),
    ),
  Range: (_, { start, stop, step, dtype }) =>
    build([Math.max(Math.ceil((stop - start) / step), 0)], ([i]) => start + i! * step, dtype),
  Reshape: ({ x }, { shape }) => reshape(x!, util.inferFromImplicitShape(shape, x!.values.length)),
  Reverse: ({ x }, { dims }) => {
    const axes = util.parseAxisParam(dims, [...x!.shape])
    return pick(x!, x!.shape, (at) => at.map((i, axis) => (axes.includes(axis) ? x!.shape[axis]! - 1 - i : i)))
  },
  ScatterNd: ({ indices, updates }, { shape }) =>
    scatter(zeros(shape), indices!, updates!, (old, update) => old + update),
  Slice: ({ x }, { begin, size }) => {
    const [starts, sizes] = slice_util.parseSliceParams(
      { shape: [...x!.shape], rank: x!.shape.length } as never,
      begin,
      size,
    )
    return pick(x!, sizes!, (at) => at.map((i, axis) => i + starts![axis]!))
  },
  SpaceToBatchND: ({ x }, { blockShape, paddings }) => {
    const spatial = blockShape.length
    const n = x!.shape[0]!
    const shape = x!.shape.map((size, axis) => {
      if (axis === 0) return n * sizeOf(blockShape)
      if (axis > spatial) return size
      return (size + paddings[axis - 1][0] + paddings[axis - 1][1]) / blockShape[axis - 1]
    })
    return pickOr(x!, shape, 0, (at) => {
      let block = Math.floor(at[0]! / n)
      const inside = [...blockShape].reverse().map((size: number) => {
        const i = block % size
        block = Math.floor(block / size)
        return i
      })
      return [
        at[0]! % n,
        ...at
          .slice(1, spatial + 1)
          .map((i, axis) => i * blockShape[axis] + inside[spatial - 1 - axis]! - paddings[axis][0]),
        ...at.slice(spatial + 1),
      ]
    })
  },
  // Rows chosen by `indices` and added up by `segmentIds`, which rise.
  SparseSegmentMean: ({ data, indices, segmentIds }) => segments(data!, indices!, segmentIds!, true),
  SparseSegmentSum: ({ data, indices, segmentIds }) => segments(data!, indices!, segmentIds!, false),
  SparseToDense: ({ sparseIndices, sparseValues, defaultValue }, { outputShape }) =>
    scatter(
      build(outputShape, () => defaultValue!.values[0]!),
      sparseIndices!,
      sparseValues!,
      (_, update) => update,
    ),
  SplitV: ({ x }, { numOrSizeSplits, axis }) => {
    const along = axisOf(axis, x!)
    const sizes =
      typeof numOrSizeSplits === 'number'
        ? Array.from({ length: numOrSizeSplits }, () => x!.shape[along]! / numOrSizeSplits)
        : numOrSizeSplits
    return pieces(x!, along, sizes)
  },
  StridedSlice: ({ x }, { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask }) => {
    const info = slice_util.sliceInfo(
      [...x!.shape],
      begin,
      end,
      strides,
      beginMask,
      endMask,
      ellipsisMask,
      newAxisMask,
      shrinkAxisMask,
    )
    const full = info.begin.map((b, axis) => Math.max(Math.ceil((info.end[axis]! - b) / info.strides[axis]!), 0))
    const taken = pick(x!, full, (at) => at.map((i, axis) => info.begin[axis]! + i * info.strides[axis]!))
    return reshape(taken, info.finalShape)
  },
  TensorScatterUpdate: ({ tensor, indices, updates }) => scatter(tensor!, indices!, updates!, (_, update) => update),
  Tile: ({ x }, { reps }) =>
    pick(
      x!,
      x!.shape.map((size, axis) => size * reps[axis]),
      (at) => at.map((i, axis) => i % x!.shape[axis]!),
    ),
  Transpose: ({ x }, { perm }) =>
    pick(
      x!,
      perm.map((axis: number) => x!.shape[axis]!),
      (at) => x!.shape.map((_, axis) => at[perm.indexOf(axis)]!),
    ),
  Unpack: ({ value }, { axis }) => {
    const along = axisOf(axis, value!)
    return pieces(
      value!,
      along,
      Array.from({ length: value!.shape[along]! }, () => 1),
    ).map((piece) => reshape(piece, piece.shape.toSpliced(along, 1)))
  },
  UnsortedSegmentSum: ({ x, segmentIds }, { numSegments }) => {
    const rank = segmentIds!.shape.length
    return scatter(
      zeros([numSegments, ...x!.shape.slice(rank)]),
      reshape(segmentIds!, [...segmentIds!.shape, 1]),
      x!,
      (old, update) => old + update,
    )
  },
}
