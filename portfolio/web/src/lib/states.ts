/** Where an idea may go from where it is; the planner decides (portfolio/domain/ideas.py), this is for hints. */

import type { IdeaState } from "../api/types";

export const STATES: readonly IdeaState[] = ["draft", "watching", "ready", "open", "closed"];

const STEPS: Record<IdeaState, readonly IdeaState[]> = {
  draft: ["watching", "ready", "closed"],
  watching: ["draft", "ready", "closed"],
  ready: ["watching", "open", "closed"],
  open: ["closed"],
  closed: ["watching"],
};

export function isState(text: string | null | undefined): text is IdeaState {
  return STATES.some((state) => state === text);
}

export function mayGo(from: string, to: IdeaState): boolean {
  return isState(from) && STEPS[from].includes(to);
}

export function stepsFrom(from: string): readonly IdeaState[] {
  return isState(from) ? STEPS[from] : [];
}
