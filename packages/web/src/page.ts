/** What a page needs whose models run in a worker: nothing here brings TensorFlow.js along. */
export type * from './api.ts'
export { type ConnectOptions, connectExplainer } from './explainer/connect.ts'
export { type DecodedImage, type ImageSource, readImage } from './image/read-image.ts'
export { type TransferableImage, toTransferable } from './image/to-transferable.ts'
export { type KeptModel, listModels, removeModel, saveModel } from './model/kept-models.ts'
