import { join } from 'node:path'
import { explain, type LayeredModel, prepareImage } from '@explainnet/core'
import type { LabelledFile } from '@explainnet/datasets/folder'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { type ProportionInterval, wilsonInterval } from '@explainnet/metrics'
import { readImage } from '@explainnet/node'
import { preprocessingOf } from './explain-images.ts'
import { keptEach } from './kept.ts'
import type { StageOptions } from './stage.ts'

export interface Convergence {
  readonly images: number
  /** The stopping rule was met within 512 evaluations. */
  readonly converged: number
  readonly interval: ProportionInterval
  readonly evaluations: Spread
  /** |Σ A − (f(x) − f(b))| ÷ max(|f(x) − f(b)|, 0.1·Σ|A|). */
  readonly completeness: Spread
  /** Relative L1 change of the map at the last doubling. */
  readonly change: Spread
}

interface Spread {
  readonly median: number
  readonly largest: number
}

interface Stop {
  readonly evaluations: number
  readonly relative: number
  readonly change: number
  readonly converged: boolean
}

/** How the default stop of integrated gradients does on every picture; each picture's numbers are kept. */
export async function convergence(
  model: LayeredModel,
  folder: string,
  files: readonly LabelledFile[],
  { folder: keep, signal, onProgress }: StageOptions,
): Promise<Convergence> {
  const method = integratedGradients()
  const from = [await model.fingerprint?.(), method.spec, preprocessingOf(model)]
  const stops = await keptEach({ folder: keep, name: 'convergence', from }, files, identity, async (file, place) => {
    onProgress?.(place / files.length, `integrated gradients: ${file.path}`)
    const { input } = prepareImage(await readImage(join(folder, file.path)), preprocessingOf(model))
    const { evidence } = (await explain(model, input, method, { signal })).certificate
    const stop: Stop = {
      evaluations: evidence.evaluations![0]!,
      relative: evidence.completeness!.relative[0]!,
      change: evidence.change![0]!,
      converged: evidence.converged![0]!,
    }
    return stop
  })
  const converged = stops.filter((stop) => stop.converged).length
  return {
    images: stops.length,
    converged,
    interval: wilsonInterval(converged, stops.length),
    evaluations: spread(stops.map((stop) => stop.evaluations)),
    completeness: spread(stops.map((stop) => Math.abs(stop.relative))),
    change: spread(stops.map((stop) => stop.change)),
  }
}

const identity = (file: LabelledFile & { readonly sha256?: string }): string => file.sha256 ?? file.path

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  return { median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, largest: sorted.at(-1) ?? Number.NaN }
}
