/** Files that are looked at while the server runs. */
import { unwatchFile, watchFile, type Stats } from "node:fs";

/**
 * Calls back when one of the files has changed, by looking at their times: an editor that writes a new file, or a mounted
 * configuration whose link is turned, is seen as well. Changes that come together call once. Returns what ends it.
 */
export function watchFiles(files: readonly string[], changed: () => void, everyMs: number): () => void {
  let soon: NodeJS.Timeout | null = null;
  const tell = (): void => {
    soon ??= setTimeout(() => {
      soon = null;
      changed();
    }, Math.min(everyMs, 100));
    soon.unref();
  };
  const look = (now: Stats, before: Stats): void => {
    if (now.mtimeMs !== before.mtimeMs || now.size !== before.size || now.ino !== before.ino) tell();
  };
  const watched = [...new Set(files)];
  for (const file of watched) watchFile(file, { interval: everyMs, persistent: false }, look);
  return () => {
    if (soon !== null) clearTimeout(soon);
    for (const file of watched) unwatchFile(file, look);
  };
}
