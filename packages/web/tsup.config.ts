import { cp, mkdir, readFile } from 'node:fs/promises'
import { library } from '../../tsup.base.ts'

const backend = 'node_modules/@tensorflow/tfjs-backend-wasm'

export default library({
  entry: { index: 'src/index.ts', worker: 'src/worker/index.ts', element: 'src/element/index.ts' },
  platform: 'browser',
  esbuildPlugins: [
    {
      name: 'wasm-files-beside-the-bundle',
      setup(build) {
        build.onLoad({ filter: /wasm-files\.ts$/ }, async ({ path }) => ({
          contents: (await readFile(path, 'utf8')).replaceAll(`../../${backend}/dist/`, './wasm/'),
          loader: 'ts',
        }))
      },
    },
  ],
  async onSuccess() {
    await mkdir('dist/wasm', { recursive: true })
    for (const variant of ['', '-simd', '-threaded-simd']) {
      const name = `tfjs-backend-wasm${variant}.wasm`
      await cp(`${backend}/dist/${name}`, `dist/wasm/${name}`)
    }
  },
})
