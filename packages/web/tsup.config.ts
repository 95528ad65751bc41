import { library } from '../../tsup.base.ts'

export default library({
  entry: { index: 'src/index.ts', worker: 'src/worker/index.ts', element: 'src/element/index.ts' },
  platform: 'browser',
})
