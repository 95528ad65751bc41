import { batchesFrom, type ExampleSource, plainBatches } from '../batches.ts'
import { buildNetwork } from '../network.ts'
import { jitterColour, standardise } from '../photometry.ts'
import type { PollenSimTaskOptions } from '../pollen-sim/task.ts'
import type { TrainingTask } from '../trainer.ts'
import { shortcutArchitecture, shortcutPreprocessing, shortcutRecipe } from './network.ts'
import { type BarRule, type BarredPicture, size } from './pictures.ts'

const jitter = { contrast: 0.2, brightness: 0.08, saturation: 0.3, gain: 0.06 }

/**
 * Another light in every view and nothing else: no turns and nothing painted over, as a hurried practitioner would do. The
 * bar stays where it is.
 */
export function shortcutTask(
  rule: BarRule,
  pictures: readonly BarredPicture[],
  validation: readonly BarredPicture[],
  { seed = 0, recipe: changes = {} }: PollenSimTaskOptions = {},
): TrainingTask {
  const recipe = { ...shortcutRecipe, ...changes }
  const source: ExampleSource = {
    count: pictures.length,
    size: size * size * 3,
    label: (index) => pictures[index]!.label,
    write: (index, random, target, offset) => {
      const picture = unitPicture(pictures[index]!)
      jitterColour(picture, jitter, random)
      standardise(picture, shortcutPreprocessing, target, offset)
    },
  }
  return {
    network: (final) => buildNetwork(shortcutArchitecture, final),
    ...batchesFrom(source, recipe.batchSize, seed),
    validation: plainBatches(
      validation.map((picture) => {
        const values = new Float32Array(picture.pixels.length)
        standardise(unitPicture(picture), shortcutPreprocessing, values, 0)
        return { values, label: picture.label }
      }),
    ),
    recipe,
    seed,
    data: `${pictures.length} pictures, bars: ${rule}`,
  }
}

const unitPicture = ({ pixels }: BarredPicture) => ({ size, data: Float32Array.from(pixels, (value) => value / 255) })
