import { ExplainError, type Model, prepareImage, rowOf } from '@explainnet/core'
import { type CorruptFile, type Decode, type LabelledFile, listFolder, readFolder } from '@explainnet/datasets/folder'
import { type ClassificationReport, classificationReport, type Judged } from '@explainnet/metrics'

export interface EvaluateOptions {
  readonly decode: Decode
  /** Only these files of the folder, such as the test files of a split. Default: all. */
  readonly files?: readonly LabelledFile[] | undefined
  readonly signal?: AbortSignal | undefined
  /** Told of every image that was read, such as for curves. */
  readonly onJudged?: ((judged: Judged) => void) | undefined
  /** Told after every batch. */
  readonly onProgress?: ((done: number, count: number) => void) | undefined
}

export interface FolderReport extends ClassificationReport {
  /** Files that are no images; they count for nothing. */
  readonly corrupt: readonly CorruptFile[]
}

const batchSize = 32

/**
 * Evaluates a classifier on a folder of class folders, named as in the model card's labels; the card's preprocessing is
 * applied. One forward pass an image.
 *
 * @throws ExplainError `bad-card` for a model without labels or preprocessing, `unknown-label` for a folder that is no class of the
 * model, `bad-image` if no image could be read, `aborted`.
 */
export async function evaluateFolder(model: Model, root: string, options: EvaluateOptions): Promise<FolderReport> {
  const { labels, input } = model.card ?? {}
  if (labels === undefined || input === undefined) {
    throw new ExplainError(
      'bad-card',
      'The model has no card with labels and preprocessing.',
      'Give one, so that folders can be matched with classes and images with inputs.',
    )
  }
  const files = options.files ?? (await listFolder(root))
  const unknown = [...new Set(files.map((file) => file.label))].filter((label) => !labels.includes(label))
  if (unknown.length > 0) {
    throw new ExplainError(
      'unknown-label',
      `The model has no class ${unknown.join(', ')}.`,
      `Name the folders by its classes: ${labels.join(', ')}.`,
    )
  }
  const corrupt: CorruptFile[] = []
  const judged: Judged[] = []
  let waiting: { truth: number; values: Float32Array; shape: readonly number[] }[] = []
  const judge = async () => {
    if (waiting.length === 0) return
    if (options.signal?.aborted) throw new ExplainError('aborted', 'The evaluation was stopped.', 'Run it again.')
    const rows = await predict(model, waiting)
    for (const [row, { truth }] of waiting.entries()) {
      const one = { truth, probabilities: rows[row]! }
      judged.push(one)
      options.onJudged?.(one)
    }
    waiting = []
    options.onProgress?.(judged.length + corrupt.length, files.length)
  }
  const reading = {
    decode: options.decode,
    onCorrupt: 'skip',
    corrupt: (file: CorruptFile) => corrupt.push(file),
  } as const
  for await (const { image, label } of readFolder(root, files, reading)) {
    const { data, shape } = prepareImage(image, input).input
    waiting.push({ truth: labels.indexOf(label), values: data, shape })
    if (waiting.length === batchSize) await judge()
  }
  await judge()
  if (judged.length === 0) {
    throw new ExplainError('bad-image', `No image in ${root} could be read.`, 'Give a folder of JPEG or PNG images.')
  }
  return { ...classificationReport(labels, judged), corrupt }
}

async function predict(
  model: Model,
  examples: readonly { readonly values: Float32Array; readonly shape: readonly number[] }[],
): Promise<Float32Array[]> {
  const size = examples[0]!.values.length
  const data = new Float32Array(examples.length * size)
  for (const [row, { values }] of examples.entries()) data.set(values, row * size)
  const shape = [examples.length, ...examples[0]!.shape.slice(1)]
  const outputs = await model.predict({ [model.inputs[0]!.name]: { shape, data } }, { space: 'probability' })
  const output = outputs[model.outputs[0]!.name]!
  const rows = examples.map((_, row) => rowOf(output, row))
  // A single sigmoid is the probability of the second of two classes.
  return rows.map((row) => (row.length === 1 ? Float32Array.of(1 - row[0]!, row[0]!) : row))
}
