/** What the audit keeps of every row: a few numbers in packed, growing arrays, so that a million rows fit. */

/** Growing typed columns. */
export class AuditColumns {
  length = 0;
  /** The existing reward as given; NaN where missing. */
  existing: Float64Array<ArrayBuffer> = new Float64Array(1024);
  /** 1 paid, 0 not, −1 missing. */
  paid: Int8Array<ArrayBuffer> = new Int8Array(1024);
  /** 1 correct, 0 wrong, −1 undecided. */
  ours: Int8Array<ArrayBuffer> = new Int8Array(1024);
  group: Int32Array<ArrayBuffer> = new Int32Array(1024);
  /** Bits of the simple graders, three words a row. */
  bits: Uint32Array<ArrayBuffer> = new Uint32Array(3 * 1024);

  push(existing: number | null, paid: number, ours: number, group: number, bits: readonly [number, number, number]): void {
    const i = this.length++;
    if (i === this.paid.length) {
      const size = 2 * i;
      this.existing = grown(this.existing, new Float64Array(size));
      this.paid = grown(this.paid, new Int8Array(size));
      this.ours = grown(this.ours, new Int8Array(size));
      this.group = grown(this.group, new Int32Array(size));
      this.bits = grown(this.bits, new Uint32Array(3 * size));
    }
    this.existing[i] = existing ?? Number.NaN;
    this.paid[i] = paid;
    this.ours[i] = ours;
    this.group[i] = group;
    this.bits.set(bits, 3 * i);
  }
}

function grown<A extends { set(other: A): void }>(old: A, larger: A): A {
  larger.set(old);
  return larger;
}
