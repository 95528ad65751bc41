import type { Baseline, GradientTask, NDArray, Rows } from '@explainnet/core'
import type { PathRule } from './quadrature.ts'

/** Which example, baseline and point of the rule a row is: points run fastest, then baselines. */
export function position(row: number, baselines: number, points: number) {
  const perExample = baselines * points
  return {
    index: Math.floor(row / perExample),
    baseline: Math.floor((row % perExample) / points),
    point: row % points,
  }
}

/** The points b + α(x − b) of the straight paths from every baseline to each of `examples`. */
export function pathRows(
  task: GradientTask,
  baselines: readonly Baseline[],
  examples: readonly number[],
  { alphas }: PathRule,
): Rows {
  const floats = task.model.inputs.filter((spec) => spec.dtype === 'float32')
  const at = (row: number) => position(row, baselines.length, alphas.length)
  return {
    count: examples.length * baselines.length * alphas.length,
    example: (row) => examples[at(row).index]!,
    fill(row, into) {
      const { index, baseline, point } = at(row)
      const alpha = alphas[point]!
      for (const { name } of floats) {
        const values = into[name]!
        const start = examples[index]! * values.length
        const from = baselines[baseline]!.inputs[name]!.data
        values.forEach((value, i) => {
          // Weighted, not b + α(x − b): both ends are met exactly.
          values[i] = alpha * value + (1 - alpha) * from[start + i]!
        })
      }
    },
  }
}

/** Keeps the path's images and the gradients there, for `path: true`. */
export interface PathRecord {
  readonly extras: Readonly<Record<string, NDArray>>
  add(row: number, gradients: Readonly<Record<string, Float32Array>>): void
}

export function recordPath(
  task: GradientTask,
  rows: Rows,
  perExample: number,
  alphas: ArrayLike<number>,
  baselines: number,
): PathRecord {
  const extras: Record<string, NDArray> = {
    'path.alphas': {
      shape: [perExample],
      data: Float32Array.from({ length: perExample }, (_, i) => alphas[i % (perExample / baselines)]!),
    },
  }
  const floats = task.model.inputs.filter((spec) => spec.dtype === 'float32').map(({ name }) => name)
  for (const name of floats) {
    const { shape, data } = task.inputs[name]!
    for (const key of [`path.${name}`, `path.gradients.${name}`]) {
      extras[key] = {
        shape: [task.size, perExample, ...shape.slice(1)],
        data: new Float32Array(data.length * perExample),
      }
    }
  }
  return {
    extras,
    add(row, gradients) {
      const into = Object.fromEntries(
        Object.entries(task.inputs).map(([name, { data }]) => {
          const length = data.length / task.size
          const example = rows.example(row)
          return [name, data.slice(example * length, (example + 1) * length)]
        }),
      )
      rows.fill!(row, into)
      for (const name of floats) {
        const start = row * into[name]!.length
        extras[`path.${name}`]!.data.set(into[name]!, start)
        extras[`path.gradients.${name}`]!.data.set(gradients[name]!, start)
      }
    },
  }
}
