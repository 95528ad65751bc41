import { crossEntropy } from '@explainnet/metrics'
import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { type Batch, inputTensor } from './step.ts'

/** Probabilities of a batch, [examples · classes]. */
async function probabilities(network: LayersModel, batch: Batch): Promise<Float32Array> {
  const output = tidy(() => network.apply(inputTensor(network, batch), { training: false }) as Tensor)
  const values = (await output.data()) as Float32Array
  output.dispose()
  return values
}

/** The mean cross-entropy and the accuracy of a network with a softmax. */
export async function meanLoss(
  network: LayersModel,
  batches: readonly Batch[],
): Promise<{ loss: number; accuracy: number }> {
  let [loss, correct, count] = [0, 0, 0]
  for (const batch of batches) {
    const values = await probabilities(network, batch)
    const classes = values.length / batch.labels.length
    for (let row = 0; row < batch.labels.length; row++) {
      const own = values.subarray(row * classes, (row + 1) * classes)
      const label = batch.labels[row]!
      loss += crossEntropy(own[label]!)
      if (own.indexOf(own.reduce((a, b) => Math.max(a, b))) === label) correct++
    }
    count += batch.labels.length
  }
  return { loss: loss / count, accuracy: correct / count }
}
