import type { HastPluginDefinition } from 'satteri'

/** A head cell without words is no head of anything: an ordinary cell, so that a screen reader announces none. */
export const emptyHeads: HastPluginDefinition = {
  name: 'empty-heads',
  element: [
    {
      filter: ['th'],
      visit: (node, context) => (context.textContent(node).trim() === '' ? { ...node, tagName: 'td' } : undefined),
    },
  ],
}
