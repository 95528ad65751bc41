import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MethodFactory } from 'explainnet/methods'
import { servedMethods } from 'explainnet/methods'
import { table } from './markdown.ts'
import { root } from './repository.ts'

interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}
interface PollenSim {
  readonly traitShare: {
    readonly images: number
    readonly maps: readonly { readonly name: string; readonly control: boolean; readonly positive: Interval }[]
  }
}
interface Shortcut {
  readonly barShare: {
    readonly images: number
    readonly methods: readonly { readonly name: string; readonly verdict: string }[]
  }
}
interface Chooser {
  readonly picks: readonly { readonly name: string; readonly count: number }[]
  readonly seeds: readonly unknown[]
  readonly held: { readonly examplesOfAComparison: number }
  readonly best: Interval & { readonly name: string }
  readonly pickShare: Interval
}

const read = <T>(study: string): T =>
  JSON.parse(readFileSync(join(root, `packages/studies/results/${study}.json`), 'utf8')) as T

/** What a map of one example takes with default options, and what the map is. Facts of the methods' definitions. */
const kinds: Readonly<Record<string, { readonly passes: string; readonly map: string }>> = {
  saliency: { passes: '1 forward, 1 backward', map: 'fine, signed' },
  'input-x-gradient': { passes: '1 forward, 1 backward', map: 'fine, signed' },
  'smooth-grad': { passes: '50 forward, 50 backward', map: 'fine, signed' },
  'smooth-grad-squared': { passes: '50 forward, 50 backward', map: 'fine, ≥ 0' },
  'var-grad': { passes: '50 forward, 50 backward', map: 'fine, ≥ 0' },
  'integrated-gradients': { passes: '29 to 449 of both, until it has settled', map: 'fine, signed, complete' },
  'grad-cam': { passes: '1 forward, 1 backward', map: 'coarse, ≥ 0' },
  'grad-cam-plus-plus': { passes: '1 forward, 1 backward', map: 'coarse, ≥ 0' },
  'hires-cam': { passes: '1 forward, 1 backward', map: 'coarse, ≥ 0' },
  'layer-cam': { passes: '1 forward, 1 backward', map: 'as fine as its layer, ≥ 0' },
  rise: { passes: '1000 forward', map: 'coarse, signed' },
  sise: { passes: 'some of both, and 1 forward a feature map', map: 'between, ≥ 0' },
  occlusion: { passes: '1 forward a window', map: 'coarse, signed' },
  lime: { passes: '1000 forward', map: 'segments, signed' },
  shap: { passes: '2148 forward for 50 parts', map: 'segments, signed, complete' },
  'guided-backprop': { passes: '1 forward, 1 backward', map: 'fine; fails sanity checks' },
  deconvnet: { passes: '1 forward, 1 backward', map: 'fine; fails sanity checks' },
}

/** As the studies' figures call them. */
const titles: Readonly<Record<string, string>> = {
  saliency: 'Saliency',
  'input-x-gradient': 'Input × gradient',
  'smooth-grad': 'SmoothGrad',
  'smooth-grad-squared': 'SmoothGrad²',
  'var-grad': 'VarGrad',
  'integrated-gradients': 'Integrated gradients',
  'grad-cam': 'Grad-CAM',
  'grad-cam-plus-plus': 'Grad-CAM++',
  'hires-cam': 'HiResCAM',
  'layer-cam': 'LayerCAM',
  rise: 'RISE',
  sise: 'SISE',
  occlusion: 'Occlusion',
  lime: 'LIME',
  shap: 'SHAP',
  'guided-backprop': 'Guided backprop',
  deconvnet: 'Deconvnet',
}

export function methodTable(): string {
  const rows = Object.entries(servedMethods).map(([name, make]) => {
    const kind = kinds[name]
    if (!kind) throw new Error(`nobody has said what ${name} costs`)
    return [
      link(name, make),
      make({}).needs,
      kind.passes.replaceAll(/(\d) (forward|backward)/g, '$1\u00a0$2'),
      kind.map,
    ]
  })
  return table(['method', 'needs', 'passes an example', 'the map'], rows)
}

function link(name: string, make: MethodFactory): string {
  const module = make({}).spec?.module.replace('@explainnet/', '')
  return `[${titles[name] ?? name}](/packages/${module}/)`
}

export function measuredTable(): string {
  const { maps } = read<PollenSim>('pollen-sim').traitShare
  const { methods } = read<Shortcut>('shortcut').barShare
  const percent = (share: number) => (share * 100).toFixed(0)
  const shareOf = (name: string) => {
    const one = maps.find((map) => map.name === name)?.positive
    return one ? `${percent(one.mean)}\u00a0% (${percent(one.low)}\u00a0–\u00a0${percent(one.high)})` : '–'
  }
  const verdictOf = (name: string) =>
    ({ reveals: 'reveals', 'only beside the control': 'beside the control only', 'does not': 'does not' })[
      methods.find((method) => method.name === name)?.verdict ?? ''
    ] ?? '–'
  const order = (name: string) => -(maps.find((map) => map.name === name)?.positive.mean ?? 0)
  const named = [...new Set([...maps.filter(({ control }) => !control), ...methods].map(({ name }) => name))]
  const controls = maps.filter(({ control }) => control).map(({ name }) => name)
  const rows = [...named.sort((a, b) => order(a) - order(b)), ...controls]
  return table(
    ['map', 'share on the trait', 'the scale bar'],
    rows.map((name) => [controls.includes(name) ? `_${name}_` : explained(name), shareOf(name), verdictOf(name)]),
  )
}

const explained = (name: string) =>
  name === 'Integrated gradients'
    ? `${name}, from black`
    : name === 'Integrated gradients, mean'
      ? 'Integrated gradients, from the mean colour'
      : name

export const traitPictures = (): string => String(read<PollenSim>('pollen-sim').traitShare.images)
export const provenPictures = (): string => String(read<Shortcut>('shortcut').barShare.images)

export function chooserOutcome(): string {
  const { picks, seeds, held, best, pickShare } = read<Chooser>('chooser')
  const share = ({ mean, low, high }: Interval) => `${mean.toFixed(2)} (${low.toFixed(2)} – ${high.toFixed(2)})`
  return (
    `On rendered pollen, without being told the traits, it picked ${picks.map(({ name, count }) => `${name} ${count} times of ${seeds.length}`).join(', ')}, ` +
    `from ${held.examplesOfAComparison} pictures each time. The pick's share on the trait over all pictures is ${share(pickShare)}; the best of the methods compared, ` +
    `${best.name.toLowerCase()}, has ${share(best)} (\`explainnet study chooser\`).`
  )
}
