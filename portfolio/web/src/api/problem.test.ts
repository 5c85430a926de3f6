import { describe, expect, it } from "vitest";
import { loadWords } from "../i18n";
import { faultsOf } from "../ui/faults";
import { ProblemError, explain } from "./problem";

const refusal = new ProblemError(422, {
  type: "https://x/problems/rule",
  detail: "The stop must be above zero",
  errors: [{ where: "/stop", detail: "The stop must be above zero" }],
});
const unheard = new ProblemError(422, {
  type: "https://x/problems/rule",
  detail: "Something quite new",
  errors: [{ where: "/entry", detail: "Something quite new" }],
});

describe("what the planner refuses", () => {
  it("is told in English as the planner says it", async () => {
    const words = await loadWords("en");

    expect(explain(refusal, words).detail).toBe("The stop must be above zero");
    expect(faultsOf(unheard, words)).toEqual({ entry: "Something quite new" });
  });

  it("is told in German, also at its field", async () => {
    const words = await loadWords("de");

    expect(explain(refusal, words).detail).toBe("Stop: größer als null");
    expect(faultsOf(refusal, words)).toEqual({ stop: "Stop: größer als null" });
  });

  it("says no English sentence on a German page that it has no words for", async () => {
    const words = await loadWords("de");

    expect(explain(unheard, words).detail).toBeUndefined();
    expect(faultsOf(unheard, words)).toEqual({ entry: words.problems.check });
  });

  it.each([
    ["1 imports are open: commit or delete one first", "1 Importe sind offen: übernimm oder lösche erst einen"],
    ["An open idea needs its stop", "Eine Idee im Zustand „offen“ braucht: Stop"],
    ["Leg 2: The strike must be above zero", "Option 2: Basispreis: größer als null"],
    ["The stop must be above zero, at both edges of the zone", "Stop: größer als null"],
  ])("says %j in German", async (detail, german) => {
    const words = await loadWords("de");

    expect(words.problems.said(detail)).toContain(german);
  });
});
