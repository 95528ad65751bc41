/** The start page's live grain: rendered in one worker, explained in another, drawn here. */

import type { Attribution } from '@explainnet/core'
import { normalise, overlay } from '@explainnet/viz'
import { connectExplainer, type Explainer, type RemoteModel } from '@explainnet/web'
import { pollenSimRenderer, type Rendered } from '../demo/pollen-sim.ts'
import { paintImage } from '../paint-image.ts'
import { showCertificate } from './certificate.ts'
import { startMethods, startPictures } from './start.ts'

const root = document.querySelector<HTMLElement>('#live')!
const find = <E extends HTMLElement>(selector: string) => root.querySelector<E>(selector)!
const grainCanvas = find<HTMLCanvasElement>('canvas.grain')
const mapCanvas = find<HTMLCanvasElement>('canvas.map')
const status = find('.status')
const methods = [...root.querySelectorAll<HTMLInputElement>('input[name="method"]')]
const still = matchMedia('(prefers-reduced-motion: reduce)')
const side = 128
/** How long Grad-CAM is looked at before integrated gradients follow by themselves. */
const dwell = 1200

const render = pollenSimRenderer()
const connected: Promise<{ explainer: Explainer; model: RemoteModel }> = connect()
let grain: Promise<Rendered> = render({ picture: startPictures[0]!, size: side, mask: true })
let place = 0
let running = new AbortController()

/** The network's files come while the worker starts. */
async function connect() {
  const files = Promise.all(JSON.parse(root.dataset['files']!).map(fetchFile)) as Promise<File[]>
  const explainer = await connectExplainer(
    () => new Worker(new URL('./explain.worker.ts', import.meta.url), { type: 'module' }),
    { backend: 'wasm' },
  )
  return { explainer, model: await explainer.load(await files) }
}

async function fetchFile(address: string): Promise<File> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${address} answers ${response.status}.`)
  return new File([await response.blob()], address.replace(/^.*\//, ''))
}

async function explain(name: string): Promise<void> {
  running.abort()
  running = new AbortController()
  const { signal } = running
  try {
    const { title, options } = startMethods.find((method) => method.name === name)!
    const [{ explainer, model }, rendered] = await Promise.all([connected, grain])
    if (signal.aborted) return
    root.setAttribute('aria-busy', 'true')
    status.textContent = `${title}…`
    let estimates = 0
    let last: Attribution | undefined
    for await (const estimate of explainer.stream(model, rendered.image, { name, options }, { signal, seed: 0 })) {
      last = estimate
      estimates++
      if (still.matches) continue
      await draw(rendered, estimate)
      showCertificate(root, { attribution: estimate, backend: explainer.backend, rendered })
    }
    if (!last || signal.aborted) return
    await draw(rendered, last)
    showCertificate(root, { attribution: last, backend: explainer.backend, rendered })
    const took = Math.round(last.certificate.cost.milliseconds)
    status.textContent = `${title}, computed in this page in ${took} ms${estimates > 1 ? `, sharpened ${estimates} times` : ''}.`
    root.dataset['live'] = name
  } catch (error) {
    if (signal.aborted) return
    status.textContent = `This picture was computed when the site was built: ${error instanceof Error ? error.message : error}`
  } finally {
    if (!signal.aborted) root.removeAttribute('aria-busy')
  }
}

async function draw({ image }: Rendered, { maps }: Attribution): Promise<void> {
  const { data } = overlay(image, normalise(Object.values(maps)[0]!))
  const map = new ImageData(Uint8ClampedArray.from(data), side, side)
  await Promise.all([paintImage(grainCanvas, image), paintImage(mapCanvas, map)])
  for (const canvas of [grainCanvas, mapCanvas]) canvas.hidden = false
}

const chosen = () => methods.find((input) => input.checked)!.value

function choose(name: string): void {
  for (const input of methods) input.checked = input.value === name
}

let touched = false
for (const input of methods) {
  input.addEventListener('change', () => {
    touched = true
    void explain(input.value)
  })
}
find('button').addEventListener('click', () => {
  touched = true
  place = (place + 1) % startPictures.length
  grain = render({ picture: startPictures[place]!, size: side, mask: true })
  void explain(chosen())
})

root.classList.add('scripted')
await explain(startMethods[0]!.name)
if (!still.matches && root.dataset['live']) {
  setTimeout(() => {
    if (touched) return
    choose(startMethods[1]!.name)
    void explain(startMethods[1]!.name)
  }, dwell)
}
