import { explain, type LayeredModel, type NDArray } from '@explainnet/core'
import { pollenSim, pollenSimClasses, pollenSimLabel, pollenSimSplit } from '@explainnet/datasets'
import { findTechnique, globalSaliencyOf, integrationPath, smoothingMaps } from '@explainnet/studies'
import { normalise, normaliseGrid } from '@explainnet/viz'
import { startMethods, startPictures } from '../../components/hero/start.ts'
import type { Gallery } from './gallery.ts'
import { type Grain, renderedGrain } from './grains.ts'
import type { Pictures } from './pictures.ts'

/** Of the study's 14 × 8, so many that the pictures can be seen. */
const grid = { levels: [10, 40, 80, 140], counts: [10, 40, 80] } as const

/** SmoothGrad's maps by noise and samples: those of a level come from the same draws. */
export async function smoothingGrid(
  model: LayeredModel,
  grain: Grain,
  pictures: Pictures,
): Promise<Gallery['smoothing']> {
  const { width, height } = grain.picture
  const maps: string[][] = []
  for await (const { level, maps: found } of smoothingMaps(model, grain.input, grid)) {
    maps.push(
      await Promise.all(
        found.map((data, i) =>
          pictures.map(`smoothing/${level}-${grid.counts[i]}`, normaliseGrid({ width, height, data })),
        ),
      ),
    )
  }
  return { label: grain.label, ...grid, maps }
}

export async function integrationSteps(
  model: LayeredModel,
  grain: Grain,
  pictures: Pictures,
): Promise<Gallery['path']> {
  const steps = 50
  const { target, completeness, points } = await integrationPath(model, grain.input, { steps, every: 10 })
  return {
    label: grain.label,
    target: target.name,
    steps,
    completeness: Math.abs(completeness.relative),
    points: await Promise.all(
      points.map(async ({ alpha, score, picture }) => ({
        alpha,
        score,
        file: await pictures.image(`path/${Math.round(alpha * 100)}`, picture),
      })),
    ),
  }
}

export async function globalMaps(
  model: LayeredModel,
  batches: AsyncIterable<{ readonly input: NDArray; readonly labels: readonly string[] }>,
  pictures: Pictures,
): Promise<Gallery['global']> {
  const { perClass, overall, images } = await globalSaliencyOf(model, batches)
  return {
    images,
    perClass: await Promise.all(
      model.card!.labels!.map(async (label, i) => ({
        label,
        file: await pictures.map(`global/${label}`, perClass[i]!),
      })),
    ),
    overall: await pictures.map('global/all', overall),
  }
}

/** Rendered pollen, of each class the first held-out grain, with its planted trait. */
export async function plantedTraits(pictures: Pictures): Promise<Gallery['traits']> {
  const indices = pollenSimSplit('test', 100)
  return Promise.all(
    pollenSimClasses.map(async (className, label) => {
      const index = indices.find((one) => pollenSimLabel(0, one) === label)!
      const image = pollenSim({ seed: 0, index, mask: true })
      const { width, height, mask = new Uint8Array() } = image
      return {
        className,
        picture: await pictures.image(`traits/${className}`, image),
        ...(mask.includes(1)
          ? {
              mask: await pictures.map(
                `traits/${className}-mask`,
                normaliseGrid({ width, height, data: Float32Array.from(mask, (inside) => -inside) }),
              ),
            }
          : {}),
      }
    }),
  )
}

/** The start page's first grain, with the maps that the page will compute for itself. */
export async function startGrain(model: LayeredModel, pictures: Pictures): Promise<Gallery['start']> {
  const index = pollenSimSplit('test', 100)[startPictures[0]!]!
  const { input, picture } = renderedGrain(model, index)
  const maps: Record<string, string> = {}
  for (const { name, options } of startMethods) {
    const { maps: found } = await explain(model, input, findTechnique(name)!.make(options), { seed: 0 })
    maps[name] = await pictures.map(`start/${name}`, normalise(Object.values(found)[0]!))
  }
  return {
    index,
    className: pollenSimClasses[pollenSimLabel(0, index)]!,
    picture: await pictures.image('start/picture', picture),
    maps,
  }
}
