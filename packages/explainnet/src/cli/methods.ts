import { techniques } from '@explainnet/studies'
import { Command } from 'commander'
import { sayJSON } from './console.ts'

export const methodsCommand = (): Command =>
  new Command('methods')
    .description('list the methods and their options')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => {
      if (options.json) {
        sayJSON(
          techniques.map(({ name, package: pkg, text, wraps, options: schema }) => ({
            name,
            package: pkg,
            text,
            wraps,
            options: schema,
          })),
        )
        return
      }
      for (const { name, text, wraps, options: schema, package: pkg } of techniques) {
        process.stdout.write(`${name}  (${pkg})\n  ${text}${wraps ? `; wraps ${wraps}, or ${name}(another)` : ''}\n`)
        for (const [option, { type, list, default: value, choices, text: meaning }] of Object.entries(schema)) {
          const kind = choices ? choices.join(' | ') : list ? `${type}, …` : type
          const preset = value === undefined ? '' : `, default ${JSON.stringify(value)}`
          process.stdout.write(`  --option ${name}.${option}=<${kind}>  ${meaning}${preset}\n`)
        }
        process.stdout.write('\n')
      }
    })
