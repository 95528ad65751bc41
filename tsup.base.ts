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
