import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { readSafetensors, type Safetensors } from '@explainnet/core'

const folder = fileURLToPath(new URL('fixtures/', import.meta.url))

/** A file that Keras wrote, with what goes in and what came out there; see scripts/fixtures.py. */
export interface Fixture {
  readonly file: string
  readonly bytes: Uint8Array
  readonly architecture: string | undefined
  readonly tensors: Safetensors['tensors']
}

const fixtureFile = (name: string): Uint8Array => gunzipSync(readFileSync(`${folder}${name}.gz`))

const names = readdirSync(folder).map((name) => name.replace(/[.]gz$/, ''))

export const fixtureNames = names.filter((name) => /[.](h5|keras)$/.test(name))

export function fixture(file: string): Fixture {
  const name = file.replace(/([.]weights)?[.](h5|keras)$/, '')
  const architecture = `${name}.architecture.json`
  return {
    file,
    bytes: fixtureFile(file),
    architecture: names.includes(architecture) ? Buffer.from(fixtureFile(architecture)).toString('utf8') : undefined,
    tensors: readSafetensors(fixtureFile(`${name}.safetensors`)).tensors,
  }
}
