import { cp, rm } from 'node:fs/promises'
import { library } from '../../tsup.base.ts'

export default library({
  entry: { index: 'src/index.ts', methods: 'src/served-methods.ts', cli: 'src/cli.ts' },
  dts: { entry: { index: 'src/index.ts', methods: 'src/served-methods.ts' } },
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
})
