import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Attribution,
  type AttributionMethod,
  backendRecord,
  ExplainError,
  explain,
  type Geometry,
  type LayeredModel,
  type NDArray,
  type Preprocessing,
  prepareImage,
  preprocessingFor,
  type RawImage,
  type Target,
} from '@explainnet/core'
import { readAttribution, writeAttribution } from '@explainnet/node'
import type { PlantedTrait } from './trait-share.ts'

/** A picture to explain: a file, or one made in memory with its planted trait. */
export interface ImageSource {
  /** Unique in a run; names its files. */
  readonly name: string
  load(): Promise<RawImage>
  readonly trait?: PlantedTrait | undefined
  /** What the picture shows, where that is known. */
  readonly truth?: string | undefined
}

export interface NamedMethod {
  /** Unique in a run; names its files. */
  readonly name: string
  readonly title: string
  readonly method: AttributionMethod
}

export interface ExplainedImage {
  readonly source: ImageSource
  readonly image: RawImage
  /** The image as the model sees it, `[1, height, width, channels]`. */
  readonly input: NDArray
  readonly geometry: Geometry
  readonly results: readonly MethodResult[]
}

export interface MethodResult {
  readonly method: NamedMethod
  readonly attribution: Attribution
  /** Where the values are kept, if they are. */
  readonly path?: string | undefined
}

export interface FailedImage {
  readonly source: ImageSource
  readonly error: ExplainError
}

export interface ExplainImagesOptions {
  readonly model: LayeredModel
  readonly methods: readonly NamedMethod[]
  readonly target?: Target | undefined
  readonly seed?: number | undefined
  readonly memory?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Where values are kept, so that a run that was stopped goes on where it was. */
  readonly folder?: string | undefined
  /** Called before each image and each method; `share` of the whole run, 0 … 1. */
  readonly onProgress?: ((progress: { share: number; image: string; method: string }) => void) | undefined
}

/**
 * Explains every picture by every method, one after another. A bad picture does not lose the others: it is handed on
 * with its error. With a `folder`, results are kept as safetensors with their inputs, and found again by the SHA-256
 * of everything that they depend on.
 */
export async function* explainImages(
  sources: readonly ImageSource[],
  options: ExplainImagesOptions,
): AsyncGenerator<ExplainedImage | FailedImage> {
  const { model, methods } = options
  const steps = sources.length * methods.length
  for (const [position, source] of sources.entries()) {
    try {
      const image = await source.load()
      const { input, geometry } = prepareImage(image, preprocessingOf(model))
      const results: MethodResult[] = []
      for (const [place, method] of methods.entries()) {
        const step = position * methods.length + place
        const report = (done: number) =>
          options.onProgress?.({ share: (step + done) / steps, image: source.name, method: method.title })
        report(0)
        results.push({ method, ...(await explainOne(source, input, method, options, report)) })
      }
      yield { source, image, input, geometry, results }
    } catch (error) {
      if (!(error instanceof ExplainError) || error.code === 'aborted' || error.code === 'unwritable') throw error
      yield { source, error }
    }
  }
}

/** How the model wants pixels: see `preprocessingFor`, whose warning is shown where the result is. */
export const preprocessingOf = (model: LayeredModel): Preprocessing => preprocessingFor(model).preprocessing

async function explainOne(
  source: ImageSource,
  input: NDArray,
  { name, method }: NamedMethod,
  options: ExplainImagesOptions,
  onProgress: (done: number) => void,
): Promise<{ attribution: Attribution; path?: string | undefined }> {
  const { model, target, seed = 0, memory, signal, folder } = options
  const run = () => explain(model, input, method, { target, seed, memory, signal, onProgress })
  if (!folder) return { attribution: await run() }
  const key = await requestKey(model, input, method, target, seed)
  const path = key && join(folder, `${fileName(source.name)}.${fileName(name)}.${key}.safetensors`)
  if (path && existsSync(path)) {
    try {
      return { attribution: (await readAttribution(path)).attribution, path }
    } catch {
      // A damaged file from a run that was killed: computed again below, and replaced.
    }
  }
  const attribution = await run()
  if (path) await writeAttribution(path, attribution, { [model.inputs[0]!.name]: input })
  return { attribution, path }
}

/** What a result depends on, hashed; undefined if the method or the target cannot be written down. */
async function requestKey(
  model: LayeredModel,
  input: NDArray,
  method: AttributionMethod,
  target: Target | undefined,
  seed: number,
): Promise<string | undefined> {
  const fingerprint = await model.fingerprint?.()
  if (!fingerprint || !method.spec) return undefined
  const hash = createHash('sha256')
  const { name: backend } = model.backend ?? backendRecord()
  const { card = null } = model
  hash.update(JSON.stringify([fingerprint, method.spec, target ?? 'prediction', seed, input.shape, card, backend]))
  hash.update(new Uint8Array(input.data.buffer, input.data.byteOffset, input.data.byteLength))
  return hash.digest('hex').slice(0, 12)
}

/** A name without anything that a file system minds. */
export const fileName = (name: string): string => name.replaceAll(/[^\p{L}\p{N}._+-]+/gu, '-').slice(0, 80)
