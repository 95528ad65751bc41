import type { Preprocessing } from '../api.ts'

/** What the families of published models expect; sizes come from the model's input. */
export const preprocessingPresets = {
  /** MobileNet, Inception, Xception, EfficientNetV2 of Keras: [−1, 1]. */
  mobilenet: { range: [-1, 1] },
  /** VGG and ResNet of Keras, from Caffe: BGR, the means of ImageNet subtracted, not scaled. */
  caffe: { range: [0, 255], channelOrder: 'bgr', mean: [103.939, 116.779, 123.68] },
  /** Teachable Machine's image models: centre crop to 224, ÷ 127 − 1 as its library has it, so that white is 1.0079. */
  'teachable-machine': { size: [224, 224], resize: 'crop', range: [-1, 255 / 127 - 1] },
  /** Pixels divided by 255. */
  unit: { range: [0, 1] },
  /** Pixels as they are. */
  raw: { range: [0, 255] },
  /** torchvision and DenseNet of Keras: mean and standard deviation of ImageNet. */
  torch: { range: [0, 1], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
} as const satisfies Record<string, Preprocessing>
