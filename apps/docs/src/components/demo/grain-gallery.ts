/** Ten rendered grains, one of each class, as radio buttons. */
import { paintImage } from '../paint-image.ts'
import type { pollenSimRenderer } from './pollen-sim.ts'

const perPage = 10
const thumbnailSize = 64

export interface GrainGallery {
  /** Shows the ten among which `picture` is, and marks it; undefined marks none. */
  show(picture: number | undefined): void
  /** Turns the page and chooses its first grain. */
  turn(by: 1 | -1): void
}

export function grainGallery(
  into: HTMLElement,
  render: ReturnType<typeof pollenSimRenderer>,
  chosen: (picture: number) => void,
): GrainGallery {
  let page = -1
  const fill = (next: number) => {
    if (next === page) return
    page = next
    into.replaceChildren(...Array.from({ length: perPage }, (_, i) => thumbnail(page * perPage + i)))
  }
  const thumbnail = (picture: number): HTMLElement => {
    const label = document.createElement('label')
    const input = document.createElement('input')
    Object.assign(input, { type: 'radio', name: 'grain', value: String(picture) })
    input.addEventListener('change', () => chosen(picture))
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: thumbnailSize, height: thumbnailSize })
    const name = document.createElement('span')
    name.textContent = '…'
    label.append(input, canvas, name)
    render({ picture, size: thumbnailSize, mask: false }).then(({ image, className }) => {
      void paintImage(canvas, image)
      name.textContent = className
    })
    return label
  }
  const mark = (picture: number | undefined) => {
    for (const input of into.querySelectorAll('input')) input.checked = input.value === String(picture)
  }
  return {
    show(picture) {
      fill(picture === undefined ? Math.max(page, 0) : Math.floor(picture / perPage))
      mark(picture)
    },
    turn(by) {
      const next = Math.max(0, page + by)
      fill(next)
      mark(next * perPage)
      chosen(next * perPage)
    },
  }
}
