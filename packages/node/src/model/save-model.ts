import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { artifactsOf, type ModelCard, modelJSON, parseCard, type SavableModel } from '@explainnet/core'
import { io } from '@tensorflow/tfjs-core'
import { writeFileAtomic } from '../file.ts'
import { toFloat16 } from './float16.ts'

export interface SaveModelOptions {
  /** `float16` halves the file; weights are rounded to 11 significant bits and read back as 32-bit floats. */
  readonly quantize?: 'float16' | undefined
}

/**
 * Saves a tf.LayersModel or tf.GraphModel and its card into a folder: weights under a name made of their content, `card.json`, and last `model.json`, each
 * whole or not at all. At every moment the folder holds a model that loads, the old or the new; other files in it are left alone.
 * Throws `unwritable`, `bad-card`, or `bad-option` if a weight does not fit into 16 bits.
 */
export async function saveModel(
  path: string,
  model: SavableModel,
  card?: ModelCard,
  options: SaveModelOptions = {},
): Promise<void> {
  const checked = card && parseCard(card)
  const artifacts = await artifactsOf(model)
  const data = new Uint8Array(io.concatenateArrayBuffers(artifacts.weightData as ArrayBuffer | ArrayBuffer[]))
  const full = { specs: artifacts.weightSpecs ?? [], data }
  const weights = options.quantize === 'float16' ? toFloat16(full) : full
  const name = `weights.${createHash('sha256').update(weights.data).digest('hex').slice(0, 8)}.bin`
  const modelFile = join(path, 'model.json')
  const before = await weightFiles(modelFile)
  await writeFileAtomic(join(path, name), weights.data)
  if (checked) await writeFileAtomic(join(path, 'card.json'), `${JSON.stringify(checked, null, 2)}\n`)
  await writeFileAtomic(modelFile, modelJSON(artifacts, name, weights.specs))
  // The card of the model that was here before would be wrong for this one.
  if (!checked) await rm(join(path, 'card.json'), { force: true })
  for (const old of before) if (old !== name) await rm(join(path, old), { force: true })
}

/** The weights of a model that `saveModel` wrote here before; files of other makers are kept. */
async function weightFiles(modelFile: string): Promise<string[]> {
  try {
    const { weightsManifest } = JSON.parse(await readFile(modelFile, 'utf8')) as io.ModelJSON
    return weightsManifest.flatMap(({ paths }) => paths).filter((name) => /^weights\.[0-9a-f]{8}\.bin$/.test(name))
  } catch {
    return []
  }
}
