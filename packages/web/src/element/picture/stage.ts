import { type ColourName, colourOf, isDiverging } from '@explainnet/viz'
import { create, type Piece } from '../create.ts'
import { numberText, percentText } from '../number-text.ts'
import type { Point, State } from '../state.ts'
import { cellStep, type MapLayer, mapLayer, type Reading, readAt } from './map-layer.ts'
import { paint, paintCrosshair } from './paint.ts'

export interface Stage extends Piece<State> {
  /** As it is shown, without the crosshair. */
  picture(): Promise<Blob>
  /** The map's value under the crosshair. */
  reading(): Reading | undefined
}

/** The picture with its map, the crosshair, the value under it and the colour bar. `onProbe` hears of the user's moves. */
export function createStage(onProbe: (point: Point | undefined) => void): Stage {
  const canvas = create('canvas', { part: 'picture', role: 'img', 'aria-label': 'No picture yet' })
  const crosshair = create('canvas', { class: 'crosshair', 'aria-hidden': 'true' })
  const value = create('p', { part: 'value', class: 'value' })
  // What the keys point at is told; what a mouse glides over is only shown.
  const told = create('p', { class: 'told', 'aria-live': 'polite' })
  const field = create(
    'div',
    {
      part: 'stage',
      class: 'stage',
      role: 'application',
      tabindex: '0',
      'aria-label': 'Picture and map. Arrow keys move a crosshair, with Shift ten cells at once; Escape puts it away.',
    },
    canvas,
    crosshair,
  )
  const hint = create('p', { class: 'hint' }, 'Choose, drop or paste a picture, and a model.')
  const bar = create('canvas', { width: '256', height: '1', role: 'img' })
  const ends = create('div', { class: 'ends', 'aria-hidden': 'true' })
  const legend = create('div', { part: 'legend', class: 'legend' }, bar, ends)
  const element = create('figure', { part: 'figure', class: 'figure' }, field, hint, value, told, legend)

  let state: State | undefined
  let layer: MapLayer | undefined
  let made: readonly unknown[] = []
  let painted: readonly unknown[] = []

  const pointOf = (event: PointerEvent): Point => {
    const box = canvas.getBoundingClientRect()
    const share = (at: number, start: number, length: number) => Math.min(0.999999, Math.max(0, (at - start) / length))
    return { x: share(event.clientX, box.left, box.width), y: share(event.clientY, box.top, box.height) }
  }
  const probeAt = (event: PointerEvent) => {
    if (state?.progress.picture) onProbe(pointOf(event))
  }
  field.addEventListener('pointermove', probeAt)
  field.addEventListener('pointerdown', probeAt)
  field.addEventListener('pointerleave', (event) => {
    // A finger that is lifted leaves; what it pointed at stays to be read.
    if (event.pointerType === 'mouse') onProbe(undefined)
  })
  field.addEventListener('keydown', (event) => {
    if (!state?.progress.picture || event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'Escape') return onProbe(undefined)
    const step = layer ? cellStep(layer) : { x: 0.01, y: 0.01 }
    const moved = moveBy(event.key, state.look.probe ?? { x: 0.5, y: 0.5 }, step, event.shiftKey ? 10 : 1)
    if (!moved) return
    event.preventDefault()
    onProbe(moved)
    told.textContent = value.textContent
  })

  return {
    element,
    reading: () => layer && state?.look.probe && readAt(layer, state.look.probe),
    update(next) {
      state = next
      const { progress, look } = next
      const { picture, attribution, model } = progress
      element.classList.toggle('empty', !picture)
      if (!picture) {
        layer = undefined
        made = []
        painted = []
        value.textContent = ''
        canvas.setAttribute('aria-label', 'No picture yet')
        legend.hidden = true
        return
      }
      const wanted = [attribution, picture, look.colours, look.sign]
      if (changed(made, wanted)) {
        made = wanted
        layer = attribution && model?.preprocessing && mapLayer(attribution, model.preprocessing, picture, look)
        showLegend(legend, bar, ends, layer, attribution?.certificate.targets[0]?.name)
      }
      const paintedNow = [layer, picture, look.view, look.opacity, look.outline]
      if (changed(painted, paintedNow)) {
        painted = paintedNow
        paint(canvas, picture, layer, look)
        canvas.setAttribute('aria-label', describe(next))
      }
      paintCrosshair(crosshair, canvas, look.probe)
      value.textContent = valueText(layer, look.probe)
    },
    picture: () =>
      new Promise((resolve, reject) => {
        canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The canvas gave no picture.'))), 'image/png')
      }),
  }
}

const changed = (before: readonly unknown[], now: readonly unknown[]) =>
  before.length !== now.length || now.some((part, i) => part !== before[i])

function moveBy(key: string, { x, y }: Point, step: Point, times: number): Point | undefined {
  const held = (share: number) => Math.min(0.999999, Math.max(0, share))
  switch (key) {
    case 'ArrowLeft':
      return { x: held(x - step.x * times), y }
    case 'ArrowRight':
      return { x: held(x + step.x * times), y }
    case 'ArrowUp':
      return { x, y: held(y - step.y * times) }
    case 'ArrowDown':
      return { x, y: held(y + step.y * times) }
    case 'Home':
      return { x: step.x / 2, y: step.y / 2 }
    case 'End':
      return { x: held(1 - step.x / 2), y: held(1 - step.y / 2) }
    default:
      return undefined
  }
}

function describe({ progress, look }: State): string {
  const { picture, attribution, method } = progress
  if (!picture) return 'No picture yet'
  if (!attribution || look.view === 'original') return picture.name
  const map = `map of ${method} for ${attribution.certificate.targets[0]?.name}`
  return look.view === 'map' ? `The ${map}, of ${picture.name}` : `${picture.name} with the ${map} laid over it`
}

function valueText(layer: MapLayer | undefined, probe: Point | undefined): string {
  if (!probe || !layer) return ''
  const { width, height } = layer.geometry
  const at = `Pixel ${Math.floor(probe.x * width)}, ${Math.floor(probe.y * height)}`
  const reading = readAt(layer, probe)
  if (!reading) return `${at}: cut away, the model does not see it`
  const share = layer.limit > 0 ? Math.abs(reading.value) / layer.limit : 0
  const side = reading.value > 0 ? 'for the target' : reading.value < 0 ? 'against the target' : 'no influence'
  const strength = reading.value === 0 ? '' : `, ${percentText(Math.min(1, share))} of full colour`
  return `${at}: ${numberText(reading.value)}, ${side}${strength}`
}

function showLegend(
  legend: HTMLElement,
  bar: HTMLCanvasElement,
  ends: HTMLElement,
  layer: MapLayer | undefined,
  target: string | undefined,
): void {
  legend.hidden = !layer
  if (!layer) return
  const limit = numberText(layer.limit)
  const diverging = isDiverging(layer.colours)
  const texts = layer.flat ? ['flat: every value is the same'] : diverging ? [`−${limit}`, '0', limit] : ['0', limit]
  bar.hidden = layer.flat
  bar.setAttribute(
    'aria-label',
    diverging ? `Colours from −${limit}, against ${target}, over 0 to ${limit}, for it` : `Colours from 0 to ${limit}`,
  )
  paintBar(bar, layer.colours)
  ends.replaceChildren(...texts.map((text) => create('span', {}, text)))
}

function paintBar(bar: HTMLCanvasElement, colours: ColourName): void {
  const context = bar.getContext('2d')!
  for (let x = 0; x < bar.width; x++) {
    const share = x / (bar.width - 1)
    context.fillStyle = `rgb(${colourOf(colours, isDiverging(colours) ? share * 2 - 1 : share).join(' ')})`
    context.fillRect(x, 0, 1, 1)
  }
}
