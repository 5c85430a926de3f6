import { describe, expect, it, vi } from "vitest";
import { Keys, isTaken } from "./keyboard";

function bound(...names: string[]): { keys: Keys; ran: string[] } {
  const keys = new Keys();
  const ran: string[] = [];
  for (const name of names) {
    keys.bind({ keys: name, label: name, group: "", run: () => ran.push(name) });
  }
  return { keys, ran };
}

describe("shortcuts", () => {
  it("runs a single key", () => {
    const { keys, ran } = bound("i");

    expect(keys.press("i", 0)).toBe(true);
    expect(keys.press("x", 1)).toBe(false);
    expect(ran).toEqual(["i"]);
  });

  it("tells `g i` from `i`", () => {
    const { keys, ran } = bound("i", "g i", "g h");

    keys.press("g", 0);
    keys.press("i", 100);
    keys.press("i", 200);

    expect(ran).toEqual(["g i", "i"]);
  });

  it("forgets the first key of a sequence after a while", () => {
    const { keys, ran } = bound("i", "g i");

    keys.press("g", 0);
    keys.press("i", 5_000);

    expect(ran).toEqual(["i"]);
  });

  it("takes a key that ends no sequence as itself", () => {
    const { keys, ran } = bound("h", "g i");

    keys.press("g", 0);
    keys.press("h", 10);

    expect(ran).toEqual(["h"]);
  });

  it("lets the screen's key win over the shell's, until it is gone", () => {
    const { keys, ran } = bound("1");
    const release = keys.bind({ keys: "1", label: "", group: "", run: () => ran.push("screen") });

    keys.press("1", 0);
    release();
    keys.press("1", 1);

    expect(ran).toEqual(["screen", "1"]);
  });

  it("tells who shows the list", () => {
    const { keys } = bound();
    const told = vi.fn();
    keys.watch(told);

    const release = keys.bind({ keys: "?", label: "", group: "", run: vi.fn() });
    release();

    expect(told).toHaveBeenCalledTimes(2);
    expect(keys.list()).toEqual([]);
  });
});

describe("keys that are not for shortcuts", () => {
  function pressedIn(html: string, init: KeyboardEventInit = {}): boolean {
    document.body.innerHTML = html;
    const target = document.body.querySelector("[data-target]") ?? document.body;
    const event = new KeyboardEvent("keydown", { key: "i", bubbles: true, ...init });
    target.dispatchEvent(event);
    return isTaken(event);
  }

  it("rests while somebody types", () => {
    expect(pressedIn("<input data-target>")).toBe(true);
    expect(pressedIn("<textarea data-target></textarea>")).toBe(true);
    expect(pressedIn("<button data-target>x</button>")).toBe(false);
  });

  it("rests while a dialog is open, also when nothing in it has the focus", () => {
    expect(pressedIn("<div role=dialog><button data-target>x</button></div>")).toBe(true);
    expect(pressedIn("<div role=dialog></div>")).toBe(true);
  });

  it("works again while a closed dialog still fades away", () => {
    expect(pressedIn("<div role=dialog></div><main data-target></main>")).toBe(false);
  });

  it("leaves the browser its own keys", () => {
    expect(pressedIn("<p data-target></p>", { ctrlKey: true })).toBe(true);
    expect(pressedIn("<p data-target></p>", { metaKey: true })).toBe(true);
  });
});
