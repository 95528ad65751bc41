import { explain, fromPredict, prepareImage, preprocessingFor } from '@explainnet/core'
import { saliency } from '@explainnet/saliency'
import { smoothGrad } from '@explainnet/smooth-grad'
import { loadModel, readImage, useBackend } from '@explainnet/web'

await useBackend('auto')
const model = await loadModel('/model/model.json')
const photo = await readImage(document.querySelector('img')!)
const { input } = prepareImage(photo, preprocessingFor(model).preprocessing)
const { values } = await explain(model, input, smoothGrad(saliency()))
console.log(values)

const blackBox = fromPredict(async (inputs) => inputs, { inputs: [null, 2], outputs: [null, 2] })
// @ts-expect-error A method that needs gradients does not compile with a black box.
void explain(blackBox, input, saliency())
