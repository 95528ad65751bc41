/** One way to compute in Node. Each adapter is a file of its own. */
export interface BackendAdapter {
  /** Imports the backend, so that it registers itself with tfjs, and readies it as far as is possible before it starts. */
  prepare(): Promise<void>
  /** Once it runs: what computes, for people and certificates. */
  device(): string
}
