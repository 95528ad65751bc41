export { hiResCam, layerCam } from './element-wise.ts'
export { type GradCamOptions, gradCam } from './grad-cam.ts'
export { type GradCamPlusPlusOptions, gradCamPlusPlus } from './grad-cam-plus-plus.ts'
