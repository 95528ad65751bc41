import { join } from 'node:path'
import { publishedPackages, root, type WorkspacePackage } from '../../../../scripts/workspace.ts'

export { publishedPackages, root, type WorkspacePackage }

/** Where the site's own pages lie, and those that are made at build. */
export const pages = join(import.meta.dirname, '../content/docs')

/** The address of a file of the repository, for readers who want the source. */
export const sourceAddress = (path: string): string => `https://github.com/explainnet/explainnet/blob/main/${path}`

/** `@explainnet/grad-cam` → `grad-cam`: what a package is called in addresses. */
export const slugOf = ({ manifest }: WorkspacePackage): string => manifest.name.replace('@explainnet/', '')
