import { Command } from 'commander'
import type { CommandContext } from './program.ts'
import { beyondImagesStudyCommand } from './studies/beyond-images.ts'
import { chooserStudyCommand } from './studies/chooser.ts'
import { conclusionStudyCommand } from './studies/conclusion.ts'
import { hmtStudyCommand } from './studies/hmt.ts'
import { imagenetPhotoStudyCommand } from './studies/imagenet-photo.ts'
import { mnist1dStudyCommand } from './studies/mnist1d.ts'
import { pollenStudyCommand } from './studies/pollen.ts'
import { pollenSimStudyCommand } from './studies/pollen-sim.ts'
import { shortcutStudyCommand } from './studies/shortcut.ts'
import { tinyImageNetStudyCommand } from './studies/tiny-imagenet.ts'

const studies = [
  mnist1dStudyCommand,
  conclusionStudyCommand,
  pollenStudyCommand,
  pollenSimStudyCommand,
  shortcutStudyCommand,
  hmtStudyCommand,
  tinyImageNetStudyCommand,
  imagenetPhotoStudyCommand,
  beyondImagesStudyCommand,
  chooserStudyCommand,
]

export const studyCommand = (context: CommandContext): Command =>
  studies.reduce(
    (command, study) => command.addCommand(study(context)),
    new Command('study').description('reproduce a study: figures, a report and a table of numbers'),
  )
