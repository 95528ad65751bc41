import { gradCam } from '@explainnet/grad-cam'
import { saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import { serveExplainer } from '../../src/worker/index.ts'

serveExplainer({ methods: { 'grad-cam': gradCam, 'smooth-grad': (options) => smoothGrad(saliency(), options) } })
