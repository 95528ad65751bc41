import { type Attribution, nextTask, type RawImage, toJSON } from '@explainnet/core/plain'
import { type ColourName, colourNames } from '@explainnet/viz'
import type { Explainer, RemoteModel, RemoteTarget } from '../api.ts'
import type { ImageSource } from '../image/read-image.ts'
import type { ModelSource } from '../model/load-model.ts'
import type { ExplainNetEvents } from './events.ts'
import { download, droppedFiles, fileName, isPicture } from './files.ts'
import { Runner } from './run/runner.ts'
import type { Look, Outline, Point, Settings, Sign, View } from './state.ts'
import { createView, type ElementView } from './view.ts'

// Imported where there is no DOM, for a page that is rendered on a server, the class is there and useless.
const Base: typeof HTMLElement = globalThis.HTMLElement ?? (class {} as typeof HTMLElement)

const usual: Settings = {
  explainer: undefined,
  model: undefined,
  image: undefined,
  method: '',
  target: 'prediction',
  layer: undefined,
  options: {},
  seed: 0,
}
const usualLook: Look = {
  view: 'both',
  opacity: 0.9,
  colours: undefined,
  sign: 'both',
  outline: undefined,
  probe: undefined,
}

/**
 * A picture and why a model takes it for what it does. It explains by itself as soon as it has a model and a picture, and again
 * when a setting changes; a newer run ends the older one.
 */
export class ExplainNetElement extends Base {
  static readonly observedAttributes: readonly string[] = [
    'model',
    'src',
    'method',
    'target',
    'layer',
    'options',
    'seed',
    'view',
    'opacity',
    'colours',
    'sign',
  ]

  #settings = usual
  #look = usualLook
  #view: ElementView | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #frame = 0
  readonly #runner = new Runner(() => this.connect(), {
    changed: () => this.#renderSoon(),
    started: () => this.#tell('explain-start', {}),
    estimate: (attribution, done) => this.#tell('explain-estimate', { attribution, done }),
    done: (attribution) => this.#tell('explain-done', { attribution }),
    failed: (error) => this.#tell('explain-error', { error }),
  })

  /** Where an element that is given no explainer gets one. */
  protected connect(): Promise<Explainer> {
    return Promise.reject(new TypeError('Define the element by defineExplainNet.'))
  }

  get explainer(): Explainer | undefined {
    return this.#settings.explainer
  }
  set explainer(explainer: Explainer | undefined) {
    this.#set({ explainer })
  }
  /** A URL, the name of a model that the worker serves, files, or a model that the explainer has loaded. */
  get model(): ModelSource | RemoteModel | undefined {
    return this.#settings.model
  }
  set model(model: ModelSource | RemoteModel | undefined) {
    this.#set({ model: model || undefined })
  }
  /** A string is a URL. */
  get image(): string | ImageSource | RawImage | undefined {
    return this.#settings.image
  }
  set image(image: string | ImageSource | RawImage | undefined) {
    this.#set({ image: image || undefined })
  }
  /** The image, where it is a URL. */
  get src(): string {
    return typeof this.#settings.image === 'string' ? this.#settings.image : ''
  }
  set src(src: string) {
    this.image = src
  }
  /** By the name under which it is served; empty for Grad-CAM, or the first one. */
  get method(): string {
    return this.#settings.method
  }
  set method(method: string) {
    this.#set({ method: method ?? '' })
  }
  /** Default `prediction`. As an attribute: a label, or an index in digits. */
  get target(): RemoteTarget {
    return this.#settings.target
  }
  set target(target: RemoteTarget) {
    this.#set({ target: target ?? usual.target })
  }
  /** For methods that have the option `layer`. */
  get layer(): string | undefined {
    return this.#settings.layer
  }
  set layer(layer: string | undefined) {
    this.#set({ layer: layer || undefined })
  }
  /** The method's options. As an attribute: JSON. */
  get options(): Settings['options'] {
    return this.#settings.options
  }
  set options(options: Settings['options']) {
    this.#set({ options: options ?? usual.options })
  }
  get seed(): number {
    return this.#settings.seed
  }
  set seed(seed: number) {
    this.#set({ seed: Number(seed) || 0 })
  }
  get view(): View {
    return this.#look.view
  }
  set view(view: View) {
    this.#show({ view: oneOf(view, ['original', 'map', 'both'], usualLook.view) })
  }
  /** Of the map over the picture, 0 … 1. Default 0.9. */
  get opacity(): number {
    return this.#look.opacity
  }
  set opacity(opacity: number) {
    this.#show({ opacity: Math.min(1, Math.max(0, Number(opacity ?? usualLook.opacity) || 0)) })
  }
  /** Default: `red-blue` for maps with negative values, else `inferno`. */
  get colours(): ColourName | undefined {
    return this.#look.colours
  }
  set colours(colours: ColourName | undefined) {
    this.#show({ colours: oneOf(colours, colourNames, undefined) })
  }
  /** What speaks for the target, against it, or both. */
  get sign(): Sign {
    return this.#look.sign
  }
  set sign(sign: Sign) {
    this.#show({ sign: oneOf(sign, ['both', 'positive', 'negative'], usualLook.sign) })
  }
  /** A region to compare with, drawn as a line. */
  get outline(): Outline | undefined {
    return this.#look.outline
  }
  set outline(outline: Outline | undefined) {
    this.#show({ outline: outline ?? undefined })
  }
  /** Where the crosshair is. Setting it dispatches no event, so that several elements can follow one. */
  get probe(): Point | undefined {
    return this.#look.probe
  }
  set probe(probe: Point | undefined) {
    this.#show({ probe: probe ?? undefined })
  }
  /** The map that is shown: the final one, or the latest estimate. */
  get attribution(): Attribution | undefined {
    return this.#runner.progress.attribution
  }

  /** Explains now. Rejects with an ExplainError, `aborted` if it was cancelled or replaced. */
  run(): Promise<Attribution> {
    clearTimeout(this.#timer)
    return this.#runner.run(this.#settings)
  }

  /** Ends the run; what was reached stays. */
  cancel(): void {
    clearTimeout(this.#timer)
    this.#runner.cancel()
  }

  /** The picture as it is shown, as PNG. */
  picture(): Promise<Blob> {
    this.#render()
    if (!this.#view) return Promise.reject(new TypeError('The element is in no page.'))
    return this.#view.picture()
  }

  connectedCallback(): void {
    this.#takeEarlyProperties()
    if (!this.#view) this.#build()
    this.#runSoon(0)
    this.#render()
  }

  disconnectedCallback(): void {
    // An element that is moved is back before this runs.
    queueMicrotask(() => {
      if (this.isConnected) return
      clearTimeout(this.#timer)
      cancelAnimationFrame(this.#frame)
      this.#frame = 0
      this.#runner.stop()
    })
  }

  attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    if (before === value) return
    const text = value ?? undefined
    if (name === 'target') this.target = text === undefined ? usual.target : targetOf(text)
    else if (name === 'options') this.options = text ?? usual.options
    else if (name === 'seed') this.seed = Number(text)
    else if (name === 'opacity') this.opacity = Number(text ?? usualLook.opacity)
    else Object.assign(this, { [name]: text })
  }

  /** What a page set before the element was defined lies on the object and hides the setters. */
  #takeEarlyProperties(): void {
    for (const name of ['explainer', 'image', 'outline', 'probe', ...ExplainNetElement.observedAttributes]) {
      if (!Object.hasOwn(this, name)) continue
      const value: unknown = Reflect.get(this, name)
      Reflect.deleteProperty(this, name)
      Reflect.set(this, name, value)
    }
  }

  #build(): void {
    const shadow = this.attachShadow({ mode: 'open' })
    this.#view = createView(shadow, {
      settings: (part, soon) => {
        this.#set(part, soon ? 150 : 0)
        this.#tellChange()
      },
      look: (part) => {
        this.#show(part)
        if (!('probe' in part)) return this.#tellChange()
        this.#tell('explain-probe', { ...part.probe, ...valueIn(this.#view?.reading()?.value) })
      },
      run: () => this.#runQuietly(),
      cancel: () => this.cancel(),
      restart: () => {
        this.#runner.restart().then(
          () => this.#runQuietly(),
          () => this.#runQuietly(),
        )
      },
      files: (files) => this.#take(files),
      download: (kind) => void this.#download(kind),
    })
    this.addEventListener('dragover', (event) => event.preventDefault())
    this.addEventListener('drop', (event) => {
      event.preventDefault()
      if (event.dataTransfer) void droppedFiles(event.dataTransfer).then((files) => this.#take(files))
    })
    this.addEventListener('paste', (event) => {
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length === 0) return
      event.preventDefault()
      this.#take(files)
    })
  }

  #take(files: readonly File[]): void {
    const picture = files.find(isPicture)
    const others = files.filter((file) => !isPicture(file))
    if (!picture && others.length === 0) return
    this.#set({ ...(picture ? { image: picture } : {}), ...(others.length > 0 ? { model: others } : {}) })
    this.#tellChange()
  }

  async #download(kind: 'png' | 'json'): Promise<void> {
    const { picture, attribution, method } = this.#runner.progress
    const target = attribution?.certificate.targets[0]?.name
    const name = fileName(picture?.name ?? 'picture', ...(attribution ? [method, target ?? ''] : []))
    if (kind === 'png') download(await this.picture(), `${name}.png`)
    else if (attribution) download(new Blob([toJSON(attribution)], { type: 'application/json' }), `${name}.json`)
  }

  #set(part: Partial<Settings>, delay = 0): void {
    this.#settings = { ...this.#settings, ...part }
    this.#renderSoon()
    this.#runSoon(delay)
  }

  #show(part: Partial<Look>): void {
    this.#look = { ...this.#look, ...part }
    this.#render()
  }

  /** After everything that a page or a framework sets in one go. */
  #runSoon(delay: number): void {
    clearTimeout(this.#timer)
    if (!this.isConnected) return
    const { model, image } = this.#settings
    if (model === undefined && image === undefined) return
    this.#timer = setTimeout(() => this.#runQuietly(), delay)
  }

  /** What went wrong is shown and dispatched. */
  #runQuietly(): void {
    this.run().catch(() => {})
  }

  #render(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    this.#view?.update({ settings: this.#settings, look: this.#look, progress: this.#runner.progress })
  }

  #renderSoon(): void {
    if (this.#frame !== 0 || !this.#view) return
    this.#frame = requestAnimationFrame(() => {
      // In a task of its own: several elements in one page would hold it up for as long as all of them take.
      void nextTask().then(() => {
        if (this.#frame !== 0) this.#render()
      })
    })
  }

  #tellChange(): void {
    this.#tell('explain-change', { settings: this.#settings, look: this.#look })
  }

  #tell<Name extends keyof ExplainNetEvents>(name: Name, detail: ExplainNetEvents[Name]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'explain-net': ExplainNetElement
  }
}

const targetOf = (text: string): RemoteTarget => (/^\d+$/.test(text) ? Number(text) : text)

const oneOf = <T, D>(value: T, known: readonly T[], otherwise: D): T | D => (known.includes(value) ? value : otherwise)

const valueIn = (value: number | undefined) => (value === undefined ? {} : { value })
