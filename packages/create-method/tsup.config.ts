import { library } from '../../tsup.base.ts'

export default library({
  entry: { index: 'src/index.ts', cli: 'src/cli.ts' },
  dts: { entry: { index: 'src/index.ts' } },
  platform: 'node',
  external: [/^node:/],
  removeNodeProtocol: false,
})
