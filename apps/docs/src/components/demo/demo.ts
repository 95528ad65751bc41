/** The demo page: two `<explain-net>` tied to one picture, one network and one target. */

import { defineExplainNet, type ExplainNetElement } from '@explainnet/web/element'
import type { Explainer, RemoteModel } from '@explainnet/web/page'
import { takePicture } from './camera.ts'
import { type Connection, connect, reconnect } from './connection.ts'
import { grainGallery } from './grain-gallery.ts'
import { type Picture, pictureOfFile } from './picture.ts'
import { pollenSimRenderer } from './pollen-sim.ts'
import { saveReport, shareText } from './results.ts'
import { fromHash, type PanelSettings, type Settings, toHash } from './settings.ts'
import { takeFiles } from './take-files.ts'

const root = document.querySelector<HTMLElement>('#demo')!
const find = <E extends HTMLElement>(id: string) => root.querySelector<E>(`#demo-${id}`)!
const status = find('status')
const networkPicker = find<HTMLSelectElement>('network')
const backendPicker = find<HTMLSelectElement>('backend')
const outlineBox = find<HTMLInputElement>('outline')
const elements = [...root.querySelectorAll<ExplainNetElement>('explain-net')] as [ExplainNetElement, ExplainNetElement]
const shares = [...root.querySelectorAll<HTMLElement>('.share')]

const pictureSize = 128

let explainer: Explainer
/** Why it computes on another backend than was wanted. */
let refusal = ''
let model: RemoteModel | undefined
let picture: Picture | undefined
/** The latest choice wins, whichever is ready first. */
let choice = 0

const render = pollenSimRenderer()
const gallery = grainGallery(find('grains'), render, (number) => void attempt(() => chooseGrain(number)))

function tell(text: string, failed = false): void {
  status.textContent = text
  status.toggleAttribute('data-failed', failed)
}

/** What goes wrong is said, and the page goes on with what it had. */
async function attempt(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error), true)
  }
}

async function chooseGrain(number: number): Promise<void> {
  const turn = ++choice
  const { image, className, mask } = await render({ picture: number, size: pictureSize, mask: true })
  if (turn === choice) show({ image, name: `a ${className} grain`, rendered: { number, className, mask: mask! } })
}

async function choosePicture(make: () => Promise<Picture | undefined>): Promise<void> {
  const turn = ++choice
  const made = await make()
  if (made && turn === choice) show(made)
}

function show(next: Picture): void {
  picture = next
  gallery.show(next.rendered?.number)
  for (const element of elements) element.image = next.image
  showOutline()
  tell(`Explaining ${next.name}.`)
  keepAddress()
}

function showOutline(): void {
  const mask = outlineBox.checked ? picture?.rendered?.mask : undefined
  const outline = mask?.includes(1) ? { width: pictureSize, height: pictureSize, data: mask } : undefined
  for (const element of elements) element.outline = outline
  outlineBox.disabled = !picture?.rendered?.mask.includes(1)
}

async function loadNetwork(source: string | readonly File[], name: string): Promise<void> {
  tell('Loading the network…')
  const onProgress = (share: number) => tell(`Loading the network: ${Math.round(share * 100)} %`)
  const loaded = await explainer.load(source, { onProgress })
  const before = model
  model = loaded
  networkPicker.value = name
  find('note').hidden = name !== 'pollen'
  for (const element of elements) Object.assign(element, { model: loaded, target: 'prediction', layer: undefined })
  if (before) await explainer.unload(before)
  tell(`${loaded.card?.name ?? 'The network'} is loaded.`)
}

const chooseNetwork = (name: string) =>
  loadNetwork(`${root.dataset['base']!.replace(/\/?$/, '/')}models/${name}/`, name)

function currentSettings(): Settings {
  const [first] = elements
  const panel = ({ method, options, layer }: ExplainNetElement): PanelSettings => ({
    method,
    options: { ...(options as PanelSettings['options']), ...(layer === undefined ? {} : { layer }) },
  })
  return {
    model: networkPicker.value || 'pollen-sim',
    picture: picture?.rendered?.number,
    target: first.target,
    backend: backendPicker.value,
    seed: first.seed,
    view: first.view,
    outline: outlineBox.checked,
    panels: [panel(elements[0]), panel(elements[1])],
  }
}

function keepAddress(): void {
  history.replaceState(null, '', `#${toHash(currentSettings())}`)
}

function apply({ panels, target, seed, view }: Settings): void {
  elements.forEach((element, i) => {
    const { method, options } = panels[i]!
    const { layer, ...others } = options
    Object.assign(element, { method, layer, options: others, target, seed, view })
  })
}

/** What concerns both panels follows the one that the reader uses; method and options are each panel's own. */
function tie(element: ExplainNetElement, other: ExplainNetElement): void {
  element.addEventListener('explain-probe', ({ detail: { x, y } }) => {
    other.probe = x === undefined || y === undefined ? undefined : { x, y }
  })
  element.addEventListener('explain-change', () => {
    const { target, seed, view, opacity, sign } = element
    if (JSON.stringify([other.target, other.seed]) !== JSON.stringify([target, seed]))
      Object.assign(other, { target, seed })
    Object.assign(other, { view, opacity, sign })
    keepAddress()
  })
}

function use(connection: Connection): void {
  ;({ explainer, refusal } = connection)
  if (refusal) backendPicker.value = 'auto'
}

async function start(): Promise<void> {
  const wanted = fromHash(location.hash, [])
  backendPicker.value = wanted.backend
  outlineBox.checked = wanted.outline
  gallery.show(wanted.picture)
  const connecting = connect(wanted.backend)
  defineExplainNet()
  use(await connecting)
  for (const element of elements) element.explainer = explainer
  const settings = fromHash(location.hash, explainer.methods)
  await chooseNetwork(settings.model)
  apply(settings)
  await chooseGrain(settings.picture ?? 0)
}

elements.forEach((element, i) => {
  tie(element, elements[1 - i]!)
  element.addEventListener('explain-start', () => {
    shares[i]!.textContent = ''
  })
  element.addEventListener('explain-done', ({ detail: { attribution } }) => {
    const { name, device } = explainer.backend
    if (elements.every((one) => one.attribution)) tell(`Done, on ${name}: ${device}. ${refusal}`)
    const preprocessing = model?.preprocessing
    if (picture && preprocessing) {
      void shareText(attribution, picture, preprocessing).then((text) => {
        if (elements[i]!.attribution === attribution) shares[i]!.textContent = text
      })
    }
  })
})

find('previous').addEventListener('click', () => gallery.turn(-1))
find('next').addEventListener('click', () => gallery.turn(1))
outlineBox.addEventListener('change', () => {
  showOutline()
  keepAddress()
})
networkPicker.addEventListener('change', () => void attempt(() => chooseNetwork(networkPicker.value).then(keepAddress)))
backendPicker.addEventListener('change', () =>
  attempt(async () => {
    tell('Starting the other backend…')
    use(await reconnect(explainer, backendPicker.value))
    keepAddress()
    for (const element of elements) element.run().catch(() => {})
  }),
)
find('model').addEventListener('submit', (event) => {
  event.preventDefault()
  void attempt(() => loadNetwork(find<HTMLInputElement>('model-url').value, ''))
})
find('camera').addEventListener('click', () =>
  attempt(() => choosePicture(() => takePicture(find<HTMLDialogElement>('camera-dialog')))),
)
takeFiles(root, [find('file'), find('model-files')], {
  picture: (file) => void attempt(() => choosePicture(() => pictureOfFile(file, file.name || 'the pasted picture'))),
  model: (files) => void attempt(() => loadNetwork(files, '')),
})
find('link').addEventListener('click', () =>
  attempt(async () => {
    keepAddress()
    await navigator.clipboard.writeText(location.href)
    const own = !picture?.rendered || !networkPicker.value ? ' Your own picture or network is not part of it.' : ''
    tell(`The link is copied.${own}`)
  }),
)
for (const format of ['html', 'json'] as const) {
  find(format === 'html' ? 'report' : 'json').addEventListener('click', () =>
    attempt(async () => {
      const attributions = elements.flatMap(({ attribution }) => attribution ?? [])
      if (!picture || !model?.preprocessing || attributions.length === 0) throw new Error('There is no map yet.')
      await saveReport(format, { picture, preprocessing: model.preprocessing, attributions, address: location.href })
      tell('Saved.')
    }),
  )
}
window.addEventListener('hashchange', () =>
  attempt(async () => {
    const settings = fromHash(location.hash, explainer.methods)
    if (settings.model !== networkPicker.value) await chooseNetwork(settings.model)
    apply(settings)
    if (settings.picture !== picture?.rendered?.number) await chooseGrain(settings.picture ?? 0)
  }),
)
void attempt(start)
