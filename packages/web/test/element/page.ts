import { type DefineOptions, defineExplainNet } from '../../src/element/define.ts'
import type { ExplainNetElement } from '../../src/element/explain-net.ts'

let count = 0

/** An element of a name of its own, so that each test connects as it likes. Not yet in the page. */
export function createElement(options: DefineOptions = {}): ExplainNetElement {
  const tag = `explain-net-${++count}`
  defineExplainNet({ ...options, tag })
  return document.createElement(tag) as ExplainNetElement
}

/** The next event of this name, or a failure that tells what the element says instead. */
export function next<Name extends keyof HTMLElementEventMap>(
  element: ExplainNetElement,
  name: Name,
): Promise<HTMLElementEventMap[Name]> {
  return new Promise((resolve, reject) => {
    element.addEventListener(name, resolve, { once: true })
    if (name !== 'explain-error') {
      element.addEventListener('explain-error', ({ detail }) => reject(detail.error), { once: true })
    }
  })
}

/** After the element has painted what it knows. */
export const painted = () =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))))

export const find = <E extends Element = HTMLElement>(element: ExplainNetElement, selector: string): E => {
  const found = element.shadowRoot!.querySelector<E>(selector)
  if (!found) throw new Error(`The element has no ${selector}.`)
  return found
}

/** A control by the text that labels it. */
export function control<E extends HTMLElement = HTMLInputElement>(element: ExplainNetElement, label: string): E {
  const labels = [...element.shadowRoot!.querySelectorAll('label')]
  const found = labels.find(({ textContent }) => textContent.trim().startsWith(label))?.control
  if (!found) throw new Error(`No control is labelled '${label}'.`)
  return found as E
}

export function button(element: ExplainNetElement, text: string): HTMLButtonElement {
  const found = [...element.shadowRoot!.querySelectorAll('button')].find((one) => one.textContent === text)
  if (!found) throw new Error(`No button reads '${text}'.`)
  return found
}

/** A picture with something in it: a dark disc on grey, a light stripe. */
export function disc(width = 60, height = 40): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d')!
  context.fillStyle = '#b9b2a8'
  context.fillRect(0, 0, width, height)
  context.fillStyle = '#6b3f2a'
  context.beginPath()
  context.arc(width / 3, height / 2, height / 3, 0, 7)
  context.fill()
  context.fillStyle = '#e9d9a0'
  context.fillRect(width * 0.7, 0, width * 0.1, height)
  return canvas
}

export const fileOf = (canvas: HTMLCanvasElement, name: string): Promise<File> =>
  new Promise((resolve) => canvas.toBlob((blob) => resolve(new File([blob!], name, { type: 'image/png' }))))
