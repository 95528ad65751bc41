import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { publishedPackages, root } from './workspace.ts'

describe.each(publishedPackages)('the package in $folder', ({ folder, manifest }) => {
  it('has the same package.json as its siblings', () => {
    expect(manifest).toMatchObject({
      name: expect.stringMatching(/^(@explainnet\/[a-z-]+|explainnet)$/),
      description: expect.stringMatching(/\.$/),
      // Bundled code may bring a licence of its own beside ours.
      license: expect.stringMatching(/^MIT( AND Apache-2\.0)?$/),
      type: 'module',
      keywords: expect.arrayContaining(['explainable-ai', 'attribution', 'tensorflowjs']),
      repository: { type: 'git', url: 'git+https://github.com/explainnet/explainnet.git', directory: folder },
      homepage: `https://github.com/explainnet/explainnet/tree/main/${folder}#readme`,
      bugs: 'https://github.com/explainnet/explainnet/issues',
      engines: { node: '>=20.19' },
      files: expect.arrayContaining(['dist']),
      scripts: { build: expect.stringContaining('tsup') },
    })
    expect(manifest.sideEffects).toBeDefined()
    expect(manifest.version, 'one version for all packages').toBe(publishedPackages[0]!.manifest.version)
    expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true })
    expect(manifest.keywords?.includes('explainnet-method')).toBe(folder.startsWith('packages/methods/'))
  })

  it('exports each entry from source, with types, and built', () => {
    const { './package.json': self, ...entries } = manifest.exports ?? {}
    expect(self).toBe('./package.json')
    expect(Object.keys(entries)).toContain('.')
    for (const entry of Object.values(entries)) {
      if (typeof entry === 'string') continue
      expect(Object.keys(entry)).toEqual(['source', 'types', 'default'])
      expect(existsSync(join(root, folder, entry['source']!)), entry['source']).toBe(true)
      expect(entry['types']).toMatch(/^\.\/dist\/.*\.d\.ts$/)
      expect(entry['default']).toMatch(/^\.\/dist\/.*\.js$/)
    }
  })

  it('has a licence', () => expect(existsSync(join(root, folder, 'LICENSE'))).toBe(true))
})

describe.each(publishedPackages)('the published package in $folder', ({ folder, manifest }) => {
  it('has a README that names it, says when to use it, and names its licence', () => {
    const readme = existsSync(join(root, folder, 'README.md'))
      ? readFileSync(join(root, folder, 'README.md'), 'utf8')
      : ''
    expect(readme).toContain(manifest.name)
    expect(readme).toMatch(/When should I use this\?/)
    expect(readme).toMatch(/\bMIT\b/)
    expect(readme, 'an example').toMatch(/^```ts$/m)
  })

  it('has a bound on its size', () => {
    const checks = JSON.parse(readFileSync(join(root, '.size-limit.json'), 'utf8')) as readonly {
      path: string | string[]
    }[]
    expect(checks.some(({ path }) => [path].flat().some((one) => one.startsWith(`${folder}/dist/`)))).toBe(true)
  })

  it('has tests', () => {
    expect(globSync('{src,test}/**/*.test.ts', { cwd: join(root, folder) })).not.toEqual([])
  })
})

describe('the tracked files', () => {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0')
  const present = tracked.filter((file) => file !== '' && existsSync(join(root, file)))

  it('are at most 2 MiB each', () => {
    expect(present.filter((file) => statSync(join(root, file)).size > 2 ** 21)).toEqual([])
  })

  it('hold no photograph and no .h5 file, which belong to the data sets', () => {
    expect(present.filter((file) => /\.(jpe?g|tiff?|bmp|h5|hdf5)$/i.test(file))).toEqual([])
  })

  it('name no absolute path of somebody’s home', () => {
    const texts = present.filter((file) => /\.(ts|cjs|mjs|js|json|md|ya?ml)$/.test(file))
    const homes = /(?<![\w.])\/(home|Users|root)\/\w/
    expect(texts.filter((file) => homes.test(readFileSync(join(root, file), 'utf8')))).toEqual([])
  })
})
