/** A method's options as text and back, and how far their sliders go. */
import type { OptionDescription } from '@explainnet/core'

const baselines = ['zero', 'black', 'grey', 'white', 'mean', 'blur', 'uniform']

/** What can be chosen by name; undefined for numbers, switches and layers. */
function choicesOf({ type, choices, default: usual }: OptionDescription): readonly string[] | undefined {
  if (type === 'baseline') return [...new Set([...(typeof usual === 'string' ? [usual] : []), ...baselines])]
  return type === 'choice' || type === 'segments' ? (choices ?? []) : undefined
}

interface Range {
  readonly min: number
  readonly max: number
  readonly step: number
}

/** A number's bounds; where its description leaves one open, four times the default or a small number of the kind. */
function rangeOf({ type, min = 0, max, default: usual }: OptionDescription): Range {
  const open = typeof usual === 'number' && usual > 0 ? usual * 4 : type === 'integer' ? 128 : 1
  const highest = max ?? Math.max(open, min)
  if (type === 'integer') return { min, max: highest, step: 1 }
  return { min, max: highest, step: 10 ** Math.floor(Math.log10((highest - min) / 50)) }
}

/** Text of a control or an address as the option's value; undefined where it is none. */
export function optionOf(text: string, option: OptionDescription): unknown {
  if (option.type === 'integer' || option.type === 'number') return numberOf(text, option)
  if (option.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  if (option.type === 'layer') return /^[\w./:-]{1,100}$/.test(text) ? text : undefined
  return choicesOf(option)?.find((name) => name === text)
}

function numberOf(text: string, option: OptionDescription): number | undefined {
  if (!/^-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?$/i.test(text)) return undefined
  const value = Number(text)
  const { min, max } = rangeOf(option)
  return value >= min && value <= max && (option.type === 'number' || Number.isInteger(value)) ? value : undefined
}
