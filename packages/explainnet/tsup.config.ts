import { cp, rm } from 'node:fs/promises'
import type { Options } from 'tsup'
import { copyWasmFiles, library, wasmFilesBeside } from '../../tsup.base.ts'

/** What a page brings to the external variant. */
const byImportMap = [/^@tensorflow\/tfjs-(core|layers|converter)/, 'h5wasm']

/** For pages without a bundler: minified, the backends each in a file of its own, which only those who use it load. */
const forPages = (entry: Record<string, string>, options: Options) =>
  library({
    entry,
    outDir: 'dist/browser',
    platform: 'browser',
    dts: false,
    // The library's build has emptied the folder.
    clean: false,
    minify: true,
    // esbuild has shaken already.
    treeshake: false,
    splitting: true,
    sourcemap: false,
    esbuildPlugins: [wasmFilesBeside],
    // From the sources, of which only what a page reaches is taken: TensorFlow.js stays in the worker.
    esbuildOptions(build) {
      build.conditions = ['source']
    },
    define: { 'process.env.NODE_ENV': '"production"' },
    ...options,
  })

export default [
  library({
    entry: { index: 'src/index.ts', methods: 'src/served-methods.ts', cli: 'src/cli.ts' },
    dts: {
      entry: {
        index: 'src/index.ts',
        methods: 'src/served-methods.ts',
        'browser/explain-net': 'src/browser/explain-net.ts',
        'browser/explain-net.external': 'src/browser/explain-net.external.ts',
      },
    },
    platform: 'node',
    external: [/^node:/],
    removeNodeProtocol: false,
    // The studies and the matrix are not published; what the command line uses of them is bundled.
    noExternal: ['@explainnet/studies', '@explainnet/matrix'],
    // The committed networks travel with it, to where the bundled studies look for them.
    async onSuccess() {
      await rm('models', { recursive: true, force: true })
      await cp('../studies/models', 'models', { recursive: true })
    },
  }),
  // Built apart: what two entries share would lie in common files, and bring TensorFlow.js to the page.
  forPages({ 'explain-net': 'src/browser/explain-net.ts' }, { noExternal: [/./] }),
  forPages(
    { 'explain-net-worker': 'src/browser/explain-net-worker.ts' },
    { noExternal: [/./], onSuccess: () => copyWasmFiles('dist/browser') },
  ),
  forPages(
    { 'explain-net.external': 'src/browser/explain-net.external.ts' },
    // The backends know tfjs-core alone, and travel along; Keras files need h5wasm in the import map, too.
    { external: byImportMap, noExternal: [/^(?!@tensorflow\/tfjs-(core|layers|converter)|h5wasm)/] },
  ),
]
