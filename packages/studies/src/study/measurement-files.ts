import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MeasurementStore } from '@explainnet/compare'
import { writeFileAtomic } from '@explainnet/node'
import { sha256 } from './kept.ts'

/** Measurements of a comparison in a folder, a file each; a damaged one counts for nothing. */
export function measurementFiles(folder: string): MeasurementStore {
  const path = (key: string) => join(folder, `${sha256(key).slice(0, 32)}.json`)
  return {
    async get(key) {
      try {
        return JSON.parse(await readFile(path(key), 'utf8'))
      } catch {
        return undefined
      }
    },
    set: (key, value) => writeFileAtomic(path(key), JSON.stringify(value)),
  }
}
