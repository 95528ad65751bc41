import { spawn } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publishedPackages, root } from '../../scripts/workspace.ts'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder of its own with what npm installed there. */
export interface Installation {
  readonly folder: string
  /** Runs a command line of the shell there. */
  run(command: string): Promise<Ended>
  /** The same, which must exit with 0 and say nothing on stderr; what it printed. */
  print(command: string): Promise<string>
  remove(): Promise<void>
}

export interface Examples {
  at(name: string): Installation
  remove(): Promise<void>
}

/** The published packages as they would be uploaded, by name. */
export interface Tarballs {
  readonly files: ReadonlyMap<string, string>
  /** A folder with the example, installed from the tarballs; third parties come from npm's cache or registry. */
  installExample(name: string): Promise<Installation>
  /** Several of them side by side under one folder with what they need together, which saves time. */
  installExamples(...names: string[]): Promise<Examples>
  /** Installs the project in `folder` the same way. */
  install(folder: string): Promise<Installation>
  remove(): Promise<void>
}

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'explainnet-installed-'))

export async function packPackages(): Promise<Tarballs> {
  const destination = await temporaryFolder()
  const filters = publishedPackages.map(({ manifest }) => `--filter ${manifest.name}`).join(' ')
  await mustRun(root, `pnpm ${filters} -r pack --pack-destination "${destination}"`)
  const packed = await readdir(destination)
  const files = new Map(
    publishedPackages.map(({ manifest: { name, version } }) => {
      const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
      if (!packed.includes(file)) throw new Error(`${name} was not packed`)
      return [name, join(destination, file)]
    }),
  )
  const tarballs: Tarballs = {
    files,
    async installExample(name) {
      const folder = await temporaryFolder()
      await copyExample(name, folder)
      return await tarballs.install(folder)
    },
    async installExamples(...names) {
      const folder = await temporaryFolder()
      const projects = await Promise.all(names.map((name) => copyExample(name, join(folder, name))))
      const all = (part: 'dependencies' | 'devDependencies') => Object.assign({}, ...projects.map((one) => one[part]))
      const together = { private: true, dependencies: all('dependencies'), devDependencies: all('devDependencies') }
      await writeFile(join(folder, 'package.json'), JSON.stringify(together))
      const { remove } = await tarballs.install(folder)
      return { at: (name) => installationIn(join(folder, name), remove), remove }
    },
    async install(folder) {
      await pointAtTarballs(join(folder, 'package.json'), files)
      const { stdout, stderr } = await mustRun(
        folder,
        'npm install --prefer-offline --strict-peer-deps --no-audit --no-fund --loglevel warn',
      )
      const complaints = `${stdout}\n${stderr}`.split('\n').filter((line) => /peer|ERESOLVE|EBADENGINE/i.test(line))
      if (complaints.length > 0) throw new Error(complaints.join('\n'))
      // Fails where something is missing, extraneous or of a version that somebody did not ask for.
      await mustRun(folder, 'npm ls --all')
      return installationIn(folder, () => removeFolder(folder))
    },
    remove: () => removeFolder(destination),
  }
  return tarballs
}

const installationIn = (folder: string, remove: () => Promise<void>): Installation => ({
  folder,
  run: (command) => runIn(folder, command),
  async print(command) {
    const { stdout, stderr } = await mustRun(folder, command)
    if (stderr !== '') throw new Error(`${command}: ${stderr}`)
    return stdout
  },
  remove,
})

/** Copies an example without what was installed or built in it; its package.json. */
async function copyExample(name: string, folder: string): Promise<Project> {
  const source = join(root, 'examples', name)
  const made = ['node_modules', 'dist'].map((one) => join(source, one))
  await cp(source, folder, { recursive: true, filter: (path) => !made.includes(path) })
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Project
}

interface Project {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  overrides?: Record<string, string>
}

/** Our packages come from the tarballs, whoever asks for them: of the registry's, none is ever taken. */
async function pointAtTarballs(path: string, files: ReadonlyMap<string, string>): Promise<void> {
  const project = JSON.parse(await readFile(path, 'utf8')) as Project
  const overrides: Record<string, string> = {}
  for (const [name, file] of files) {
    const source = `file:${file}`
    overrides[name] = source
    for (const asked of [project.dependencies, project.devDependencies, project.peerDependencies]) {
      if (!asked?.[name]) continue
      asked[name] = source
      overrides[name] = `$${name}`
    }
  }
  await writeFile(path, JSON.stringify({ ...project, overrides }, null, 2))
}

export async function mustRun(cwd: string, command: string): Promise<Ended> {
  const ended = await runIn(cwd, command)
  if (ended.code !== 0) throw new Error(`${command} exited with ${ended.code}:\n${ended.stdout}\n${ended.stderr}`)
  return ended
}

export function runIn(cwd: string, command: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // A shell, because on Windows npm and what it installs are scripts.
    const child = spawn(command, { cwd, shell: true, stdio: ['ignore', 'pipe', 'pipe'], env: userEnvironment() })
    const texts = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (chunk: string) => {
        texts[stream] += chunk
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...texts }))
  })
}

/** As in a user's own shell: nothing that pnpm or the test runner set. */
const userEnvironment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_config_|npm_package_|npm_lifecycle_|VITEST|NODE_OPTIONS|NODE_ENV)/i.test(name),
    ),
  ),
  NO_COLOR: '1',
  npm_config_loglevel: 'error',
})

const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true, maxRetries: 3 })
