/** Keeps what was made for a key until the key changes. A failure is not kept, so that the next asking tries again. */
export class Kept<V> {
  #key: readonly unknown[] | undefined
  #value: Promise<V> | undefined
  #drop: (() => void) | undefined

  get(key: readonly unknown[], make: () => { readonly value: Promise<V>; readonly drop: () => void }): Promise<V> {
    if (this.#value && this.#key?.length === key.length && this.#key.every((part, i) => part === key[i])) {
      return this.#value
    }
    this.drop()
    const { value, drop } = make()
    this.#key = key
    this.#value = value
    this.#drop = drop
    value.catch(() => {
      if (this.#value === value) this.drop()
    })
    return value
  }

  drop(): void {
    this.#drop?.()
    this.#key = undefined
    this.#value = undefined
    this.#drop = undefined
  }
}
