import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The repository's root, on whatever machine it lies. */
export const root = join(import.meta.dirname, '..')

/** The part of a package.json that the repository's own checks read. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly license?: string
  readonly type?: string
  readonly private?: boolean
  readonly sideEffects?: boolean | readonly string[]
  readonly keywords?: readonly string[]
  readonly repository?: { readonly type: string; readonly url: string; readonly directory: string }
  readonly homepage?: string
  readonly bugs?: string
  readonly engines?: { readonly node: string }
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly files?: readonly string[]
  readonly scripts?: Readonly<Record<string, string>>
  readonly publishConfig?: { readonly access: string; readonly provenance?: boolean }
}

export interface WorkspacePackage {
  /** Relative to the root, with forward slashes: `packages/methods/saliency`. */
  readonly folder: string
  readonly manifest: Manifest
}

/** Every package of the workspace, in the order of its folder. */
export const workspacePackages: readonly WorkspacePackage[] = globSync(
  ['packages/*/package.json', 'packages/methods/*/package.json'],
  { cwd: root },
)
  .map((path) => ({
    folder: dirname(path).replaceAll('\\', '/'),
    manifest: JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest,
  }))
  .sort((a, b) => (a.folder < b.folder ? -1 : 1))

/** Those that are published. */
export const publishedPackages = workspacePackages.filter(({ manifest }) => !manifest.private)
