import { readFile } from 'node:fs/promises'
import type { BrowserCommand } from 'vitest/node'

const folders = { data: process.env['EXPLAINNET_DATA'], golden: process.env['EXPLAINNET_GOLDEN'] }

/** Whether both folders of reference networks and values are there. */
export const hasReference: boolean = Boolean(folders.data && folders.golden)

/** The bytes, base64, of a file under `EXPLAINNET_DATA` or `EXPLAINNET_GOLDEN`. */
export const referenceFile: BrowserCommand<[folder: 'data' | 'golden', file: string]> = async (_, folder, file) =>
  (await readFile(`${folders[folder]}/${file}`)).toString('base64')

declare module 'vitest/browser' {
  interface BrowserCommands {
    referenceFile(folder: 'data' | 'golden', file: string): Promise<string>
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    hasReference: boolean
  }
}
