import {
  type Attribution,
  type AttributionMap,
  apiVersion,
  type Certificate,
  type NamedArrays,
  type NDArray,
} from './api.ts'
import { createAttribution } from './attribution.ts'
import { ExplainError } from './errors.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'

/** An attribution read from a file, with the inputs if they were stored: enough to compute it again. */
export interface StoredAttribution {
  readonly attribution: Attribution
  readonly inputs: NamedArrays | undefined
}

type MapHeader = Omit<AttributionMap, 'data' | 'segments'>
interface Header {
  readonly apiVersion: number
  readonly maps: Readonly<Record<string, MapHeader>>
  readonly certificate: Certificate
}

/**
 * A safetensors file with `map.<input>`, `segments.<input>`, `extra.<name>` and `input.<input>` arrays, and the
 * certificate in its metadata under `explainnet`. Pass the inputs to make it reproducible.
 */
export function toSafetensors(attribution: Attribution, inputs?: NamedArrays): Uint8Array<ArrayBuffer> {
  const metadata = { explainnet: JSON.stringify(headerOf(attribution)) }
  return writeSafetensors({ tensors: arraysOf(attribution, inputs), metadata })
}

/** Reads what `toSafetensors` wrote. Throws `bad-file`. */
export function fromSafetensors(bytes: Uint8Array): StoredAttribution {
  const { tensors, metadata } = readSafetensors(bytes)
  if (!metadata['explainnet']) {
    throw new ExplainError('bad-file', 'The file holds no attribution.', 'Give one that ExplainNet wrote.')
  }
  return assemble(JSON.parse(metadata['explainnet']) as Header, tensors)
}

/** The same content as a JSON text; numbers are base64 of little-endian 32-bit floats, so that they stay exact. */
export function toJSON(attribution: Attribution, inputs?: NamedArrays): string {
  const arrays = Object.fromEntries(
    Object.entries(arraysOf(attribution, inputs)).map(([name, { shape, data }]) => [
      name,
      { shape, base64: toBase64(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) },
    ]),
  )
  return JSON.stringify({ explainnet: headerOf(attribution), arrays })
}

/** Reads what `toJSON` wrote. Throws `bad-file`. */
export function fromJSON(text: string): StoredAttribution {
  let parsed: { explainnet?: Header; arrays?: Record<string, { shape: number[]; base64: string }> }
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw new ExplainError('bad-file', 'The text is not JSON.', 'Give one that ExplainNet wrote.', { cause })
  }
  if (!parsed.explainnet || !parsed.arrays) {
    throw new ExplainError('bad-file', 'The JSON holds no attribution.', 'Give one that ExplainNet wrote.')
  }
  const arrays: Record<string, StoredTensor> = {}
  for (const [name, { shape, base64 }] of Object.entries(parsed.arrays)) {
    arrays[name] = { shape, data: new Float32Array(fromBase64(base64).buffer) }
  }
  return assemble(parsed.explainnet, arrays)
}

function headerOf(attribution: Attribution): Header {
  const maps: Record<string, MapHeader> = {}
  for (const [name, { shape, axes, domain, layer }] of Object.entries(attribution.maps)) {
    maps[name] = { shape, axes, domain, layer }
  }
  return { apiVersion, maps, certificate: attribution.certificate }
}

function arraysOf(attribution: Attribution, inputs: NamedArrays = {}): Record<string, NDArray> {
  const arrays: Record<string, NDArray> = {}
  for (const [name, map] of Object.entries(attribution.maps)) {
    arrays[`map.${name}`] = map
    if (map.segments) arrays[`segments.${name}`] = map.segments
  }
  for (const [name, array] of Object.entries(attribution.extras)) arrays[`extra.${name}`] = array
  for (const [name, array] of Object.entries(inputs)) arrays[`input.${name}`] = array
  return arrays
}

function assemble(header: Header, tensors: Readonly<Record<string, StoredTensor>>): StoredAttribution {
  if (header.apiVersion !== apiVersion) {
    throw new ExplainError(
      'versions-differ',
      `The file was written for contract ${header.apiVersion}, this is ${apiVersion}.`,
      'Read it with a matching version.',
    )
  }
  const withPrefix = (prefix: string): Record<string, NDArray> =>
    Object.fromEntries(
      Object.entries(tensors)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, { shape, data }]) => [name.slice(prefix.length), { shape, data: data as Float32Array }]),
    )
  const values = withPrefix('map.')
  const segments = withPrefix('segments.')
  const maps: Record<string, AttributionMap> = {}
  for (const [name, meta] of Object.entries(header.maps)) {
    const stored = values[name]
    if (!stored) throw new ExplainError('bad-file', `The file lacks map '${name}'.`, 'Write it again.')
    maps[name] = { ...meta, data: stored.data, ...(segments[name] ? { segments: segments[name] } : {}) }
  }
  const inputs = withPrefix('input.')
  return {
    attribution: createAttribution(maps, withPrefix('extra.'), header.certificate),
    inputs: Object.keys(inputs).length > 0 ? inputs : undefined,
  }
}

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(binary)
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
