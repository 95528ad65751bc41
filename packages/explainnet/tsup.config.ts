import { cp, rm } from 'node:fs/promises'
import type { Options } from 'tsup'
import { library } from '../../tsup.base.ts'

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
    splitting: true,
    sourcemap: false,
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
  forPages(
    { 'explain-net': 'src/browser/explain-net.ts', 'explain-net-worker': 'src/browser/explain-net-worker.ts' },
    {
      noExternal: [/./],
      async onSuccess() {
        await cp('../web/dist/wasm', 'dist/browser/wasm', { recursive: true })
      },
    },
  ),
  forPages(
    { 'explain-net.external': 'src/browser/explain-net.external.ts' },
    { external: [/^@tensorflow\//, 'h5wasm'], noExternal: [/^(?!@tensorflow\/|h5wasm)/] },
  ),
]
