import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type InThread, inThreadExplainer } from '../../test/element/in-thread-explainer.ts'
import { button, createElement, disc, find, next, painted } from '../../test/element/page.ts'
import type { ExplainNetElement } from './explain-net.ts'

let explainer: InThread
let element: ExplainNetElement

beforeEach(async () => {
  explainer = await inThreadExplainer()
  element = createElement({ connect: async () => explainer })
  Object.assign(element, { model: 'four', image: disc(), method: 'smooth-grad', options: { samples: 120 } })
})
afterEach(() => element.remove())

it('a run shows its progress and its estimates, and is cancelled by the button, keeping what was reached', async () => {
  let letGo = () => {}
  const estimate = next(element, 'explain-estimate').then(() => {})
  element.addEventListener(
    'explain-estimate',
    () => {
      letGo = explainer.hold()
    },
    { once: true },
  )
  document.body.append(element)
  await estimate
  await painted()
  const cancel = button(element, 'Cancel')
  expect(cancel.disabled).toBe(false)
  expect(find<HTMLProgressElement>(element, 'progress').value).toBeGreaterThan(0)
  expect(find(element, '[role=status]').textContent).toBe('Explaining by smooth-grad…')
  const reached = element.attribution
  cancel.click()
  letGo()
  await painted()
  await painted()
  expect(find(element, '[role=status]').textContent).toBe('Cancelled; what was reached is shown.')
  expect(find(element, '[role=alert]').hidden).toBe(true)
  expect(element.attribution).toBe(reached)
  expect(cancel.disabled).toBe(true)
})

it('a second run ends the first, which rejects as aborted, and only the second is done', async () => {
  document.body.append(element)
  const done: unknown[] = []
  element.addEventListener('explain-done', ({ detail }) => done.push(detail.attribution))
  element.addEventListener('explain-error', ({ detail }) => done.push(detail.error))
  const first = element.run()
  element.method = 'saliency'
  element.options = {}
  const second = element.run()
  await expect(first).rejects.toMatchObject({ code: 'aborted' })
  const attribution = await second
  await painted()
  expect(done).toEqual([attribution])
  expect(attribution.certificate.method.name).toBe('saliency')
})

it('explains in a tab in the background, where no frame is drawn, and shows the map once the tab is looked at', async () => {
  const frames: FrameRequestCallback[] = []
  const inBackground = vi
    .spyOn(globalThis, 'requestAnimationFrame')
    .mockImplementation((callback) => frames.push(callback))
  document.body.append(element)
  const attribution = await element.run()
  expect(attribution.certificate.method.name).toBe('smooth-grad')
  expect(find(element, '[role=status]').textContent).not.toMatch(/^smooth-grad for /)
  // However long it was away, one frame is waited for.
  expect(frames).toHaveLength(1)
  inBackground.mockRestore()
  frames[0]!(performance.now())
  await painted()
  expect(find(element, '[role=status]').textContent).toMatch(/^smooth-grad for /)
})

it('an element that is taken out while it runs ends its run, and explains again when it is put back', async () => {
  document.body.append(element)
  await next(element, 'explain-estimate')
  const release = explainer.hold()
  const told: string[] = []
  for (const name of ['explain-done', 'explain-error'] as const) element.addEventListener(name, () => told.push(name))
  element.remove()
  release()
  await painted()
  await painted()
  expect(told).toEqual([])
  expect(element.attribution).toBeUndefined()
  document.body.append(element)
  await next(element, 'explain-done')
  await painted()
  expect(find(element, '[role=status]').textContent).toMatch(/^smooth-grad for /)
})

it('an element that is moved within the page keeps its model and its map', async () => {
  document.body.append(element)
  await next(element, 'explain-done')
  const box = document.createElement('section')
  document.body.append(box)
  box.append(element)
  expect(element.attribution).toBeDefined()
  await next(element, 'explain-done')
  expect(explainer.calls.filter((call) => call.startsWith('load'))).toHaveLength(1)
  box.remove()
})

it('fifty elements, put in and taken out, leave no tensor behind', async () => {
  Object.assign(element, { method: 'saliency', options: {} })
  document.body.append(element)
  await next(element, 'explain-done')
  const before = tf.memory().numTensors
  for (let i = 0; i < 50; i++) {
    element.remove()
    await Promise.resolve()
    document.body.append(element)
    if (i % 5 === 0) await next(element, 'explain-done')
  }
  await next(element, 'explain-done')
  expect(tf.memory().numTensors).toBe(before)
})

it('a module that is imported where there is no DOM defines nothing and does not throw', async () => {
  const { defineExplainNet } = await import('./define.ts')
  expect(() => defineExplainNet({ tag: element.localName })).not.toThrow()
})
