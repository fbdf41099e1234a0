/** Contracts as they are attacked: all of them, on as few servers as their paths allow. */
export const FUZZED: readonly (readonly string[])[] = [
  ["tei:retry"],
  ["openrlhf:neutral=0.5", "slime:retry", "nemo-gym:said", "eval-protocol:said", "reasoning-gym:fail", "vllm:retry", "embeddings:neutral=0", "sandbox-fusion", "open-instruct"],
];

/** Those that run what they are sent. */
export const RUNS_CODE: readonly string[] = ["sandbox-fusion", "open-instruct"];
