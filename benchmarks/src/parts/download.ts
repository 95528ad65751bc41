import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { root } from '../paths.ts'
import type { Run } from '../run.ts'

/** Bytes that the wasm kernels add to a page, gzipped. */
export interface Download {
  /** The minified bundle without tfjs, the modules' text in it. */
  readonly bundle: number
  /** The modules' text alone: base64, for every kind of memory and of SIMD. */
  readonly modules: number
}

export async function measureDownload(run: Run): Promise<void> {
  run.announce('download of the wasm kernels')
  const [bundle, modules] = await Promise.all(['kernels.ts', 'module-bytes.ts'].map(gzipped))
  await run.record('download', { bundle: bundle!, modules: modules! } satisfies Download)
}

async function gzipped(file: string): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'packages/gradients/src/wasm', file)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    external: ['@tensorflow/*'],
    logLevel: 'silent',
  })
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length
}
