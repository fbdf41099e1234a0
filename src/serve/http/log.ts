/** Structured logs: one JSON object a line. */

export type LogLevel = "info" | "warn" | "error";

/** Writes one line; `event` says what happened, the fields are facts of it. */
export type Log = (level: LogLevel, event: string, fields?: Readonly<Record<string, unknown>>) => void;

/** A log that writes to a stream, standard error as a rule. */
export function jsonLog(stream: { write(text: string): unknown }): Log {
  return (level, event, fields = {}) => void stream.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
}
