export { type FromFunctionOptions, fromFunction, type ShapeOption, type ShapesOption } from './function.ts'
export { type AdapterOptions, fromLayersModel, type LayersModelLike } from './layers-model.ts'
export { type FromPredictOptions, fromPredict } from './predict.ts'
