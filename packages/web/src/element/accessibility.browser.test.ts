import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { inThreadExplainer } from '../../test/element/in-thread-explainer.ts'
import { createElement, disc, find, next, painted } from '../../test/element/page.ts'
import type { ExplainNetElement } from './explain-net.ts'

let element: ExplainNetElement
let main: HTMLElement

beforeEach(async () => {
  const explainer = await inThreadExplainer()
  element = createElement({ connect: async () => explainer })
  main = document.createElement('main')
  document.body.append(main)
  document.title = 'A page'
  document.documentElement.lang = 'en'
})
afterEach(() => {
  main.remove()
  document.documentElement.style.colorScheme = ''
})

/** Rules of whole pages are about the page of the tests. */
const violations = async () => {
  const { violations } = await axe.run(main, { rules: { 'page-has-heading-one': { enabled: false } } })
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)}`,
  )
}

describe.each(['light', 'dark'])('<explain-net> in a %s page', (scheme) => {
  it.each([320, 1100])('has no fault that axe finds, empty, explained and failed, %i pixels wide', async (width) => {
    await page.viewport(width, 900)
    document.documentElement.style.colorScheme = scheme
    main.append(element)
    await painted()
    expect(await violations()).toEqual([])
    Object.assign(element, { model: 'four', image: disc(), method: 'smooth-grad', options: { samples: 2 } })
    await next(element, 'explain-done')
    find<HTMLDetailsElement>(element, 'details').open = true
    await painted()
    expect(await violations()).toEqual([])
    expect(main.scrollWidth, 'nothing stands out').toBeLessThanOrEqual(width)
    element.method = 'nothing'
    await next(element, 'explain-error')
    await painted()
    expect(await violations()).toEqual([])
  })
})

it('can be walked through by the Tab key, in the order in which it is read', async () => {
  Object.assign(element, { model: 'four', image: disc() })
  main.append(element)
  await next(element, 'explain-done')
  await painted()
  const walked: string[] = []
  for (let i = 0; i < 14; i++) {
    await userEvent.tab()
    const focused = element.shadowRoot!.activeElement
    if (!focused) break
    const label = (focused as HTMLInputElement).labels?.[0]?.textContent ?? focused.getAttribute('aria-label')
    walked.push((label ?? focused.textContent ?? '').slice(0, 12))
  }
  expect(walked).toEqual([
    'Picture and ',
    'Explain agai',
    'Download PNG',
    'Download JSO',
    'Picture…',
    'Model…',
    expect.stringMatching(/^Explain/),
    expect.stringMatching(/^Method/),
    expect.stringMatching(/^layer/),
    'upsample',
    expect.stringMatching(/^Both/),
    'Opacity of t',
    expect.stringMatching(/^Colours/),
    expect.stringMatching(/^For and agai/),
  ])
})
