import { join } from 'node:path'
import { type LayeredModel, type NDArray, prepareImage, type RawImage, toRaw } from '@explainnet/core'
import { pollenSim, pollenSimClasses, pollenSimLabel, pollenSimSplit } from '@explainnet/datasets'
import {
  batchedInputs,
  oneImageAClass,
  pollenModelPath,
  pollenSimModelPath,
  preprocessingOf,
  readHeldOut,
} from '@explainnet/studies'

/** A held-out picture: as the network takes it, and as it looks. */
export interface Grain {
  readonly label: string
  readonly input: NDArray
  readonly picture: RawImage
}

/** Where the gallery's pictures come from. */
export interface Grains {
  readonly kind: 'photographs' | 'rendered'
  readonly modelPath: string
  /** The first held-out picture of each class. */
  firsts(model: LayeredModel): Promise<readonly Grain[]>
  /** Held-out pictures of all classes, for mean maps. */
  batches(model: LayeredModel): AsyncIterable<{ readonly input: NDArray; readonly labels: readonly string[] }>
}

/** POLLEN23E, from its folder. */
const photographs = (folder: string): Grains => ({
  kind: 'photographs',
  modelPath: pollenModelPath,
  async firsts(model) {
    const { test } = await readHeldOut()
    return oneImageAClass(model, folder, test)
  },
  async *batches(model) {
    const { test, validation } = await readHeldOut()
    yield* batchedInputs(model, folder, [...test, ...validation], 16)
  },
})

/** pollenSim, whose pictures anybody can make. */
const rendered: Grains = {
  kind: 'rendered',
  modelPath: pollenSimModelPath,
  async firsts(model) {
    const indices = pollenSimSplit('test', 200)
    return pollenSimClasses.map((_, label) =>
      renderedGrain(model, indices.find((index) => pollenSimLabel(0, index) === label)!),
    )
  },
  async *batches(model) {
    for (const index of pollenSimSplit('test', 100)) {
      const { input, label } = renderedGrain(model, index)
      yield { input, labels: [label] }
    }
  },
}

export function renderedGrain(model: LayeredModel, index: number): Grain {
  const image = pollenSim({ seed: 0, index })
  const { input } = prepareImage(image, preprocessingOf(model))
  return { label: image.className, input, picture: toRaw(input, preprocessingOf(model)) }
}

/** The photographs where the environment names the data's folder, else rendered pollen. */
export function chosenGrains(): Grains {
  const data = process.env['EXPLAINNET_DATA']
  return data ? photographs(join(data, 'pollen23e')) : rendered
}
