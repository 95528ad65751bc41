import { library } from '../../tsup.base.ts'

export default library({ platform: 'node', external: [/^node:/], removeNodeProtocol: false })
