import { ExplainError } from '@explainnet/core/plain'
import { type InitInput, initWasm, Resvg } from '@resvg/resvg-wasm'
import type { Figure } from './figure/figure.ts'
import { figureSvg } from './figure/svg.ts'

let ready: Promise<void> | undefined

/**
 * Loads the rasteriser, once. Node finds it by itself; a browser is told where its bundler put
 * `@resvg/resvg-wasm/index_bg.wasm` (an address, a response, or the bytes).
 */
export function loadRasteriser(wasm?: InitInput | Promise<InitInput>): Promise<void> {
  ready ??= initWasm(wasm ?? ownWasm()).catch((cause: unknown) => {
    ready = undefined
    throw cause
  })
  return ready
}

/** By `getBuiltinModule`, so that no bundler meets an import that browsers lack. */
function ownWasm(): BufferSource {
  const builtin = globalThis.process?.getBuiltinModule
  if (!builtin) {
    throw new ExplainError(
      'backend-missing',
      'The rasteriser is not loaded.',
      'Call `await loadRasteriser(url)` with the address of @resvg/resvg-wasm/index_bg.wasm first.',
    )
  }
  const path = builtin('node:module')
    .createRequire(import.meta.url)
    .resolve('@resvg/resvg-wasm/index_bg.wasm')
  return builtin('node:fs').readFileSync(path)
}

export interface PngOptions {
  /** Pixels of the PNG for each pixel of the figure. Default 2, for sharp text. */
  readonly scale?: number | undefined
  /** TTF or OTF files for letters that the bundled outlines lack, such as Chinese class names. */
  readonly fonts?: readonly Uint8Array[] | undefined
}

/** A figure, or an SVG made by `figureSvg`, as PNG bytes; the same bytes everywhere. */
export async function figurePng(
  figure: Figure | string,
  { scale = 2, fonts = [] }: PngOptions = {},
): Promise<Uint8Array> {
  await loadRasteriser()
  const renderer = new Resvg(typeof figure === 'string' ? figure : figureSvg(figure), {
    fitTo: { mode: 'zoom', value: scale },
    font: { fontBuffers: [...fonts] },
  })
  const image = renderer.render()
  const png = image.asPng()
  image.free()
  renderer.free()
  return png
}
