import { copyWasmFiles, library, wasmFilesBeside } from '../../tsup.base.ts'

export default library({
  entry: {
    index: 'src/index.ts',
    page: 'src/page.ts',
    worker: 'src/worker/index.ts',
    element: 'src/element/index.ts',
  },
  platform: 'browser',
  esbuildPlugins: [wasmFilesBeside],
  onSuccess: () => copyWasmFiles('dist'),
})
