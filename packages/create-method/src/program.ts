import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { isCancel, select, text } from '@clack/prompts'
import { createMethod } from './create-method.ts'
import { isKind, type Kind, kinds } from './kinds.ts'
import { namesOf } from './names.ts'
import { Refused } from './refused.ts'

const list = Object.entries(kinds)

const help = `Usage: npm create @explainnet/method [name] -- [--kind <kind>]

Begins an attribution method as a package of its own, in a new folder.

  name            the package's name on npm: explainnet-window-drop, @me/window-drop
  --kind <kind>   what the method asks of a model:
${list.map(([kind, { text }]) => `                    ${kind.padEnd(12)}  ${text}`).join('\n')}
  --help          prints this

What is left out is asked for.`

/** The exit code: 0 done or left, 1 failed, 2 the command line is wrong. */
export async function run(words: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parse(words)
    if (values.help) {
      console.log(help)
      return 0
    }
    const name = positionals[0] ?? (await askName())
    const kind = name && (values.kind ?? (await askKind()))
    if (!name || !kind) return 0
    if (!isKind(kind)) throw new Refused(`There is no kind '${kind}'. They are ${Object.keys(kinds).join(', ')}.`)
    const folder = await createMethod({ name, kind })
    console.log(`Wrote ${folder}. Go on with\n\n  cd ${relative('', folder)}\n  npm install\n  npm test\n`)
    return 0
  } catch (error) {
    console.error(error instanceof Refused ? error.message : error)
    return error instanceof Refused ? 2 : 1
  }
}

function parse(words: readonly string[]) {
  try {
    const parsed = parseArgs({
      args: [...words],
      options: { kind: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    })
    if (parsed.positionals.length > 1) throw new Error(`One name was expected, not '${parsed.positionals.join(' ')}'.`)
    return parsed
  } catch (cause) {
    throw new Refused(`${(cause as Error).message}\n\n${help}`, { cause })
  }
}

async function askName(): Promise<string | undefined> {
  refuseToAsk('a name')
  const name = await text({
    message: "The package's name on npm?",
    placeholder: 'explainnet-window-drop',
    validate: (value = '') => {
      try {
        namesOf(value)
        return undefined
      } catch (error) {
        return (error as Refused).message
      }
    },
  })
  return isCancel(name) ? undefined : name
}

async function askKind(): Promise<Kind | undefined> {
  refuseToAsk('--kind')
  const kind = await select({
    message: 'What does the method ask of a model?',
    options: list.map(([value, { text }]) => ({ value: value as Kind, label: value, hint: text })),
  })
  return isCancel(kind) ? undefined : kind
}

function refuseToAsk(what: string): void {
  if (!process.stdin.isTTY) throw new Refused(`Give ${what}: there is no terminal to ask on.\n\n${help}`)
}
