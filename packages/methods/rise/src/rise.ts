import {
  type AttributionMethod,
  apiVersion,
  type Baseline,
  type BaselineOption,
  blend,
  type Estimate,
  ExplainError,
  type OptionSchema,
  type Positions,
  positionsOf,
  resolveOptions,
  rowOf,
  specOf,
  type Task,
} from '@explainnet/core'
import { type RunningMaps, runningMaps } from './estimate.ts'
import { type MaskMaker, maskMaker, planMasks, type Sizes, streamPath } from './masks.ts'

export interface RiseOptions {
  /** Random masks, and so forward passes, an example. Default 1000, at which the default estimator has settled further than the paper's at 4000. */
  readonly masks: number
  /** Cells of a mask's grid, along each axis but batch and channels, or for all. Default 7, or a cell a position where there are fewer. */
  readonly cells: Sizes | undefined
  /** That a cell is seen. Default 0.5. */
  readonly probability: number
  /** Default `centred`. */
  readonly estimator: 'centred' | 'paper'
  /** What stands where a mask hides. Default `zero`, in the model's own units, as in the paper. Several take turns. */
  readonly baseline: BaselineOption
}

const schema = {
  masks: { type: 'integer', text: 'Random masks, and so forward passes, an example.', default: 1000, min: 2 },
  cells: { type: 'integer', text: "Cells of a mask's grid, for all axes or for each.", min: 1, list: true },
  probability: { type: 'number', text: 'That a cell is seen.', default: 0.5, min: 0.01, max: 0.99 },
  estimator: {
    type: 'choice',
    text: "Covariance of score and mask, or the paper's mean of score times mask.",
    default: 'centred',
    choices: ['centred', 'paper'],
  },
  baseline: { type: 'baseline', text: 'What stands where a mask hides.', default: 'zero' },
} as const satisfies OptionSchema

/** Running estimates, and blocks for the standard error, are this many. */
const blocks = 32
const smallestBlock = 8

/**
 * RISE: how the score rises with what random masks leave to be seen, for any black box. With M a mask of 0 … 1 and f the score
 * of x·M + baseline·(1 − M), the value of a position is
 * - `paper`: Σ f·M ÷ (n·p), the mean score where it is seen;
 * - `centred` (default): Σ (f − f̄)·M ÷ ((n − 1)·p), the same less the mean score: 0 where it does not matter whether the
 *   position is seen, and free of the noise f̄·ΣM that hides the map of the paper's estimator while masks are few.
 *
 * A value for each position, channels hidden together: `[n, height, width]` (domain `spatial`), `[n, features]` (domain
 * `input`), … in one to any number of axes. Masks are drawn by their number alone: every example and every chunk has the same.
 * Features of a table and tokens are masked one by one. Several inputs are masked at once, independently. Integer inputs (tokens) are
 * hidden whole, and only if the baseline is given as arrays.
 *
 * Yields 32 running estimates, so that `stop` can end it. `evidence.standardError` comes from the spread of as many blocks of
 * masks, of 8 masks or more each. Cost: `masks` forward passes an example, one more a baseline. Throws `bad-option` for a grid
 * finer than the input.
 *
 * Petsiuk, Das & Saenko 2018, "RISE: Randomized Input Sampling for Explanation of Black-box Models", equations 6 and 7,
 * https://arxiv.org/abs/1806.07421
 */
export function rise(given: Partial<RiseOptions> = {}) {
  const options = resolveOptions<RiseOptions>('rise', schema, given)
  return {
    apiVersion,
    name: 'rise',
    needs: 'predictions',
    deterministic: false,
    options: schema,
    spec: specOf('@explainnet/rise', 'rise', options),
    axioms: ['linearity', 'implementation-invariance'],
    paper: 'https://arxiv.org/abs/1806.07421',
    async *attribute(task) {
      const { masks } = options
      const baselines = await task.baselines(options.baseline)
      const grounds = groundsOf(task, baselines, options)
      const { size } = task
      const rows = {
        count: masks * size,
        example: (row: number) => row % size,
        fill(row: number, into: Readonly<Record<string, Float32Array>>) {
          const mask = Math.floor(row / size)
          const { inputs } = baselines[mask % baselines.length]!
          for (const { name, positions, toFill } of grounds) {
            const values = into[name]!
            blend(values, rowOf(inputs[name]!, row % size), toFill(mask), positions.channels)
          }
        },
      }
      const count = Math.max(1, Math.min(blocks, Math.floor(masks / smallestBlock)))
      let block = 0
      for await (const { row, example, score } of task.scores(rows)) {
        const mask = Math.floor(row / size)
        for (const { running, toAdd } of grounds) {
          const values = toAdd(mask)
          running.add(example, score, values)
          if (example === size - 1) running.count(values)
        }
        task.report((row + 1) / rows.count)
        if (example === size - 1 && mask + 1 === Math.floor(((block + 1) * masks) / count)) {
          block++
          for (const { running } of grounds) running.endBlock()
          yield estimateOf(grounds, size, mask + 1)
        }
      }
    },
  } satisfies AttributionMethod<'predictions'>
}

/** An input that is masked. Masks to fill rows with and masks to weigh scores by are made apart: rows are made ahead. */
interface Ground {
  readonly name: string
  readonly positions: Positions
  readonly running: RunningMaps
  readonly toFill: MaskMaker
  readonly toAdd: MaskMaker
}

function groundsOf(task: Task, baselines: readonly Baseline[], options: RiseOptions): Ground[] {
  // An input whose baseline is the input itself has nothing to hide it by.
  const hidden = task.model.inputs
    .map((spec, index) => ({ spec, index }))
    .filter(({ spec: { name } }) => baselines.some((one) => one.inputs[name] !== task.inputs[name]))
  if (hidden.length === 0) {
    throw new ExplainError(
      'bad-option',
      'rise: every input is of integers, and the baseline does not say what stands for none.',
      'Give it as arrays: `baseline: { inputs }`, filled with the number of the padding token.',
    )
  }
  return hidden.map(({ spec, index }) => {
    const positions = positionsOf(spec, task.inputs[spec.name]!)
    const { sides, count, axes } = positions
    // There is nothing between two tokens, nor between two columns of a table.
    const single = spec.dtype === 'int32' || axes[1] === 'feature' || axes[1] === 'token'
    const cells = single ? sides : (options.cells ?? sides.map((side) => Math.min(7, side)))
    const plan = planMasks(sides, cells, options.probability)
    const maker = () => latest(maskMaker(plan, (mask) => task.random(...streamPath(mask, index))))
    const running = runningMaps(task.size, count, options.probability, options.estimator === 'centred')
    return { name: spec.name, positions, running, toFill: maker(), toAdd: maker() }
  })
}

/** Keeps the last mask: the examples that share it follow each other. */
function latest(make: MaskMaker): MaskMaker {
  let number = -1
  let mask: Float32Array
  return (wanted) => {
    if (wanted !== number) mask = make(wanted)
    number = wanted
    return mask
  }
}

function estimateOf(grounds: readonly Ground[], size: number, masks: number): Estimate {
  const all = grounds.map(({ name, positions, running }) => ({
    name,
    positions,
    data: running.maps(),
    errors: running.errors(),
  }))
  const relativeError = (example: number) => {
    let [error, total] = [0, 0]
    for (const { positions, data, errors } of all) {
      for (let i = example * positions.count; i < (example + 1) * positions.count; i++) {
        error += errors![i]!
        total += Math.abs(data[i]!)
      }
    }
    return total > 0 ? error / total : 0
  }
  const examples = Array.from({ length: size }, (_, example) => example)
  return {
    maps: Object.fromEntries(
      all.map(({ name, positions: { sides, axes, domain }, data }) => [
        name,
        { shape: [size, ...sides], data, axes, domain },
      ]),
    ),
    evidence: {
      evaluations: examples.map(() => masks),
      ...(all[0]!.errors ? { standardError: examples.map(relativeError) } : {}),
    },
  }
}
