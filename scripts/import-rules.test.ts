import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './workspace.ts'

interface Violation {
  readonly from: string
  readonly rule: { readonly name: string }
}

/** A line that breaks each rule, by the file it stands in. */
const forbidden: Record<string, readonly [line: string, rule: string]> = {
  'methods/saliency/src/a.ts': ["import '@explainnet/viz'", 'methods-import-core-only'],
  'methods/saliency/src/b.ts': ["import '@explainnet/grad-cam'", 'methods-import-core-only'],
  'core/src/a.ts': ["import '@explainnet/gradients'", 'core-imports-no-package'],
  'core/src/b.ts': ["import '@tensorflow/tfjs-layers'", 'tfjs-core-alone'],
  'core/src/c.ts': ["import 'node:fs'", 'no-node-in-browser-code'],
  'core/src/d.ts': ["import './nowhere.ts'", 'everything-resolves'],
  'core/src/e.ts': ["import 'fast-check'", 'shipped-code-declares-what-it-imports'],
  'core/src/f.ts': ["import './g.ts'", 'no-cycles'],
  'core/src/h.ts': ["import '../dist/index.js'", 'nothing-from-dist'],
  'gradients/src/a.ts': ["import '@explainnet/core'", 'gradients-imports-no-package'],
  'viz/src/a.ts': ["import '@explainnet/datasets'", 'viz-imports-core-only'],
  'metrics/src/a.ts': ["import '@explainnet/viz'", 'metrics-imports-core-only'],
  'datasets/src/a.ts': ["import '@explainnet/node'", 'datasets-imports-core-only'],
  'keras/src/a.ts': ["import '@explainnet/node'", 'keras-imports-core-only'],
  'targets/src/a.ts': ["import '@explainnet/saliency'", 'targets-imports-core-only'],
  'testing/src/a.ts': ["import '@explainnet/saliency'", 'testing-imports-core-only'],
  'testing/src/b.test.ts': ["import '../../core/src/index.ts'", 'packages-by-name'],
  'node/src/a.ts': ["import '@explainnet/saliency'", 'node-is-runtime'],
  'web/src/a.ts': ["import '@explainnet/node'", 'web-is-runtime'],
  'node/src/b.ts': ["import '@explainnet/studies'", 'nothing-imports-studies-or-the-umbrella'],
  'viz/src/b.ts': ["import 'explainnet'", 'nothing-imports-studies-or-the-umbrella'],
  'studies/src/a.ts': ["import 'explainnet'", 'studies-do-not-import-the-umbrella'],
}

/** Lines that must pass. */
const allowed: Record<string, string> = {
  'methods/saliency/src/c.ts': "import '@explainnet/core'",
  'core/src/i.ts': "import type { LayersModel } from '@tensorflow/tfjs-layers'\nexport type Model = LayersModel",
  'core/src/j.test.ts': "import '@explainnet/saliency'\nimport '@tensorflow/tfjs-layers'\nimport 'node:fs'",
  'node/src/c.ts':
    "import '@explainnet/core'\nimport '@explainnet/gradients'\nimport '@explainnet/viz'\nimport 'node:fs'",
  'studies/src/b.ts': "import '@explainnet/core'\nimport '@explainnet/saliency'\nimport '@explainnet/node'",
  'explainnet/src/a.ts': "import '@explainnet/core'\nimport '@explainnet/studies'\nimport '@explainnet/node'",
}

const folders = [
  ...[
    'core',
    'gradients',
    'viz',
    'metrics',
    'datasets',
    'keras',
    'targets',
    'testing',
    'node',
    'web',
    'studies',
    'explainnet',
  ],
  ...['methods/saliency', 'methods/grad-cam'],
]
const nameOf = (folder: string) => (folder === 'explainnet' ? folder : `@explainnet/${folder.split('/').at(-1)}`)

describe('the import rules', () => {
  let workspace: string
  const found = new Map<string, string[]>()

  beforeAll(() => {
    workspace = mkdtempSync(join(tmpdir(), 'explainnet-imports-'))
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(workspace, path)), { recursive: true })
      writeFileSync(join(workspace, path), text)
    }
    const link = (name: string, to: string) => {
      mkdirSync(dirname(join(workspace, 'node_modules', name)), { recursive: true })
      symlinkSync(to, join(workspace, 'node_modules', name), 'junction')
    }
    for (const name of ['@tensorflow', 'fast-check']) link(name, join(root, 'node_modules', name))
    const dependencies = Object.fromEntries(folders.map((folder) => [nameOf(folder), 'workspace:^']))
    const exports = { '.': { source: './src/index.ts' } }
    write('tsconfig.json', '{}')
    for (const folder of folders) {
      write(`packages/${folder}/package.json`, JSON.stringify({ name: nameOf(folder), exports, dependencies }))
      write(`packages/${folder}/src/index.ts`, 'export {}')
      link(nameOf(folder), join(workspace, 'packages', folder))
    }
    write('packages/core/dist/index.js', 'export {}')
    write('packages/core/src/g.ts', "import './f.ts'")
    for (const [file, [line]] of Object.entries(forbidden)) write(`packages/${file}`, line)
    for (const [file, text] of Object.entries(allowed)) write(`packages/${file}`, text)

    const bin = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
    const args = ['--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', 'packages']
    const { stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
      cwd: workspace,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    })
    if (stderr) throw new Error(stderr)
    const { summary } = JSON.parse(stdout) as { summary: { violations: readonly Violation[] } }
    for (const { from, rule } of summary.violations) {
      const file = from.replace(/^packages\//, '')
      found.set(file, [...(found.get(file) ?? []), rule.name])
    }
  })

  afterAll(() => rmSync(workspace, { recursive: true, force: true }))

  for (const [file, [line, rule]] of Object.entries(forbidden)) {
    it(`forbid ${line} in ${file} (${rule})`, () => expect(found.get(file)).toContain(rule))
  }

  for (const [file, text] of Object.entries(allowed)) {
    it(`allow ${text.replaceAll('\n', ', ')} in ${file}`, () => expect(found.get(file)).toBeUndefined())
  }
})
