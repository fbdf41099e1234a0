/** Limits of a run, with their defaults. */
import type { ExecuteLimits, ExecuteOptions } from "../core/capabilities.ts";

export const DEFAULT_LIMITS: ExecuteLimits = { cpuSeconds: 5, wallSeconds: null, memoryMb: 512, outputBytes: 64 << 20, diskMb: 64, processes: 24 };

/** Compilers need more memory than what they compile; their time is their own, and does not depend on that of the tests. */
export const COMPILE_LIMITS: ExecuteLimits = { cpuSeconds: 15, wallSeconds: 30, memoryMb: 2048, outputBytes: 64 << 20, diskMb: 512, processes: 64 };

/** A compiler that must make its library anew in every sandbox. */
export const WHOLE_LIBRARY_LIMITS: ExecuteLimits = { ...COMPILE_LIMITS, cpuSeconds: 30, wallSeconds: 60 };

export function limitsOf({ signal: _signal, ...given }: ExecuteOptions): ExecuteLimits {
  return { ...DEFAULT_LIMITS, ...given };
}

/** Seconds on the wall that a run may take: twice its CPU time and a start. */
export function wallOf({ cpuSeconds, wallSeconds }: ExecuteLimits): number {
  return wallSeconds ?? 2 * cpuSeconds + 3;
}
