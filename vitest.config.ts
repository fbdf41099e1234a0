import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Tests stand beside the code they test; `test/` holds what looks at the whole. No test asserts wall time, so the limit is wide. */
const config: ViteUserConfig = defineConfig({
  test: {
    environment: "node",
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "reproductions/**/*.test.ts", "scripts/**/*.test.ts"],
    // test/pack has a configuration of its own: it needs the built package.
    exclude: ["**/node_modules/**", "test/pack/**"],
    pool: "threads",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ["default"],
  },
});
export default config;
