import type { BackwardRule } from '@explainnet/core'
import { greater, less, logicalAnd, relu, type Tensor, where, zerosLike } from '@tensorflow/tfjs-core'

export interface RectifierRuleOptions extends Record<string, unknown> {
  /** `guided`: what is negative on the way back or was on the way in is stopped. `deconvnet`: on the way back only. */
  readonly kind: 'guided' | 'deconvnet'
}

/**
 * The backward rule of both methods, at every ReLU and ReLU6, alone, inside a fused operation or called as a function:
 * dy·[dy > 0], and for `guided` also ·[x > 0], of ReLU6 ·[0 < x < 6]. Other operations keep their gradient.
 *
 * Springenberg et al. 2014, section 3.4 and figure 1, https://arxiv.org/abs/1412.6806
 */
export function rectifierRule({ kind }: RectifierRuleOptions): BackwardRule {
  const rule: BackwardRule = ({ op, output }, dy) => {
    if (op !== 'Relu' && op !== 'Relu6') return undefined
    const x = () => (kind === 'guided' ? where(isOpen(op, output), relu(dy), zerosLike(dy)) : relu(dy))
    return { x }
  }
  return Object.assign(rule, { spec: { module: import.meta.url, export: 'rectifierRule', options: { kind } } })
}

/** Where the unit passes its input on. */
const isOpen = (op: string, output: Tensor): Tensor =>
  op === 'Relu6' ? logicalAnd(greater(output, 0), less(output, 6)) : greater(output, 0)
