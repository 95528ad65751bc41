import { type LayeredModel, type NDArray, prepareImage } from '@explainnet/core'
import { type LabelledFile, readFolder } from '@explainnet/datasets/folder'
import { decodeImage } from '@explainnet/node'
import { preprocessingOf } from './explain-images.ts'

/** Pictures of a folder as batches of model input; corrupt files are left out. */
export async function* batchedInputs(
  model: LayeredModel,
  folder: string,
  files: readonly LabelledFile[],
  size: number,
): AsyncGenerator<{ readonly input: NDArray; readonly labels: readonly string[] }, void, undefined> {
  let waiting: { input: NDArray; label: string }[] = []
  const batch = () => {
    const [first] = waiting as [(typeof waiting)[number]]
    const length = first.input.data.length
    const data = new Float32Array(waiting.length * length)
    waiting.forEach(({ input }, i) => {
      data.set(input.data, i * length)
    })
    const labels = waiting.map(({ label }) => label)
    waiting = []
    return { input: { shape: [labels.length, ...first.input.shape.slice(1)], data }, labels }
  }
  for await (const { image, label } of readFolder(folder, files, { decode: decodeImage, onCorrupt: 'skip' })) {
    waiting.push({ input: prepareImage(image, preprocessingOf(model)).input, label })
    if (waiting.length === size) yield batch()
  }
  if (waiting.length > 0) yield batch()
}
