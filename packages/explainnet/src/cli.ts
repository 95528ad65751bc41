#!/usr/bin/env node
import { run } from './cli/program.ts'

// `explainnet methods | head` closes the pipe early; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

run(process.argv).then((code) => {
  process.exitCode = code
})
