import type { Engines } from './engines.ts'
import type { PreparedNetwork } from './networks/prepare.ts'
import type { Settings } from './settings.ts'

/** What a part is given. */
export interface Run {
  readonly settings: Settings
  readonly engines: Engines
  /** Networks that `--only` leaves, in their order. */
  readonly rows: readonly string[]
  network(name: string): Promise<PreparedNetwork>
  /** Shows what goes on. */
  announce(what: string): void
  /** Keeps a figure, and shows it. */
  record(key: string, value: unknown): Promise<void>
}
