import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { compressed } from "./vite/compressed";
import { licences } from "./vite/licences";

// `npm run dev` serves the page with hot reload and hands API and live socket to a planner.
const planner = process.env.PLANNER ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), licences(), compressed()],
  build: {
    outDir: "static",
    emptyOutDir: true,
    target: "es2022",
    // Inline data: URLs would need a wider Content-Security-Policy than we want.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Without groups every icon that two screens share is a file, and a request, of its own.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "library", test: /node_modules[\\/](?!@tanstack[\\/].*(table|virtual))/, minShareCount: 2, priority: 2 },
            { name: "common", test: /src[\\/](api|lib|shell|ui[\\/](?!data-table)|i18n[\\/]index)/, minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": { target: planner, ws: true } } },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"] },
});
