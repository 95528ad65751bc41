import {
  ExplainError,
  foreignModel,
  foreignModels,
  isHDF5,
  type LoadedModel,
  type ModelCard,
  type ModelSpec,
  readArtifacts,
  readCardText,
  readMetadataText,
} from '@explainnet/core'
import { refuseAborted } from '../fetch-file.ts'
import { build, buildKeras } from './build.ts'
import type { LoadModelOptions } from './load-model.ts'
import { progress } from './progress.ts'
import { isKerasName, kerasCardName } from './source.ts'

/** The model in files that belong together, in any order; others among them are left alone. */
export async function loadFromFiles(
  files: readonly File[],
  options: LoadModelOptions,
  spec: (kind: string) => ModelSpec | undefined = () => undefined,
): Promise<LoadedModel> {
  refuseAborted(options.signal)
  if (files.length === 0) {
    throw new ExplainError('bad-file', 'No file was given.', 'Give model.json with its weights, or a Keras file.')
  }
  const keras = await kerasFiles(files)
  if (keras.length > 1) throw several(keras)
  if (keras[0]) return loadKeras(keras[0], files, options, spec('keras'))
  const file = await findModelJSON(files)
  const share = progress(options.onProgress)
  const stored = await readArtifacts(file.name, await file.text(), {
    expect: share.expect,
    read: async (name) => {
      refuseAborted(options.signal)
      const bytes = new Uint8Array(await find(file, name, files).arrayBuffer())
      share.came(bytes.length)
      return bytes
    },
  })
  share.done()
  refuseAborted(options.signal)
  const card = options.card ?? (await readCard(files, 'card.json'))
  return build(file.name, stored, { card, spec: spec(stored.kind) })
}

async function loadKeras(
  file: File,
  files: readonly File[],
  options: LoadModelOptions,
  spec: ModelSpec | undefined,
): Promise<LoadedModel> {
  const card = options.card ?? (await readCard(files, kerasCardName(file.name)))
  const architecture = options.architecture ?? (await findArchitecture(files))
  const bytes = new Uint8Array(await file.arrayBuffer())
  progress(options.onProgress).done()
  refuseAborted(options.signal)
  return buildKeras(file.name, bytes, { architecture, card, spec })
}

async function kerasFiles(files: readonly File[]): Promise<File[]> {
  const named = files.filter(({ name }) => isKerasName(name))
  if (named.length > 0 || files.length > 1) return named
  const start = new Uint8Array(await files[0]!.slice(0, 8).arrayBuffer())
  return isHDF5(start) ? [...files] : []
}

/** `model.json`, or the only file that is one under another name, as browsers save it: `my-model.json`. */
async function findModelJSON(files: readonly File[]): Promise<File> {
  const exact = files.filter(({ name }) => name === 'model.json')
  const found = exact.length > 0 ? exact : files.filter(({ name }) => /\.json$/i.test(name) && !isCardName(name))
  if (found.length === 1) return found[0]!
  const models = (await withJSON(found)).filter(({ json }) => json && Object.hasOwn(json, 'modelTopology'))
  if (models.length === 1) return models[0]!.file
  if (models.length > 1) throw several(models.map(({ file }) => file))
  const only = files.length === 1 ? files[0]! : undefined
  if (only) throw foreignModel(only.name, new Uint8Array(await only.slice(0, 8).arrayBuffer()))
  throw foreignModels(
    'What was given',
    files.map(({ name }) => name),
  )
}

/** A file of weights by the name that `model.json` gives it, which may have folders in it that a drop has not. */
function find(model: File, name: string, files: readonly File[]): File {
  const folder = model.webkitRelativePath.replace(/[^/]*$/, '')
  const base = name.slice(name.search(/[^/\\]*$/))
  const found =
    files.find(({ webkitRelativePath }) => webkitRelativePath !== '' && webkitRelativePath === folder + name) ??
    files.find((file) => file.name === base)
  if (found) return found
  throw new ExplainError(
    'bad-file',
    `${name}, which ${model.name} needs, was not given.`,
    'Give all files of the model together.',
  )
}

async function readCard(files: readonly File[], ownName: string): Promise<ModelCard | undefined> {
  const own = files.find(({ name }) => name === ownName) ?? files.find(({ name }) => name === 'card.json')
  if (own) return readCardText(own.name, await own.text())
  const metadata = files.find(({ name }) => name === 'metadata.json')
  return metadata && readMetadataText(metadata.name, await metadata.text())
}

/** What `model.to_json()` wrote, where it was given along with the weights. */
async function findArchitecture(files: readonly File[]): Promise<string | undefined> {
  const candidates = await withJSON(files.filter(({ name }) => /\.json$/i.test(name) && !isCardName(name)))
  const found = candidates.find(({ json }) => json && Object.hasOwn(json, 'class_name'))
  return found && JSON.stringify(found.json)
}

const withJSON = (files: readonly File[]) =>
  Promise.all(
    files.map(async (file) => ({
      file,
      json: await file
        .text()
        .then((text) => JSON.parse(text) as object | null)
        .catch(() => null),
    })),
  )

const isCardName = (name: string) => /(^|\.)card\.json$/.test(name) || name === 'metadata.json'

const several = (files: readonly File[]) =>
  new ExplainError(
    'bad-file',
    `There are several models: ${files.map(({ name }) => name).join(', ')}.`,
    'Give the files of one.',
  )
