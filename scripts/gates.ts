import { spawn } from 'node:child_process'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publishedPackages, root } from './workspace.ts'

/** One static check of the whole repository, which passes when each of its commands exits with 0. */
interface Gate {
  readonly name: string
  /** Asked for when the gate's turn comes: some name files that an earlier gate made. */
  readonly commands: () => readonly string[]
}

export interface GateResult {
  readonly name: string
  readonly ok: boolean
}

/** Runs the gates one after the other, printing a line for each and, where one fails, what it said. */
export async function runGates(): Promise<GateResult[]> {
  const tarballs = mkdtempSync(join(tmpdir(), 'explainnet-pack-'))
  try {
    const results: GateResult[] = []
    for (const gate of gates(tarballs)) results.push(await runGate(gate))
    return results
  } finally {
    rmSync(tarballs, { recursive: true, force: true })
  }
}

function gates(tarballs: string): readonly Gate[] {
  const published = publishedPackages.map(({ manifest }) => `--filter ${manifest.name}`).join(' ')
  const forEachTarball = (command: string) => () =>
    globSync('*.tgz', { cwd: tarballs })
      .sort()
      .map((file) => `${command} "${join(tarballs, file)}"`)
  return [
    { name: 'types and type tests', commands: () => ['tsc --noEmit'] },
    { name: 'format and lint', commands: () => ['biome check --error-on-warnings .'] },
    { name: 'import rules', commands: () => ['depcruise packages'] },
    { name: 'unused files, exports and dependencies', commands: () => ['knip'] },
    { name: 'build', commands: () => ['turbo run build --output-logs=errors-only'] },
    { name: 'pack', commands: () => [`pnpm ${published} -r pack --pack-destination "${tarballs}"`] },
    { name: 'contents of the packed packages', commands: forEachTarball('publint run --strict') },
    { name: 'types of the packed packages', commands: forEachTarball('attw --profile esm-only --no-emoji') },
    { name: 'bundle sizes', commands: () => ['size-limit'] },
  ]
}

async function runGate({ name, commands }: Gate): Promise<GateResult> {
  const started = performance.now()
  process.stdout.write(`${name}: `)
  const complaints: string[] = []
  const list = commands()
  if (list.length === 0) complaints.push('found nothing to check')
  for (const command of list) {
    const { code, output } = await run(command)
    if (code !== 0) complaints.push(`$ ${command}\n${output.trim()}`)
  }
  const ok = complaints.length === 0
  console.log(`${ok ? 'passed' : 'failed'} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  for (const complaint of complaints) console.log(complaint)
  return { name, ok }
}

function run(command: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    // A shell, because on Windows the commands of node_modules/.bin are scripts.
    const child = spawn(command, {
      cwd: root,
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    })
    let output = ''
    const collect = (chunk: string) => {
      output += chunk
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}
