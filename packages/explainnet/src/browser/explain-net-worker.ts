import { serveExplainer } from '@explainnet/web/worker'
import { servedMethods } from '../served-methods.ts'

serveExplainer({ methods: servedMethods })
