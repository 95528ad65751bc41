import { library } from '../../tsup.base.ts'

export default library({
  entry: { index: 'src/index.ts', 'pool-worker': 'src/pool/worker.ts' },
  dts: { entry: { index: 'src/index.ts' } },
})
