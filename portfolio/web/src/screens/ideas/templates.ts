/** Three plans to begin with: the questions stand there already. */

import type { IdeaIn } from "../../api/types";
import type { Words } from "../../i18n";

export type Template = "breakout" | "dividend" | "coveredCall";

export const TEMPLATES: readonly Template[] = ["breakout", "dividend", "coveredCall"];

/** What a template fills in; the levels stay for the person to find. */
export function filledBy(template: Template | null, words: Words): Pick<IdeaIn, "side" | "thesis"> {
  return { side: "long", thesis: template === null ? "" : words.ideas.templates[template].thesis };
}
