import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { ExplainError, type ModelCard } from '@explainnet/core'
import type { GraphModel } from '@tensorflow/tfjs-converter'
import { io } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

export interface SaveModelOptions {
  /** Keep float32 weights as float16: half the size, 3 digits. tfjs widens them when it loads. */
  readonly quantize?: 'float16' | undefined
}

/**
 * Writes a tfjs model folder (`model.json`, `weights.bin`, and `card.json` if there is a card), whole or not at all: a
 * folder that was there is replaced only when the new one is complete. Throws `unwritable`.
 */
export async function saveModel(
  folder: string,
  model: LayersModel | GraphModel,
  card?: ModelCard,
  options: SaveModelOptions = {},
): Promise<void> {
  let artifacts: io.ModelArtifacts | undefined
  await model.save(
    io.withSaveHandler(async (given) => {
      artifacts = given
      return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(given) }
    }),
  )
  const { weightSpecs = [], weightData, ...rest } = artifacts!
  const data = io.CompositeArrayBuffer.join(weightData)
  const weights = options.quantize === 'float16' ? toFloat16(weightSpecs, data) : { specs: weightSpecs, data }
  const json = { ...rest, weightsManifest: [{ paths: ['weights.bin'], weights: weights.specs }] }
  const target = resolve(folder)
  let part: string | undefined
  try {
    await mkdir(dirname(target), { recursive: true })
    part = await mkdtemp(join(dirname(target), `.${basename(target)}-`))
    await writeFile(join(part, 'model.json'), JSON.stringify(json))
    await writeFile(join(part, 'weights.bin'), new Uint8Array(weights.data))
    if (card) await writeFile(join(part, 'card.json'), `${JSON.stringify(card, null, 2)}\n`)
    await replaceFolder(target, part)
  } catch (cause) {
    if (part) await rm(part, { recursive: true, force: true })
    throw new ExplainError('unwritable', `${folder} cannot be written.`, 'Choose a folder that you may write to.', {
      cause,
    })
  }
}

async function replaceFolder(target: string, part: string): Promise<void> {
  const old = `${part}.old`
  const existed = await rename(target, old).then(
    () => true,
    () => false,
  )
  try {
    await rename(part, target)
  } catch (cause) {
    if (existed) await rename(old, target)
    throw cause
  }
  await rm(old, { recursive: true, force: true })
}

function toFloat16(specs: readonly io.WeightsManifestEntry[], data: ArrayBuffer) {
  const parts: Uint8Array[] = []
  let offset = 0
  const halved = specs.map((spec): io.WeightsManifestEntry => {
    const length = spec.shape.reduce((product, side) => product * side, 1)
    const bytes = length * (spec.dtype === 'bool' ? 1 : 4)
    const values = data.slice(offset, offset + bytes)
    offset += bytes
    if (spec.dtype !== 'float32') {
      parts.push(new Uint8Array(values))
      return spec
    }
    parts.push(new Uint8Array(Uint16Array.from(new Float32Array(values), halfBits).buffer))
    return { ...spec, quantization: { dtype: 'float16', original_dtype: 'float32' } } as io.WeightsManifestEntry
  })
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let position = 0
  for (const part of parts) {
    joined.set(part, position)
    position += part.byteLength
  }
  return { specs: halved, data: joined.buffer }
}

const view = new DataView(new ArrayBuffer(4))

/** IEEE 754 binary16 of a number, ties to even; too large becomes infinite. */
export function halfBits(value: number): number {
  view.setFloat32(0, value)
  const bits = view.getUint32(0)
  const sign = (bits >>> 16) & 0x8000
  const magnitude = Math.abs(value)
  if (Number.isNaN(value)) return sign | 0x7e00
  // Below the smallest normal number the step is 2⁻²⁴, above it 2⁻¹⁰ of the power of two.
  if (magnitude < 2 ** -14) return sign | roundEven(magnitude * 2 ** 24)
  if (magnitude >= 65520) return sign | 0x7c00
  const exponent = ((bits >>> 23) & 0xff) - 127
  const mantissa = roundEven((magnitude / 2 ** exponent - 1) * 1024)
  // A mantissa that rounds up to 1024 carries into the exponent by the addition.
  return sign | (((exponent + 15) << 10) + mantissa)
}

function roundEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest > 0.5 || (rest === 0.5 && floor % 2 === 1)) return floor + 1
  return floor
}
