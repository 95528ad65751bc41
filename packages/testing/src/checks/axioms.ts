import type { Attribution, Axiom, Model, NamedArrays } from '@explainnet/core'
import { add, mul, type NamedTensorMap, reshape, slice, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'
import type { Bench } from '../bench.ts'
import { type Check, check, demand } from '../check.ts'
import { demandEqual, example, largest, rowsOf } from '../maps.ts'
import * as forms from '../models/functions.ts'

/** The axioms, of those that the method declares. */
export function axiomChecks(bench: Bench): Check[] {
  const { explain, method, fixtures } = bench
  const tolerance = fixtures.tolerance ?? 1e-3
  const seeds = [1, 2, 3]
  const functions = {
    linear: forms.linear,
    quadratic: forms.quadratic,
    product: forms.product,
    smooth: forms.smooth,
    maximum: forms.larger,
    minimum: forms.smaller,
    ...Object.fromEntries(seeds.map((seed) => [`random network ${seed}`, forms.randomNetwork(seed)])),
  }
  const axiom = (about: Axiom, name: string, run: () => Promise<void>) => ({
    axiom: about,
    check: check(about, name, run),
  })
  const mapOf = async (form: forms.ClosedForm, inputs: NamedArrays) =>
    (await explain(functionsOf(form), inputs, { target: 0 })).values
  const functionsOf = (...given: forms.ClosedForm[]) => forms.functions(...given)

  const all = [
    axiom('completeness', 'adds up to the score at the input minus the score at the baseline', async () => {
      const cases: { name: string; model: Model; inputs: NamedArrays }[] = [
        ...Object.entries(functions).map(([name, form]) => ({
          name,
          model: functionsOf(form),
          inputs: forms.points(0),
        })),
        ...(await bench.cases()),
      ]
      for (const { name, model, inputs } of cases) {
        demandComplete(await explain(model, inputs, { target: 0 }), tolerance, name)
      }
    }),
    axiom('dummy', 'gives nothing to features that the score does not depend on', async () => {
      for (const seed of seeds) {
        const values = await mapOf(forms.withoutOneAndThree, forms.points(seed))
        const most = largest(values)
        demand(most > 0, 'The map is zero everywhere, though three features matter.')
        values.forEach((value, i) => {
          const feature = i % forms.features
          if (feature !== 1 && feature !== 3) return
          demand(Math.abs(value) <= 1e-6 * most, `Feature ${feature}, which does not matter, gets ${value}.`)
        })
      }
    }),
    axiom('linearity', 'gives 2f − 3g twice the map of f minus three times the map of g', async () => {
      const output = (outputs: NamedTensorMap, index: number): Tensor =>
        reshape(slice(outputs['output']!, [0, index], [-1, 1]), [-1])
      for (const seed of seeds) {
        const model = functionsOf(forms.smooth, forms.randomNetwork(seed))
        const inputs = forms.points(seed)
        const f = await explain(model, inputs, { target: 0 })
        const g = await explain(model, inputs, { target: 1 })
        const score = (outputs: NamedTensorMap) =>
          add(mul(output(outputs, 0), 2), mul(output(outputs, 1), -3)) as Tensor1D
        const both = await explain(model, inputs, { target: { name: '2f − 3g', score } })
        const wanted = f.values.map((value, i) => 2 * value - 3 * g.values[i]!)
        demandEqual(both.values, wanted, tolerance, 'the map of 2f − 3g')
      }
    }),
    axiom('symmetry', 'gives the same to two features with the same value that may change places', async () => {
      for (const seed of seeds) {
        const inputs = forms.points(seed)
        const { data } = inputs.features
        for (let i = 0; i < data.length; i += forms.features) data[i + 1] = data[i]!
        const values = await mapOf(forms.evenHanded, inputs)
        for (let i = 0; i < data.length; i += forms.features) {
          const allowed = 1e-5 * largest(values.subarray(i, i + forms.features))
          demand(
            Math.abs(values[i]! - values[i + 1]!) <= allowed,
            `Two features that may change places get ${values[i]} and ${values[i + 1]}.`,
          )
        }
      }
    }),
    axiom('implementation-invariance', 'gives two networks that compute the same function the same map', async () => {
      for (const [one, other] of forms.twins) {
        for (const seed of seeds) {
          const inputs = forms.points(seed)
          const wanted = await mapOf(one, inputs)
          demandEqual(await mapOf(other, inputs), wanted, tolerance, 'the same function computed in another way')
        }
      }
    }),
    axiom('sensitivity', 'gives something to the only feature that tells input from baseline', async () => {
      const inputs = { features: { shape: [1, forms.features], data: Float32Array.of(2, 0, 0, 0, 0) } }
      const found = await explain(functionsOf(forms.saturating), rowsOf(inputs, [0]), { target: 0 })
      const [difference] = scoreDifferences(found)
      demand(
        difference === 0 || found.values[0] !== 0,
        `The score differs from the baseline's by ${difference}, and the feature that makes the difference gets nothing.`,
      )
    }),
  ]
  return all.filter(({ axiom }) => method.axioms?.includes(axiom)).map(({ check }) => check)
}

/** f(x) − f(baseline) of each example, by the certificate. */
function scoreDifferences({ certificate: { targets, baselines } }: Attribution): number[] {
  demand(baselines.length > 0, 'The certificate names no baseline: get it by task.baselines.')
  return targets.map(
    ({ score }, row) => score - baselines.reduce((sum, { weight, scores }) => sum + weight * scores[row]!, 0),
  )
}

function demandComplete(found: Attribution, tolerance: number, what: string): void {
  for (const [row, difference] of scoreDifferences(found).entries()) {
    let [total, magnitude] = [0, 0]
    for (const map of Object.values(found.maps)) {
      for (const value of example(map, row)) {
        total += value
        magnitude += Math.abs(value)
      }
    }
    const scale = Math.max(Math.abs(difference), 0.1 * magnitude)
    demand(
      Math.abs(total - difference) <= tolerance * scale,
      `${what}: the map of example ${row} adds up to ${total}, and the scores differ by ${difference}.`,
    )
  }
}
