/** Everything that is safe in a browser, in one import: the contract, the methods, the pictures, the data generators. */
export * from '@explainnet/core'
export * from '@explainnet/datasets'
export * from '@explainnet/grad-cam'
export * from '@explainnet/gradients'
export * from '@explainnet/integrated-gradients'
export * from '@explainnet/saliency'
export * from '@explainnet/smooth-grad'
export * from '@explainnet/viz'
