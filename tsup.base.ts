import { cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineConfig, type Options } from 'tsup'

/** The one build recipe: ESM, types, nothing bundled that is not the package's own. */
export const library = (options: Options = {}) =>
  defineConfig({
    entry: ['src/index.ts'],
    format: ['esm'],
    target: 'es2022',
    platform: 'neutral',
    dts: true,
    clean: true,
    sourcemap: true,
    treeshake: true,
    ...options,
  })

const wasmBackend = 'node_modules/@tensorflow/tfjs-backend-wasm'

/** Lets @explainnet/web look for the files of the wasm backend in `./wasm/`, beside the bundle. */
export const wasmFilesBeside: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'wasm-files-beside-the-bundle',
  setup(build) {
    build.onLoad({ filter: /wasm-files\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(`../../${wasmBackend}/dist/`, './wasm/'),
      loader: 'ts',
    }))
  },
}

/** Copies them there. */
export async function copyWasmFiles(folder: string): Promise<void> {
  await mkdir(join(folder, 'wasm'), { recursive: true })
  for (const variant of ['', '-simd']) {
    const name = `tfjs-backend-wasm${variant}.wasm`
    await cp(join(wasmBackend, 'dist', name), join(folder, 'wasm', name))
  }
}
