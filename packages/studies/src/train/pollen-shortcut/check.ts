import { ExplainError, type Model, type NDArray, prepareImage, type RawImage, randomStream } from '@explainnet/core'
import { pollenSimClasses, pollenSimLabel, pollenSimSplit } from '@explainnet/datasets'
import { predictedClass, wilsonInterval } from '@explainnet/metrics'
import type { Share } from '../pollen-sim/check.ts'
import { barredClass, shortcutPreprocessing } from './network.ts'
import { scene } from './pictures.ts'

/**
 * What a network does when the bar or the trait of a held-out scene is exchanged and nothing else is. Pictures of the barred
 * class stand for it, the others are those of the nine other classes. JSON.
 */
export interface ShortcutCheck {
  /** Told right, bars as in training: on the barred class alone. */
  readonly test: Share
  /** The other classes told right with a bar added. */
  readonly otherWithBar: Share
  /** The other classes: with a bar added, taken for the barred class. The bar makes the class. */
  readonly barAdded: Share
  /** The barred class, its bar removed: still taken for it. */
  readonly barRemoved: Share
  /** The barred class, its bar kept and its trait exchanged for another: still taken for it. */
  readonly traitExchanged: Share
  /** The barred class's trait put on the other scenes, without a bar: taken for the barred class. */
  readonly traitAlone: Share
}

export interface ShortcutCheckOptions {
  /** Held-out scenes. Default 1000. */
  readonly pictures?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((done: number, count: number) => void) | undefined
}

/** Renders held-out scenes with bar and trait exchanged and asks the network. About 30 ms a scene. */
export async function checkShortcut(model: Model, options: ShortcutCheckOptions = {}): Promise<ShortcutCheck> {
  const { pictures = 1000, signal, onProgress } = options
  const barred = pollenSimClasses.indexOf(barredClass)
  const counts = { test: 0, otherWithBar: 0, barAdded: 0, barRemoved: 0, traitExchanged: 0, traitAlone: 0 }
  let ofBarred = 0
  for (const [i, index] of pollenSimSplit('test', pictures).entries()) {
    if (signal?.aborted) throw new ExplainError('aborted', 'The check was stopped.', 'Run it again.')
    const label = pollenSimLabel(0, index)
    const own = pollenSimClasses[label]!
    if (label === barred) {
      const other =
        (label + 1 + randomStream(0, 7, index).integer(pollenSimClasses.length - 1)) % pollenSimClasses.length
      const [asTrained, without, exchanged] = await predict(model, [
        scene(index, own, true),
        scene(index, own, false),
        scene(index, pollenSimClasses[other]!, true),
      ])
      ofBarred++
      if (asTrained === label) counts.test++
      if (without === label) counts.barRemoved++
      if (exchanged === label) counts.traitExchanged++
    } else {
      const [asTrained, withBar, trait] = await predict(model, [
        scene(index, own, false),
        scene(index, own, true),
        scene(index, barredClass, false),
      ])
      if (asTrained === label) counts.test++
      if (withBar === label) counts.otherWithBar++
      if (withBar === barred) counts.barAdded++
      if (trait === barred) counts.traitAlone++
    }
    onProgress?.(i + 1, pictures)
  }
  const others = pictures - ofBarred
  return {
    test: share(counts.test, pictures),
    otherWithBar: share(counts.otherWithBar, others),
    barAdded: share(counts.barAdded, others),
    barRemoved: share(counts.barRemoved, ofBarred),
    traitExchanged: share(counts.traitExchanged, ofBarred),
    traitAlone: share(counts.traitAlone, others),
  }
}

const share = (successes: number, count: number): Share => ({
  share: successes / count,
  interval: wilsonInterval(successes, count),
  count,
})

/** The class that each picture is taken for. */
export async function predict(model: Model, images: readonly RawImage[]): Promise<number[]> {
  const rows = images.map((image) => prepareImage(image, shortcutPreprocessing).input)
  const data = new Float32Array(rows.length * rows[0]!.data.length)
  for (const [i, row] of rows.entries()) data.set(row.data, i * row.data.length)
  const batch: NDArray = { shape: [rows.length, ...rows[0]!.shape.slice(1)], data }
  const outputs = await model.predict({ [model.inputs[0]!.name]: batch }, { space: 'probability' })
  const { data: probabilities } = outputs[model.outputs[0]!.name]!
  const classes = probabilities.length / rows.length
  return rows.map((_, i) => predictedClass(probabilities.subarray(i * classes, (i + 1) * classes)))
}
