/** Groups that have ended, as 96-bit hashes in one flat table: a million take 64 MB at most, and no strings. */
export interface GroupTable {
  /** Adds a group; false where it is there already. */
  add(high: number, low: number): boolean;
  readonly size: number;
}

const EMPTY = -1;

export function groupTable(): GroupTable {
  let capacity = 1 << 12;
  let keys = new Float64Array(capacity * 2).fill(EMPTY);
  let size = 0;

  const place = (high: number, low: number): boolean => {
    let slot = high % capacity;
    while (keys[slot * 2] !== EMPTY) {
      if (keys[slot * 2] === high && keys[slot * 2 + 1] === low) return false;
      slot = slot + 1 === capacity ? 0 : slot + 1;
    }
    keys[slot * 2] = high;
    keys[slot * 2 + 1] = low;
    return true;
  };

  return {
    add(high, low) {
      if (!place(high, low)) return false;
      size++;
      if (size * 2 > capacity) {
        const old = keys;
        capacity *= 2;
        keys = new Float64Array(capacity * 2).fill(EMPTY);
        for (let i = 0; i < old.length; i += 2) if (old[i] !== EMPTY) place(old[i]!, old[i + 1]!);
      }
      return true;
    },
    get size() {
      return size;
    },
  };
}
