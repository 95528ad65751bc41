import { Option } from 'commander'

/** Names with commas between them. */
export const classesOption = (): Option =>
  new Option('--classes <names>', 'only these classes, with commas between; default: all').argParser((names: string) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  )
