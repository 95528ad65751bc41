/** The start page's explanations: three methods, so that little has to be loaded. */
import { gradCam } from '@explainnet/grad-cam'
import { integratedGradients } from '@explainnet/integrated-gradients'
import { occlusion } from '@explainnet/occlusion'
import { serveExplainer } from '@explainnet/web/worker'

serveExplainer({
  methods: { 'grad-cam': gradCam, 'integrated-gradients': integratedGradients, occlusion },
  // WebGL and WebGPU compile their programs first: for one small picture that takes longer than computing it.
  backend: 'wasm',
})
