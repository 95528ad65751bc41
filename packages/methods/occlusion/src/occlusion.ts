import {
  type AttributionMethod,
  apiVersion,
  type Baseline,
  type BaselineOption,
  type EstimatedMap,
  ExplainError,
  type OptionSchema,
  type Positions,
  positionsOf,
  resolveOptions,
  rowOf,
  specOf,
  type Task,
} from '@explainnet/core'
import { type Sizes, type Windows, windowsOver } from './windows.ts'

export interface OcclusionOptions {
  /** Width of the window along each axis but batch and channels, or one for all. Default: a seventh of each side. */
  readonly window: Sizes | undefined
  /** From one window to the next, along each axis, or one for all; at most the window. Default: half the window. */
  readonly stride: Sizes | undefined
  /** What stands in the window. Default `zero`, in the model's own units. Several are averaged. */
  readonly baseline: BaselineOption
}

const schema = {
  window: { type: 'integer', text: 'Width of the window, for all axes or for each.', min: 1, list: true },
  stride: { type: 'integer', text: 'From one window to the next, for all axes or for each.', min: 1, list: true },
  baseline: { type: 'baseline', text: 'What stands in the window.', default: 'zero' },
} as const satisfies OptionSchema

/** A wider window blames what lies beside; features one by one, as by default, are dummy and symmetric too. */
const axioms = ['linearity', 'implementation-invariance', 'sensitivity'] as const

/**
 * Occlusion: f(x) − f(x with a window hidden), for windows that slide over the input; the value of a position is the mean over
 * the windows that cover it. Positive where hiding lowers the score, which is the probability unless asked otherwise.
 *
 * A value for each position, channels hidden together: `[n, height, width]` (domain `spatial`), `[n, features]` (domain
 * `input`), … in one to any number of axes. Windows start at 0 and go on by the stride; the last one is cut at the edge, so that
 * every position is covered. Features of a table and tokens are hidden one by one unless `window` says otherwise. Of several
 * inputs one is hidden at a time. Integer inputs (tokens) have no map unless the baseline is given as arrays, since nothing else
 * says which number stands for "no token".
 *
 * Cost: a forward pass an example, and one for each window and baseline. Throws `bad-option` for a window larger than the input, a
 * stride that leaves gaps, or lists that don't have a size for each axis.
 *
 * Zeiler & Fergus 2014, "Visualizing and Understanding Convolutional Networks", section 4.2,
 * https://arxiv.org/abs/1311.2901; windows and their mean as in Captum.
 */
export function occlusion(given: Partial<OcclusionOptions> = {}) {
  const options = resolveOptions<OcclusionOptions>('occlusion', schema, given)
  return {
    apiVersion,
    name: 'occlusion',
    needs: 'predictions',
    deterministic: !usesNoise(options.baseline),
    options: schema,
    spec: specOf('@explainnet/occlusion', 'occlusion', options),
    axioms: [...axioms, ...(options.window === undefined ? (['dummy', 'symmetry'] as const) : [])],
    paper: 'https://arxiv.org/abs/1311.2901',
    async *attribute(task) {
      const baselines = await task.baselines(options.baseline)
      const grounds = groundsOf(task, baselines, options)
      const { size } = task
      const windows = grounds.flatMap((ground) =>
        Array.from({ length: ground.windows.count }, (_, window) => ({ ground, window })),
      )
      const plan = baselines.flatMap((baseline) => windows.map((one) => ({ ...one, baseline })))
      const rows = {
        // The inputs come first: what is subtracted is computed the same way, so that no difference is rounding.
        count: (1 + plan.length) * size,
        example: (row: number) => row % size,
        fill(row: number, into: Readonly<Record<string, Float32Array>>) {
          if (row < size) return
          const { ground, window, baseline } = plan[Math.floor(row / size) - 1]!
          const { channels } = ground.positions
          const values = rowOf(baseline.inputs[ground.name]!, row % size)
          ground.windows.runs(window, (from, to) => {
            into[ground.name]!.set(values.subarray(from * channels, to * channels), from * channels)
          })
        },
      }
      const clean = new Float64Array(size)
      for await (const { row, example, score } of task.scores(rows)) {
        task.report((row + 1) / rows.count)
        if (row < size) {
          clean[row] = score
          continue
        }
        const { ground, window, baseline } = plan[Math.floor(row / size) - 1]!
        const drop = (clean[example]! - score) * baseline.weight
        const start = example * ground.positions.count
        ground.windows.runs(window, (from, to) => {
          for (let i = start + from; i < start + to; i++) ground.sums[i]! += drop
        })
      }
      yield { maps: Object.fromEntries(grounds.map((ground) => [ground.name, meanMap(ground, size)])) }
    },
  } satisfies AttributionMethod<'predictions'>
}

const usesNoise = (baseline: BaselineOption) => [baseline].flat().includes('uniform')

/** An input that windows slide over, and the sums of the drops at its positions, `[size, …]`. */
interface Ground {
  readonly name: string
  readonly positions: Positions
  readonly windows: Windows
  readonly sums: Float64Array
}

function groundsOf(task: Task, baselines: readonly Baseline[], { window, stride }: OcclusionOptions): Ground[] {
  // An input whose baseline is the input itself has nothing that could be put in a window.
  const names = task.model.inputs.filter(({ name }) => baselines.some((one) => one.inputs[name] !== task.inputs[name]))
  if (names.length === 0) {
    throw new ExplainError(
      'bad-option',
      'occlusion: every input is of integers, and the baseline does not say what stands for none.',
      'Give it as arrays: `baseline: { inputs }`, filled with the number of the padding token.',
    )
  }
  return names.map((spec) => {
    const positions = positionsOf(spec, task.inputs[spec.name]!)
    const windows = windowsOver(spec.name, positions, window, stride)
    return { name: spec.name, positions, windows, sums: new Float64Array(task.size * positions.count) }
  })
}

function meanMap({ positions, windows, sums }: Ground, size: number): EstimatedMap {
  const covering = new Float64Array(positions.count)
  for (let window = 0; window < windows.count; window++) {
    windows.runs(window, (from, to) => {
      for (let i = from; i < to; i++) covering[i]!++
    })
  }
  return {
    shape: [size, ...positions.sides],
    data: sums.map((sum, i) => sum / covering[i % positions.count]!),
    axes: positions.axes,
    domain: positions.domain,
  }
}
