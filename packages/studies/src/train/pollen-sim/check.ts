import { ExplainError, type Model, type NDArray, prepareImage, type RawImage, randomStream } from '@explainnet/core'
import { pollenSim, pollenSimClasses, pollenSimSplit } from '@explainnet/datasets'
import {
  classificationReport,
  type Judged,
  type ProportionInterval,
  predictedClass,
  wilsonInterval,
} from '@explainnet/metrics'
import { paint, regionElsewhere } from './erase.ts'

export interface Share {
  readonly share: number
  readonly interval: ProportionInterval
  readonly count: number
}

/** Whether the network for pollenSim looks at the planted trait and at nothing else. JSON. */
export interface PollenSimCheck {
  readonly test: Share
  /** Pairs of one scene with two traits, both told right: the class followed the trait. */
  readonly flips: Share
  /** Accuracy after as many pixels as the trait covers were painted over elsewhere, for each paint. */
  readonly erasedElsewhere: Readonly<Record<Paint, Share>>
  /** Percentage points of accuracy lost by that, for the worst paint. */
  readonly costOfErasing: number
  /** Accuracy, pictures without a trait aside, after the trait itself was painted over in the colour of the border. */
  readonly traitErased: Share
}

type Paint = 'grey' | 'mean' | 'border'

export interface PollenSimCheckOptions {
  /** Test pictures, of which the pairs are the first. Default 1000. */
  readonly pictures?: number | undefined
  /** Default 500. */
  readonly pairs?: number | undefined
  /** Of the pictures, of the exchanged classes and of the erased regions. Default 0. */
  readonly seed?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((done: number, count: number) => void) | undefined
}

/** Renders held-out pictures and asks the network about them and about what was changed in them. About 100 ms a picture. */
export async function checkPollenSim(model: Model, options: PollenSimCheckOptions = {}): Promise<PollenSimCheck> {
  const { pictures = 1000, pairs = 500, seed = 0, signal, onProgress } = options
  const predict = predictor(model)
  const judged: Judged[] = []
  let flips = 0
  let [traits, withoutTrait] = [0, 0]
  const erased: Record<Paint, number> = { grey: 0, mean: 0, border: 0 }
  for (const [i, index] of pollenSimSplit('test', pictures).entries()) {
    if (signal?.aborted) throw new ExplainError('aborted', 'The check was stopped.', 'Run it again.')
    const picture = pollenSim({ seed, index, mask: true })
    const random = randomStream(seed, 7, index)
    const other = (picture.label + 1 + random.integer(pollenSimClasses.length - 1)) % pollenSimClasses.length
    const area = picture.mask!.reduce((sum, inside) => sum + inside, 0)
    const region = regionElsewhere(picture.mask!, picture.width, area, random)
    const variants: RawImage[] = [picture]
    for (const colour of Object.values(paints(picture))) variants.push(painted(picture, region, colour))
    variants.push(painted(picture, picture.mask!, paints(picture).border))
    if (i < pairs) variants.push(pollenSim({ seed, index, class: pollenSimClasses[other]! }))
    const [own, grey, mean, border, gone, exchanged] = await predict(variants)
    judged.push({ truth: picture.label, probabilities: own! })
    const right = (row: Float32Array) => (predictedClass(row) === picture.label ? 1 : 0)
    erased.grey += right(grey!)
    erased.mean += right(mean!)
    erased.border += right(border!)
    if (area > 0) {
      traits++
      withoutTrait += right(gone!)
    }
    if (exchanged && right(own!) === 1 && predictedClass(exchanged) === other) flips++
    onProgress?.(i + 1, pictures)
  }
  const report = classificationReport(pollenSimClasses, judged)
  const worst = Math.min(erased.grey, erased.mean, erased.border)
  return {
    test: share(report.correct, pictures),
    flips: share(flips, Math.min(pairs, pictures)),
    erasedElsewhere: {
      grey: share(erased.grey, pictures),
      mean: share(erased.mean, pictures),
      border: share(erased.border, pictures),
    },
    costOfErasing: (100 * (report.correct - worst)) / pictures,
    traitErased: share(withoutTrait, traits),
  }
}

const share = (successes: number, count: number): Share => ({
  share: successes / count,
  interval: wilsonInterval(successes, count),
  count,
})

function paints({ width, height, data }: RawImage): Record<Paint, number[]> {
  const mean = [0, 0, 0]
  for (let k = 0; k < data.length; k++) mean[k % 3]! += (3 * data[k]!) / data.length
  const border: number[][] = [[], [], []]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += y === 0 || y === height - 1 ? 1 : width - 1) {
      for (let c = 0; c < 3; c++) border[c]!.push(data[(y * width + x) * 3 + c]!)
    }
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!
  return { grey: [127.5, 127.5, 127.5], mean, border: border.map(median) }
}

function painted(image: RawImage, region: Uint8Array, colour: readonly number[]): RawImage {
  const data = Uint8ClampedArray.from(image.data)
  paint(data, region, colour)
  return { width: image.width, height: image.height, channels: 3, data }
}

function predictor(model: Model): (images: readonly RawImage[]) => Promise<Float32Array[]> {
  const input = model.card?.input
  if (input === undefined) {
    throw new ExplainError(
      'bad-card',
      'The model has no card with preprocessing.',
      'Give the card it was trained with.',
    )
  }
  return async (images) => {
    const rows = images.map((image) => prepareImage(image, input).input)
    const size = rows[0]!.data.length
    const data = new Float32Array(rows.length * size)
    for (const [i, row] of rows.entries()) data.set(row.data, i * size)
    const batch: NDArray = { shape: [rows.length, ...rows[0]!.shape.slice(1)], data }
    const outputs = await model.predict({ [model.inputs[0]!.name]: batch }, { space: 'probability' })
    const output = outputs[model.outputs[0]!.name]!
    const classes = output.data.length / rows.length
    return rows.map((_, i) => output.data.subarray(i * classes, (i + 1) * classes))
  }
}
