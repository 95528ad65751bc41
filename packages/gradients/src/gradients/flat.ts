/** Gradients that are zero wherever they exist. */
import {
  All,
  Any,
  ArgMax,
  ArgMin,
  BitwiseAnd,
  Cast,
  type CastAttrs,
  Equal,
  FloorDiv,
  type GradConfig,
  Greater,
  GreaterEqual,
  Less,
  LessEqual,
  LogicalAnd,
  LogicalNot,
  LogicalOr,
  LowerBound,
  Multinomial,
  NonMaxSuppressionV3,
  NonMaxSuppressionV4,
  NotEqual,
  SearchSorted,
  type Tensor,
  UpperBound,
  zeros,
} from '@tensorflow/tfjs-core'

const flat = (kernelName: string, ...inputs: string[]): GradConfig => ({
  kernelName,
  inputsToSave: inputs,
  gradFunc: (_, saved) => Object.fromEntries(inputs.map((name, i) => [name, () => zeros(saved[i]!.shape)])),
})

/**
 * Upstream faults: comparisons, logic and searches throw where they lie on the path, as the mask of a `where` does; the gradient of
 * ArgMax, ArgMin and GreaterEqual has the input's type and throws where that is not float; FloorDiv has the gradient of a division.
 */
export const flatGradients: readonly GradConfig[] = [
  ...[Equal, NotEqual, Greater, GreaterEqual, Less, LessEqual, LogicalAnd, LogicalOr, BitwiseAnd, FloorDiv].map(
    (name) => flat(name, 'a', 'b'),
  ),
  ...[LogicalNot, All, Any, ArgMax, ArgMin].map((name) => flat(name, 'x')),
  ...[SearchSorted, LowerBound, UpperBound].map((name) => flat(name, 'sortedSequence', 'values')),
  ...[NonMaxSuppressionV3, NonMaxSuppressionV4].map((name) => flat(name, 'boxes', 'scores')),
  flat(Multinomial, 'logits'),
]

/** Upstream fault: casting to whole numbers or to truth values, which is constant between its steps, has gradient one. */
export const castGradient: GradConfig = {
  kernelName: Cast,
  gradFunc: (dys, _, attrs) => {
    const dy = dys as Tensor
    const { dtype } = attrs as unknown as CastAttrs
    return { x: () => (dtype === 'int32' || dtype === 'bool' ? zeros(dy.shape) : dy.clone()) }
  },
}
