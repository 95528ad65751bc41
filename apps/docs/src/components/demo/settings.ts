/** What the demo shows, as the part of its address behind `#`: everything in it came from somebody and is checked. */

import type { MethodDescription, RemoteTarget } from '@explainnet/web/page'
import { optionOf } from './option-values.ts'

type Options = Readonly<Record<string, unknown>>

export interface PanelSettings {
  readonly method: string
  /** What differs from the method's defaults. */
  readonly options: Options
}

export interface Settings {
  /** A network of the site. One of the reader's own is not part of the address. */
  readonly model: string
  /** A pollenSim picture's number in the test split; undefined for one of the reader's own. */
  readonly picture: number | undefined
  readonly target: RemoteTarget
  readonly backend: string
  readonly seed: number
  readonly view: 'original' | 'map' | 'both'
  readonly outline: boolean
  readonly panels: readonly [PanelSettings, PanelSettings]
}

const backends = ['auto', 'webgpu', 'webgl', 'wasm'] as const
const networks = ['pollen-sim', 'pollen'] as const
const views = ['both', 'map', 'original'] as const

/** Pictures are numbered from 0 within the test split, so the network has seen none of them. */
const lastPicture = 999_999

export const defaults: Settings = {
  model: 'pollen-sim',
  picture: 6,
  target: 'prediction',
  backend: 'auto',
  seed: 0,
  view: 'both',
  outline: true,
  panels: [
    { method: 'grad-cam', options: {} },
    { method: 'smooth-grad', options: {} },
  ],
}

const panelNames = ['a', 'b'] as const

/** The settings that differ from the defaults, as `model=pollen&a=saliency&b.samples=20`. */
export function toHash(settings: Settings): string {
  const words = new URLSearchParams()
  for (const name of ['model', 'backend', 'view'] as const) {
    if (settings[name] !== defaults[name]) words.set(name, settings[name])
  }
  if (settings.picture !== undefined && settings.picture !== defaults.picture)
    words.set('picture', String(settings.picture))
  if (settings.seed !== defaults.seed) words.set('seed', String(settings.seed))
  if (!settings.outline) words.set('outline', 'off')
  if (settings.target !== 'prediction') words.set('target', targetText(settings.target))
  panelNames.forEach((panel, i) => {
    const { method, options } = settings.panels[i]!
    words.set(panel, method)
    for (const [name, value] of Object.entries(options)) words.set(`${panel}.${name}`, String(value))
  })
  return words.toString()
}

/** Reads an address. What it does not know, or what is out of range, is as if it were not there. */
export function fromHash(hash: string, methods: readonly MethodDescription[]): Settings {
  const words = new URLSearchParams(hash.replace(/^#/, ''))
  const oneOf = <T extends string>(name: string, allowed: readonly T[], otherwise: T): T =>
    allowed.find((word) => word === words.get(name)) ?? otherwise
  const panel = (i: 0 | 1): PanelSettings => {
    const method = methods.find(({ name }) => name === words.get(panelNames[i]))
    if (!method) return defaults.panels[i]
    const options: Record<string, unknown> = {}
    for (const [name, description] of Object.entries(method.options)) {
      const text = words.get(`${panelNames[i]}.${name}`)
      const value = text === null ? undefined : optionOf(text, description)
      if (value !== undefined) options[name] = value
    }
    return { method: method.name, options }
  }
  return {
    model: oneOf('model', networks, 'pollen-sim'),
    picture: wholeNumber(words.get('picture'), lastPicture) ?? defaults.picture,
    target: targetOf(words.get('target')),
    backend: oneOf('backend', backends, 'auto'),
    seed: wholeNumber(words.get('seed'), 2 ** 31) ?? defaults.seed,
    view: oneOf('view', views, 'both'),
    outline: words.get('outline') !== 'off',
    panels: [panel(0), panel(1)],
  }
}

function wholeNumber(text: string | null, max: number): number | undefined {
  return text !== null && /^\d{1,10}$/.test(text) && Number(text) <= max ? Number(text) : undefined
}

/** Classes go by their index: `3`, or `3-5` for the third against the fifth. */
function targetText(target: RemoteTarget): string {
  if (typeof target === 'object' && 'of' in target) return `${target.of}-${target.against}`
  return String(target)
}

function targetOf(text: string | null): RemoteTarget {
  const [, of, against] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text ?? '') ?? []
  if (of === undefined) return 'prediction'
  return against === undefined ? Number(of) : { of: Number(of), against: Number(against) }
}
