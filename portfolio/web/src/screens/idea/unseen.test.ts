import { beforeEach, describe, expect, it } from "vitest";
import { readMark, unseen, writeMark } from "./unseen";

const one = (id: string, author = "bob") => ({ id, author });
const all = [one("a", "me"), one("b"), one("c", "me"), one("d")];
const fresh = () => [...unseen(all, readMark("idea"), "me")];

beforeEach(() => {
  localStorage.clear();
});

describe("what is new", () => {
  it("is what others wrote after the last one seen", () => {
    writeMark("idea", all.slice(0, 2));
    expect(fresh()).toEqual(["d"]);

    writeMark("idea", all);
    expect(fresh()).toEqual([]);
  });

  it("is found although the last one seen was deleted", () => {
    writeMark("idea", [...all.slice(0, 2), one("x")]);

    expect(fresh()).toEqual(["d"]);
  });

  it("is everything of others where nothing was, or on the first visit", () => {
    expect(fresh()).toEqual(["b", "d"]);
    writeMark("idea", []);
    expect(fresh()).toEqual(["b", "d"]);
  });

  it("is nothing when nothing that was seen is left", () => {
    writeMark("idea", [one("x")]);

    expect(fresh()).toEqual([]);
  });
});
