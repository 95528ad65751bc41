import type { Axis, Baseline, EstimatedMap, NamedArrays, NDArray, Task } from '../api.ts'
import { sizeOf } from '../arrays.ts'
import { ExplainError } from '../errors.ts'
import { type Positions, positionsOf } from '../positions.ts'
import { gridSegments, slic } from './slic.ts'

export const segmentations = ['auto', 'slic', 'grid', 'features'] as const

/**
 * How inputs are cut into the pieces that perturbation methods take away: `slic` superpixels (any number of spatial axes), the
 * blocks of a `grid`, every position by itself (`features`: of a table, tokens of a text), or given ones: whole numbers of the
 * input's shape without its channel axis, for one example or for each. `auto`: `slic` where an input has two positions or more,
 * `grid` for signals, `features` for tables and tokens. Channels go together.
 */
export type SegmentsOption = (typeof segmentations)[number] | NDArray | NamedArrays

/** Inputs cut into segments, numbered over all inputs of an example. */
export interface Segments {
  /** By example: SLIC finds a number of its own. */
  readonly counts: readonly number[]
  /** Puts the values of `from` (`[size, …]`, an array an input) where segments are absent: `present[offset + segment]` is 0. */
  hide(
    example: number,
    present: Uint8Array,
    offset: number,
    from: NamedArrays,
    into: Readonly<Record<string, Float32Array>>,
  ): void
  /** Every segment's mean in its place, channel by channel; 0 for a segment of one position, which is its own mean. */
  means(): NamedArrays
  /** Maps in which each segment's value is spread evenly over its positions, so that a map adds up to the sum of `values`. */
  spread(values: readonly Float64Array[]): Record<string, EstimatedMap>
}

interface Part extends Positions {
  readonly name: string
  /** [size · positions], numbered over all inputs. */
  readonly labels: Float32Array
}

/**
 * Cuts the inputs of a task: real ones, and integers where a baseline gives their values. Other inputs stay as they are.
 * @throws ExplainError `bad-option` for given segments that are no whole numbers from 0, `bad-shape` if they do not fit.
 */
export function segmentInputs(
  task: Task,
  option: SegmentsOption,
  count: number,
  baselines: readonly Baseline[] = [],
): Segments {
  const counts = new Array<number>(task.size).fill(0)
  const parts = task.model.inputs
    .filter(({ name, dtype }) => dtype === 'float32' || baselines.some((one) => one.inputs[name] !== task.inputs[name]))
    .map((spec): Part => {
      const { name, axes, dtype } = spec
      const { data } = task.inputs[name]!
      const own = positionsOf(spec, task.inputs[name]!)
      const { sides, channels, count: positions } = own
      const kind = dtype === 'int32' && typeof option === 'string' ? 'features' : kindOf(option, axes, sides.length)
      const labels = new Float32Array(task.size * positions)
      for (let example = 0; example < task.size; example++) {
        const values = data.subarray(example * positions * channels, (example + 1) * positions * channels)
        const cut =
          typeof kind !== 'string'
            ? givenLabels(kind, name, task.size, sides, example)
            : kind === 'slic'
              ? slic({ sides, channels, values }, Math.min(count, positions))
              : kind === 'grid'
                ? gridSegments(sides, count)
                : Int32Array.from({ length: positions }, (_, position) => position)
        const before = counts[example]!
        const numbers = new Map<number, number>()
        for (const [position, label] of cut.entries()) {
          const number = numbers.get(label) ?? numbers.size
          numbers.set(label, number)
          labels[example * positions + position] = before + number
        }
        counts[example] = before + numbers.size
      }
      return { ...own, name, labels }
    })
  const each = (example: number, visit: (part: Part, position: number, label: number) => void) => {
    for (const part of parts) {
      const positions = part.labels.length / task.size
      for (let position = 0; position < positions; position++) {
        visit(part, position, part.labels[example * positions + position]!)
      }
    }
  }
  return {
    counts,
    hide(example, present, offset, from, into) {
      each(example, ({ name, channels }, position, label) => {
        if (present[offset + label] !== 0) return
        const [source, target] = [from[name]!.data, into[name]!]
        for (let i = position * channels; i < (position + 1) * channels; i++) {
          target[i] = source[example * target.length + i]!
        }
      })
    },
    means() {
      const means = Object.fromEntries(
        Object.entries(task.inputs).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
      )
      for (let example = 0; example < task.size; example++) {
        const sums = new Map<number, Float64Array>()
        const at = ({ name, channels, labels }: Part, position: number) =>
          ({ data: means[name]!.data, start: ((example * labels.length) / task.size + position) * channels }) as const
        each(example, (part, position, label) => {
          const sum = sums.get(label) ?? new Float64Array(part.channels + 1)
          sums.set(label, sum)
          const { data, start } = at(part, position)
          for (let c = 0; c < part.channels; c++) sum[c]! += data[start + c]!
          sum[part.channels]!++
        })
        each(example, (part, position, label) => {
          const sum = sums.get(label)!
          const size = sum[part.channels]!
          const { data, start } = at(part, position)
          for (let c = 0; c < part.channels; c++) data[start + c] = size > 1 ? sum[c]! / size : 0
        })
      }
      return means
    },
    spread(values) {
      const maps = Object.fromEntries(
        parts.map(({ name, axes, domain, sides, labels }) => {
          const shape = [task.size, ...sides]
          const map: EstimatedMap & { data: Float64Array } = {
            shape,
            data: new Float64Array(labels.length),
            axes,
            domain,
            segments: { shape, data: labels },
          }
          return [name, map]
        }),
      )
      for (let example = 0; example < task.size; example++) {
        const sizes = new Float64Array(counts[example]!)
        each(example, (_, __, label) => void sizes[label]!++)
        each(example, ({ name, labels }, position, label) => {
          maps[name]!.data[(example * labels.length) / task.size + position] = values[example]![label]! / sizes[label]!
        })
      }
      return maps
    },
  }
}

function kindOf(option: SegmentsOption, axes: readonly Axis[], rank: number): Exclude<SegmentsOption, 'auto'> {
  if (option !== 'auto') return option
  if (rank > 1) return 'slic'
  return axes[1] === 'feature' || axes[1] === 'token' ? 'features' : 'grid'
}

function givenLabels(
  given: NDArray | NamedArrays,
  name: string,
  size: number,
  sides: readonly number[],
  example: number,
): Float32Array {
  const array = Array.isArray(given.shape) ? (given as NDArray) : (given as NamedArrays)[name]
  if (!array) throw new ExplainError('bad-option', `The segments lack input '${name}'.`, 'Give every input.')
  const positions = sizeOf(sides)
  const shape = array.shape.join()
  if (shape !== sides.join() && shape !== [size, ...sides].join()) {
    throw new ExplainError(
      'bad-shape',
      `The segments of '${name}' have shape [${array.shape.join(', ')}].`,
      `Give [${sides.join(', ')}], or [${[size, ...sides].join(', ')}] for segments of each example.`,
    )
  }
  const offset = array.data.length > positions ? example * positions : 0
  const labels = array.data.subarray(offset, offset + positions)
  const wrong = labels.find((label) => !(Number.isInteger(label) && label >= 0))
  if (wrong !== undefined) {
    throw new ExplainError('bad-option', `The segments hold ${wrong}.`, 'Number them by whole numbers from 0.')
  }
  return labels
}
