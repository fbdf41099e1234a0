/** Waiting that a signal ends at once, even where what is waited for never comes. */

/** The promise's value, or the signal's reason if that comes first; leaves no listener behind. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((done, failed) => {
    const stop = (): void => failed(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    const settled = (): void => signal.removeEventListener("abort", stop);
    promise.then(
      (value) => (settled(), done(value)),
      (error: unknown) => (settled(), failed(error as Error)),
    );
  });
}

/** The items, until the signal. */
export async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T, void, void> {
  const source = items[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await orAborted(source.next(), signal);
      if (next.done === true) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } finally {
    if (!ended) await leave(source, signal);
  }
}

/** Tells a source that no more is taken from it. After an abort nobody waits for its answer: one that never yields never gives one. */
export async function leave(source: AsyncIterator<unknown> | Iterator<unknown>, signal: AbortSignal | undefined): Promise<void> {
  const left = Promise.resolve(source.return?.());
  if (signal?.aborted !== true) await left;
  // The abort is what the caller is told of.
  else left.catch(() => undefined);
}
