import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BrowserCommand } from 'vitest/node'

/** Runs a source file, named from the repository's root, in a Node process of its own and gives back what it prints. */
export const runInNode: BrowserCommand<[file: string]> = async (_, file) => {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url))
  const output = await promisify(execFile)(process.execPath, ['--conditions=source', path], { maxBuffer: 2 ** 26 })
  return output.stdout
}

declare module 'vitest/browser' {
  interface BrowserCommands {
    runInNode(file: string): Promise<string>
  }
}
