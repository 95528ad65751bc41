import { ExplainError } from '@explainnet/core'

/**
 * A package that nobody has to install. Throws `backend-missing` with the command that installs it, or, where it is there and
 * does not load, with `repair`.
 */
export async function importOptional<T>(name: string, install: string, repair: string): Promise<T> {
  try {
    // Not a literal: a bundler would insist on finding it.
    return (await import(/* @vite-ignore */ name)) as T
  } catch (cause) {
    const { message } = cause as Error
    // In the words of Node and of the bundlers.
    if (/^(Cannot find|Could not resolve)/.test(message) && firstLine(message).includes(name)) {
      throw new ExplainError('backend-missing', `${name} is not installed.`, `To use it: ${install}.`, { cause })
    }
    throw new ExplainError('backend-missing', `${name} does not load (${firstLine(message)}).`, repair, { cause })
  }
}

export const firstLine = (text: string): string => text.split('\n', 1)[0]!.trim()
