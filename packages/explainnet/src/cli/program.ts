import { ExplainError } from '@explainnet/core'
import { Command, CommanderError } from 'commander'
import pkg from '../../package.json' with { type: 'json' }
import { compareCommand } from './compare.ts'
import { convertCommand } from './convert.ts'
import { datasetsCommand } from './datasets.ts'
import { doctorCommand } from './doctor.ts'
import { evaluateCommand } from './evaluate.ts'
import { explainCommand } from './explain.ts'
import { inspectCommand } from './inspect.ts'
import { methodsCommand } from './methods.ts'
import { reproduceCommand } from './reproduce.ts'
import { startCommand } from './start.ts'
import { studyCommand } from './study.ts'
import { trainCommand } from './train.ts'

/** Exit codes: 0 done, 1 something failed, 2 the command line is wrong, 130 stopped by the user. */
export async function run(argv: readonly string[]): Promise<number> {
  const stop = new AbortController()
  const onInterrupt = () => {
    if (stop.signal.aborted) process.exit(130)
    process.stderr.write('\nStopping; once more to stop at once.\n')
    stop.abort()
  }
  process.on('SIGINT', onInterrupt)
  let code = 0
  const program = new Command('explainnet')
    .description('Explain what an image classifier of TensorFlow.js looks at.')
    .version(pkg.version)
    .exitOverride()
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })
    .showHelpAfterError('(add --help for what is allowed)')
  const commands = [
    startCommand,
    explainCommand,
    compareCommand,
    evaluateCommand,
    trainCommand,
    studyCommand,
    methodsCommand,
    inspectCommand,
    convertCommand,
    datasetsCommand,
    reproduceCommand,
    doctorCommand,
  ]
  const inherit = (command: Command): Command => {
    command.exitOverride().showHelpAfterError('(add --help for what is allowed)')
    for (const child of command.commands) inherit(child as Command)
    return command
  }
  const context: CommandContext = {
    signal: stop.signal,
    fail: () => {
      code = 1
    },
  }
  for (const make of commands) program.addCommand(inherit(make(context)))
  try {
    await program.parseAsync(argv)
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof ExplainError) {
      process.stderr.write(`explainnet: ${error.message}\n`)
      return error.code === 'aborted' ? 130 : 1
    }
    throw error
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}

/** What a command gets beside its own options. */
export interface CommandContext {
  readonly signal: AbortSignal
  /** Makes the exit code 1 although the command goes on: one bad image among several. */
  readonly fail: () => void
}
