import { serveExplainer } from '@explainnet/web/worker'
import { servedMethods } from 'explainnet/methods'

serveExplainer({ methods: servedMethods })
