import type { Model } from '@explainnet/core'
import { type PollenSimClass, pollenSimClasses, pollenSimSplit } from '@explainnet/datasets'
import { kept } from '../study/kept.ts'
import type { StageOptions } from '../study/stage.ts'
import { predict } from '../train/pollen-shortcut/check.ts'
import { barredClass } from '../train/pollen-shortcut/network.ts'
import { type BarRule, scene } from '../train/pollen-shortcut/pictures.ts'

export type ShortcutModels<M extends Model = Model> = Readonly<Record<BarRule, M>>

/** Scenes of which the twins prove, one by one, what each network goes by. */
export interface ProvenScenes {
  readonly indices: readonly number[]
  /** Scenes that were looked at for them. */
  readonly of: number
}

/** The trait that takes the place of the barred class's in a scene's exchanged twin. */
const otherTrait = (index: number): PollenSimClass =>
  pollenSimClasses[
    (pollenSimClasses.indexOf(barredClass) + 1 + (index % (pollenSimClasses.length - 1))) % pollenSimClasses.length
  ]!

/**
 * Held-out scenes with the trait of the barred class and the bar. Both networks take each of them for that class, and for
 * opposite reasons: without the bar, the trait kept, only the shortcut network changes its answer; with another trait, the bar
 * kept, only the control does.
 */
export async function provenScenes(
  models: ShortcutModels,
  count: number,
  { folder, signal, onProgress }: StageOptions,
): Promise<ProvenScenes> {
  const from = [await models.shortcut.fingerprint?.(), await models.control.fingerprint?.(), count]
  return kept({ folder, name: 'proven', from }, async () => {
    const barred = pollenSimClasses.indexOf(barredClass)
    const indices: number[] = []
    let of = 0
    // What the check did not use: its pictures are the first of the test split.
    for (const index of pollenSimSplit('test', 1000 + 10 * count).slice(1000)) {
      signal?.throwIfAborted()
      const twins = [
        scene(index, barredClass, true),
        scene(index, barredClass, false),
        scene(index, otherTrait(index), true),
      ]
      const answers = [await predict(models.shortcut, twins), await predict(models.control, twins)]
      const [byBar, byTrait] = answers.map((labels) => labels.map((label) => label === barred).join())
      of++
      if (byBar === 'true,false,true' && byTrait === 'true,true,false') indices.push(index)
      onProgress?.(indices.length / count, `pictures proven by their twins: ${indices.length} of ${count}`)
      if (indices.length === count) break
    }
    return { indices, of }
  })
}
