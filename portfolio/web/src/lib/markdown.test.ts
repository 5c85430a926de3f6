import { describe, expect, it } from "vitest";
import { plainText, readInline, readMarkdown } from "./markdown";

const text = (value: string) => ({ kind: "text", text: value });

describe("marks in a line", () => {
  it("reads bold, italic, code and links", () => {
    expect(readInline("**a *b*** and `c*d*`")).toEqual([
      { kind: "bold", children: [text("a "), { kind: "italic", children: [text("b")] }] },
      text(" and "),
      { kind: "code", text: "c*d*" },
    ]);
    expect(readInline("see [here](https://example.org/x) or https://example.org/y.")).toEqual([
      text("see "),
      { kind: "link", href: "https://example.org/x", text: "here" },
      text(" or "),
      { kind: "link", href: "https://example.org/y", text: "https://example.org/y" },
      text("."),
    ]);
  });

  it("leaves stars alone that are no marks", () => {
    expect(readInline("2 * 3 * 4")).toEqual([text("2 * 3 * 4")]);
    expect(readInline("5*6*7")).toEqual([text("5*6*7")]);
    expect(readInline("**")).toEqual([text("**")]);
  });

  it("links nothing but the web", () => {
    expect(readInline("[x](javascript:alert(1))")).toEqual([text("[x](javascript:alert(1))")]);
    expect(readInline("[x](data:text/html,y)")).toEqual([text("[x](data:text/html,y)")]);
  });
});

describe("blocks", () => {
  it("reads paragraphs, lists, headings and quotes", () => {
    const kinds = readMarkdown("# Why\nfirst\nsecond\n\n- a\n- b\n  goes on\n1. c\n\n> said");

    expect(kinds.map((block) => block.kind)).toEqual(["heading", "paragraph", "list", "list", "quote"]);
    expect(kinds[1]).toEqual({ kind: "paragraph", children: [text("first\nsecond")] });
    expect(kinds[2]).toEqual({ kind: "list", ordered: false, items: [[text("a")], [text("b goes on")]] });
    expect(kinds[3]).toMatchObject({ ordered: true });
  });

  it("keeps HTML as text", () => {
    expect(readMarkdown("<img src=x onerror=alert(1)>")).toEqual([
      { kind: "paragraph", children: [text("<img src=x onerror=alert(1)>")] },
    ]);
  });

  it("reads nothing from nothing", () => {
    expect(readMarkdown(" \n\n")).toEqual([]);
  });

  it("takes a long row of stars without stalling", () => {
    const begun = performance.now();

    readMarkdown("*a".repeat(5_000));

    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

it("flattens to plain text for a card", () => {
  expect(plainText("**Bold** start\n\n- one\n- *two*")).toBe("Bold start one · two");
});
