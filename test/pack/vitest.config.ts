import { defineConfig, type ViteUserConfig } from "vitest/config";

/** The pack test stands alone: it needs `dist` and the package registry. */
const config: ViteUserConfig = defineConfig({
  test: { environment: "node", include: ["test/pack/*.test.ts"], testTimeout: 120_000, hookTimeout: 240_000 },
});
export default config;
