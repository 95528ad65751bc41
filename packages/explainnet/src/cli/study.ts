import { Command } from 'commander'
import type { CommandContext } from './program.ts'
import { pollenStudyCommand } from './studies/pollen.ts'
import { pollenSimStudyCommand } from './studies/pollen-sim.ts'

const studies = [pollenStudyCommand, pollenSimStudyCommand]

export const studyCommand = (context: CommandContext): Command =>
  studies.reduce(
    (command, study) => command.addCommand(study(context)),
    new Command('study').description('reproduce a study: figures, a report and a table of numbers'),
  )
