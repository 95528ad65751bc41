import { type Contour, colourOf, contourPath, outlineOf } from '@explainnet/viz'
import type { Look, Outline } from '../state.ts'
import type { MapLayer } from './map-layer.ts'
import type { Picture } from './read-picture.ts'

/** Small pictures are painted larger, so that a map and an outline have room. */
const leastSide = 512

/** Paints picture and map as they are shown and downloaded. Opacity and view change nothing but this. */
export function paint(
  canvas: HTMLCanvasElement,
  picture: Picture,
  map: MapLayer | undefined,
  look: Pick<Look, 'view' | 'opacity' | 'outline'>,
): void {
  const { shown } = picture
  const scale = Math.max(1, Math.ceil(leastSide / Math.max(shown.width, shown.height)))
  const width = shown.width * scale
  const height = shown.height * scale
  // Setting the size clears the canvas and allocates it anew.
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d')!
  const view = map ? look.view : 'original'
  context.globalAlpha = 1
  context.fillStyle = view === 'map' && map ? `rgb(${colourOf(map.colours, 0).join(' ')})` : '#fff'
  context.fillRect(0, 0, width, height)
  context.imageSmoothingQuality = 'high'
  if (view !== 'map') context.drawImage(shown, 0, 0, width, height)
  if (map && view !== 'original') {
    context.globalAlpha = view === 'both' ? look.opacity : 1
    layOver(context, map.tile(view === 'both' ? 'relevance' : 'opaque'), map)
  }
  if (look.outline) strokeOutline(context, look.outline)
}

/** Through letterbox or crop, back to where the model saw it. */
function layOver(context: CanvasRenderingContext2D, tile: HTMLCanvasElement, { geometry }: MapLayer): void {
  const { source, target, size } = geometry
  const [down, across] = [tile.height / size[0], tile.width / size[1]]
  const [sx, sy] = [context.canvas.width / geometry.width, context.canvas.height / geometry.height]
  context.drawImage(
    tile,
    target.x * across,
    target.y * down,
    target.width * across,
    target.height * down,
    source.x * sx,
    source.y * sy,
    source.width * sx,
    source.height * sy,
  )
}

/** A region is the same in every estimate that is painted. */
const contours = new WeakMap<Outline, Contour>()

function contourOf(outline: Outline): Contour {
  const known = contours.get(outline)
  if (known) return known
  const contour = outlineOf(outline)
  contours.set(outline, contour)
  return contour
}

function strokeOutline(context: CanvasRenderingContext2D, outline: Outline): void {
  const { width, height } = context.canvas
  const path = new Path2D(contourPath(contourOf(outline).rings, width / outline.width, height / outline.height))
  const thick = Math.max(width, height) / 200
  context.globalAlpha = 1
  // Dark on light, to be seen on any colour.
  for (const [colour, lineWidth] of [
    ['#000', thick * 2],
    ['#fff', thick],
  ] as const) {
    Object.assign(context, { strokeStyle: colour, lineWidth })
    context.stroke(path)
  }
}

/** The crosshair lies on a canvas of its own: moving it paints no picture, and it is in no download. */
export function paintCrosshair(canvas: HTMLCanvasElement, below: HTMLCanvasElement, probe: Look['probe']): void {
  const { width, height } = below
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d')!
  context.clearRect(0, 0, width, height)
  if (!probe) return
  const [x, y] = [probe.x * width, probe.y * height]
  const thick = Math.max(width, height) / 400
  const gap = thick * 4
  for (const [colour, lineWidth] of [
    ['#000', thick * 2],
    ['#fff', thick],
  ] as const) {
    Object.assign(context, { strokeStyle: colour, lineWidth })
    context.beginPath()
    context.moveTo(x, 0)
    context.lineTo(x, y - gap)
    context.moveTo(x, y + gap)
    context.lineTo(x, height)
    context.moveTo(0, y)
    context.lineTo(x - gap, y)
    context.moveTo(x + gap, y)
    context.lineTo(width, y)
    context.stroke()
  }
}
