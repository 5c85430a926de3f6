import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const TEXTS = /^(licen[cs]e|notice|copying)/i;

/** Writes `licences.txt`: what is in the page by others, with the notices that they ask to be kept. */
export function licences(): Plugin {
  const folders = new Set<string>();
  return {
    name: "licences",
    apply: "build",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        const sources = file.type === "chunk" ? file.moduleIds : file.originalFileNames;
        sources.forEach((source) => {
          const folder = packageOf(source);
          if (folder !== null) {
            folders.add(folder);
          }
        });
      }
      const source = [...folders].sort().map(describe).join("\n");
      this.emitFile({ type: "asset", fileName: "licences.txt", source });
    },
  };
}

/** The folder of the package that a module belongs to; null for our own. */
function packageOf(module: string): string | null {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module.replaceAll("\\", "/").replace(/^\0/, ""));
  const folder = found?.[1];
  return folder !== undefined && existsSync(join(folder, "package.json")) ? folder : null;
}

function describe(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, string>;
  const texts = readdirSync(folder)
    .filter((file) => TEXTS.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [`${name ?? dirname(folder)} ${version ?? ""} (${license ?? "see below"})`, "-".repeat(72), ...texts, ""].join("\n\n");
}
