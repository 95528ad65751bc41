import validate from 'validate-npm-package-name'
import { Refused } from './refused.ts'

/** The forms that a method's name takes. */
export interface Names {
  /** On npm: `@me/explainnet-window-drop`. */
  readonly package: string
  /** Of the folder: the package's, without its scope. */
  readonly folder: string
  /** Of the method: `window-drop`. */
  readonly method: string
  /** Of its factory: `windowDrop`. */
  readonly factory: string
  /** In headings: `Window drop`. */
  readonly title: string
}

/** Throws `Refused` for what is no name on npm, or makes no name of a method. */
export function namesOf(packageName: string): Names {
  const { validForNewPackages, errors = [], warnings = [] } = validate(packageName)
  if (!validForNewPackages) {
    throw new Refused(`'${packageName}' is no name for a package: ${[...errors, ...warnings].join('; ')}.`)
  }
  const folder = packageName.replace(/^@[^/]+\//, '')
  const method = folder.replace(/^explainnet-/, '')
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(method)) {
    throw new Refused(
      `'${method}' is no name for a method. Take small letters, digits and hyphens, such as window-drop.`,
    )
  }
  const factory = method.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  const title = capitalised(method.replaceAll('-', ' '))
  return { package: packageName, folder, method, factory, title }
}

export const capitalised = (text: string): string => text[0]!.toUpperCase() + text.slice(1)
