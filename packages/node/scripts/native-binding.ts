/**
 * Builds the native part of @tensorflow/tfjs-node from the npm package's own sources against the TensorFlow that the CPU wheel on
 * PyPI carries, and puts it where the package looks: for machines that cannot fetch the one that tfjs-node would download. Linux on
 * x64, with g++ and python3 with pip. `pnpm native-binding`; what was built is kept in the user's cache, and built once.
 */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const wheel = {
  version: '2.15.1',
  // The python of the wheel, not of this machine: nothing of it is run.
  python: '3.11',
  sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
}
const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']
const addon = 'tfjs_binding.node'

if (process.platform !== 'linux' || process.arch !== 'x64') {
  throw new Error(`There is no recipe for ${process.platform} on ${process.arch}, only for linux on x64.`)
}
const require = createRequire(import.meta.url)
const binding = dirname(realpathSync(require.resolve('@tensorflow/tfjs-node/package.json')))
const headers = join(dirname(require.resolve('node-api-headers/package.json')), 'include')
const caches = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'explainnet')
const built = join(caches, `tfjs-node-4.22.0-tensorflow-${wheel.version}-linux-x64`)

if (existsSync(built)) console.log(`Built before: ${built}`)
else build()
place()

function build(): void {
  mkdirSync(caches, { recursive: true })
  const folder = mkdtempSync(join(caches, 'building-'))
  try {
    download(folder)
    const libs = join(folder, 'lib')
    mkdirSync(libs)
    for (const library of libraries) {
      renameSync(join(folder, 'tensorflow', library), join(libs, library))
      run('strip', '--strip-unneeded', join(libs, library))
    }
    run(
      'g++',
      ...['-std=c++17', '-O2', '-shared', '-fPIC', '-s', '-w', '-DNAPI_VERSION=8', '-o', join(libs, addon)],
      ...[`-I${headers}`, `-I${join(folder, 'tensorflow/include')}`],
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(binding, 'binding', file)),
      ...[`-L${libs}`, ...libraries.map((library) => `-l:${library}`), '-Wl,-rpath,$ORIGIN/../../deps/lib'],
    )
    renameSync(libs, built)
    console.log(`Built: ${built}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The wheel's libraries and C headers. */
function download(folder: string): void {
  const requirements = join(folder, 'requirements.txt')
  writeFileSync(requirements, `tensorflow-cpu==${wheel.version} --hash=sha256:${wheel.sha256}\n`)
  run(
    'python3',
    ...['-m', 'pip', 'download', '--quiet', '--no-cache-dir', '--disable-pip-version-check', '--no-deps'],
    ...['--only-binary=:all:', '--platform', 'manylinux2014_x86_64', '--implementation', 'cp'],
    ...['--python-version', wheel.python, '--require-hashes', '--requirement', requirements, '--dest', folder],
  )
  const unpack = [
    'import glob, re, sys, zipfile',
    'wheel = zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0])',
    'wanted = re.compile(r"tensorflow/(lib[^/]+|include/(tensorflow|tsl)/(c|core/platform|platform)/.*\\.h)$")',
    'wheel.extractall(sys.argv[1], [name for name in wheel.namelist() if wanted.match(name)])',
  ]
  run('python3', '-c', unpack.join('\n'), folder)
}

/** Puts the addon and a link to the libraries where tfjs-node looks for its own. */
function place(): void {
  const folder = join(binding, 'lib', `napi-v${Math.min(8, Number(process.versions['napi']))}`)
  const deps = join(binding, 'deps')
  const link = join(deps, 'lib')
  if (!existsSync(join(folder, addon)) || !existsSync(link) || realpathSync(link) !== realpathSync(built)) {
    mkdirSync(folder, { recursive: true })
    cpSync(join(built, addon), join(folder, addon))
    rmSync(deps, { recursive: true, force: true })
    mkdirSync(deps)
    symlinkSync(built, link)
  }
  console.log(`In place: ${binding}`)
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: 'inherit' })
}
