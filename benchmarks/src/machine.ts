import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, totalmem } from 'node:os'
import { root } from './paths.ts'
import type { Settings } from './settings.ts'

/** What a figure was measured on and with. No names of hosts. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  /** GiB */
  readonly memory: number
  readonly platform: string
  readonly versions: Readonly<Record<string, string>>
}

export const describeMachine = ({ cores }: Settings): Machine => ({
  cpu: cpus()[0]!.model.trim(),
  cores,
  memory: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  versions: { commit: commit(), node: process.versions.node, tfjs: tfjsVersion() },
})

const tfjsVersion = () =>
  JSON.parse(readFileSync(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/package.json'), 'utf8')).version

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', 'packages') !== ''
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes' : ''}`
  } catch {
    return 'unknown'
  }
}
