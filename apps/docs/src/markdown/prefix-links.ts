import type { MdastPluginDefinition } from 'satteri'

/** Puts the site's base before links and pictures that a page writes from the root: `/guides/x/` → `/explainnet/guides/x/`. */
export function prefixLinks(base: string): MdastPluginDefinition {
  const prefix = base.replace(/\/$/, '')
  const prefixed = (url: string) => (url.startsWith('/') && !url.startsWith('//') ? prefix + url : url)
  return {
    name: 'prefix-links',
    link: (node, context) => context.setProperty(node, 'url', prefixed(node.url)),
    definition: (node, context) => context.setProperty(node, 'url', prefixed(node.url)),
  }
}
