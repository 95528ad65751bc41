import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readSafetensors, type StoredTensor, writeSafetensors } from '@explainnet/core'
import { writeFileAtomic } from '@explainnet/node'
import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { sha256 } from '../study/kept.ts'

/** Trains a network, or takes the weights that the same training left in `folder`. `from` is JSON: all that it depends on. */
export async function keptNetwork(
  network: LayersModel,
  { folder, from }: { readonly folder: string; readonly from: unknown },
  train: () => Promise<void>,
): Promise<void> {
  const file = join(folder, `${network.name}.safetensors`)
  const key = sha256(JSON.stringify([from, network.weights.map(({ originalName, shape }) => [originalName, shape])]))
  const stored = await readFile(file)
    .then(readSafetensors)
    .catch(() => undefined)
  if (stored?.metadata['key'] === key) return write(network, stored.tensors)
  await train()
  await writeFileAtomic(file, writeSafetensors({ tensors: await read(network), metadata: { key } }))
}

async function read(network: LayersModel): Promise<Record<string, StoredTensor>> {
  const tensors: Record<string, StoredTensor> = {}
  for (const [i, weight] of network.getWeights().entries()) {
    tensors[i] = { shape: weight.shape, data: (await weight.data()) as Float32Array }
  }
  return tensors
}

function write(network: LayersModel, tensors: Readonly<Record<string, StoredTensor>>): void {
  const weights: Tensor[] = network.weights.map(({ shape }, i) => tensor(tensors[i]!.data, shape as number[]))
  network.setWeights(weights)
  for (const weight of weights) weight.dispose()
}
