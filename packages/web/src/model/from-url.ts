import {
  ExplainError,
  foreignModel,
  isForeignName,
  isHDF5,
  type LoadedModel,
  type ModelCard,
  readArtifacts,
  readCardText,
  readMetadataText,
} from '@explainnet/core'
import { type FetchedFile, fetchFile, isPage } from '../fetch-file.ts'
import { build, buildKeras } from './build.ts'
import type { LoadModelOptions } from './load-model.ts'
import { progress } from './progress.ts'
import { isKerasName, kerasCardName } from './source.ts'

/** The model at an address: a `model.json`, its folder, or a Keras file. */
export async function loadFromURL(source: string, options: LoadModelOptions): Promise<LoadedModel> {
  const url = new URL(source)
  const isFile = /\.json$/i.test(url.pathname) || url.protocol === 'blob:' || url.protocol === 'data:'
  if (!isFile && !isKerasName(url.pathname) && isForeignName(url.pathname))
    throw foreignModel(url.href, new Uint8Array())
  const file = isFile || isKerasName(url.pathname) ? url : beside(folderOf(url), 'model.json')
  const name = shortened(file.href)
  const { signal, onProgress } = options
  const share = progress(onProgress)
  const keras = isKerasName(file.pathname)
  const fetched = await fetchFile(file.href, {
    signal,
    onBytes: (more, all) => share.came(more, keras ? all : undefined),
  })
  if (isPage(fetched)) throw pageInPlace(name)
  if (keras || isHDF5(fetched.bytes)) {
    share.done()
    const card = options.card ?? (await kerasCard(file, signal))
    const { architecture } = options
    // What was given as text cannot be fetched again.
    const spec = architecture === undefined ? { kind: 'keras', source: url.href } : undefined
    return buildKeras(name, fetched.bytes, { architecture, card, spec })
  }
  if (!/\.json$/i.test(file.pathname) && !/^\s*\{/.test(textOf(fetched).slice(0, 100))) {
    throw foreignModel(name, fetched.bytes.subarray(0, 8))
  }
  const [stored, card] = await Promise.all([
    readArtifacts(name, textOf(fetched), {
      expect: (bytes) => share.expect(fetched.bytes.length + bytes),
      read: async (weights) => {
        const shard = await fetchFile(beside(file, weights).href, { signal, onBytes: (more) => share.came(more) })
        if (isPage(shard)) throw pageInPlace(beside(file, weights).href)
        return shard.bytes
      },
    }),
    options.card ?? cardBeside(file, signal),
  ])
  share.done()
  return build(name, stored, { card, spec: { kind: stored.kind, source: url.href } })
}

async function cardBeside(file: URL, signal: AbortSignal | undefined): Promise<ModelCard | undefined> {
  const own = await textBeside(file, 'card.json', signal)
  if (own !== undefined) return readCardText(beside(file, 'card.json').href, own)
  const metadata = await textBeside(file, 'metadata.json', signal)
  return metadata === undefined ? undefined : readMetadataText(beside(file, 'metadata.json').href, metadata)
}

async function kerasCard(file: URL, signal: AbortSignal | undefined): Promise<ModelCard | undefined> {
  const name = kerasCardName(decodeURIComponent(file.pathname.slice(file.pathname.lastIndexOf('/') + 1)))
  const own = await textBeside(file, name, signal)
  return own === undefined ? cardBeside(file, signal) : readCardText(beside(file, name).href, own)
}

/** Undefined where there is no such file, or the server says so by a web page. */
async function textBeside(file: URL, name: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  if (file.protocol === 'blob:' || file.protocol === 'data:') return undefined
  try {
    const fetched = await fetchFile(beside(file, name).href, { signal })
    return isPage(fetched) ? undefined : textOf(fetched)
  } catch (error) {
    if (error instanceof ExplainError && error.code === 'bad-file') return undefined
    throw error
  }
}

/** A file in the same folder, with the same query: some servers want a token there. */
function beside(file: URL, name: string): URL {
  const found = new URL(name.split(/[/\\]/).map(encodeURIComponent).join('/'), file)
  found.search = file.search
  return found
}

function folderOf(url: URL): URL {
  if (url.pathname.endsWith('/')) return url
  const folder = new URL(url)
  folder.pathname += '/'
  return folder
}

const textOf = ({ bytes }: FetchedFile) => new TextDecoder().decode(bytes)

/** The address of data is the data. */
const shortened = (href: string) => (href.startsWith('data:') ? 'the data: URL' : href)

const pageInPlace = (name: string) =>
  new ExplainError(
    'bad-file',
    `${name} is a web page and no file of a model.`,
    'Check the address: many servers answer what they do not find by a page.',
  )
