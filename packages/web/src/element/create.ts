/** A node with attributes and children. Strings become text, never markup. */
export function create<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | boolean | undefined>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'string') node.setAttribute(name, value)
    else if (value) node.setAttribute(name, '')
  }
  node.append(...children)
  return node
}

/** A piece of the element that shows a part of its state. */
export interface Piece<S> {
  readonly element: HTMLElement
  update(state: S): void
}
