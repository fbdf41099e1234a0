/** What was used last, up to so many bytes; the newest is kept however large it is. */
export class Kept<Value> {
  readonly #mostBytes: number;
  readonly #entryBytes: number;
  readonly #entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  #bytes = 0;

  /** An entry counts for `entryBytes` beside its own bytes. */
  constructor({ mostBytes, entryBytes }: { readonly mostBytes: number; readonly entryBytes: number }) {
    this.#mostBytes = mostBytes;
    this.#entryBytes = entryBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value of a key, which is used with that. */
  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: Value, bytes: number): void {
    this.delete(key);
    const entry = { value, bytes: bytes + this.#entryBytes };
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    while (this.#bytes > this.#mostBytes && this.#entries.size > 1) this.delete(this.#entries.keys().next().value!);
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#bytes -= entry.bytes;
    this.#entries.delete(key);
  }
}
