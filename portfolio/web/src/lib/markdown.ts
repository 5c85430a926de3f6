/**
 * A little Markdown, for a thesis: paragraphs, headings, lists, quotes, **bold**, *italic*, `code`
 * and links. It becomes a tree of plain values that React draws, so no text is ever read as HTML.
 */

export type Inline =
  | { readonly kind: "text" | "code"; readonly text: string }
  | { readonly kind: "bold" | "italic"; readonly children: readonly Inline[] }
  | { readonly kind: "link"; readonly href: string; readonly text: string };

export type Block =
  | { readonly kind: "paragraph" | "heading" | "quote"; readonly children: readonly Inline[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] };

const ITEM = /^\s*(?:[-*+]|(\d{1,3})[.)])\s+(.*)$/;
const HEADING = /^#{1,4}\s+(.*)$/;
const QUOTE = /^>\s?(.*)$/;
// The first of these that occurs; bold before italic, code before both.
const MARKS = /`([^`\n]+)`|\*\*(?=\S)([\s\S]*?\S)\*\*(?!\*)|(?<![\w*])\*(?=[^\s*])([\s\S]*?[^\s*])\*(?![\w*])|\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)|(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/;

export function readInline(text: string): Inline[] {
  const found: Inline[] = [];
  let rest = text;
  for (let match = MARKS.exec(rest); match !== null; match = MARKS.exec(rest)) {
    if (match.index > 0) {
      found.push({ kind: "text", text: rest.slice(0, match.index) });
    }
    found.push(marked(match));
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest !== "") {
    found.push({ kind: "text", text: rest });
  }
  return found;
}

function marked([whole, code, bold, italic, label, target, bare]: RegExpExecArray): Inline {
  if (code !== undefined) {
    return { kind: "code", text: code };
  }
  if (bold !== undefined) {
    return { kind: "bold", children: readInline(bold) };
  }
  if (italic !== undefined) {
    return { kind: "italic", children: readInline(italic) };
  }
  const href = target ?? bare ?? whole;
  return { kind: "link", href, text: label ?? href };
}

/** Reads a text into blocks; line breaks inside a paragraph stay. */
export function readMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  for (const part of text.replace(/\r\n?/g, "\n").split(/\n\s*\n/)) {
    let plain: string[] = [];
    let items: string[] = [];
    let ordered = false;
    const end = () => {
      if (plain.length > 0) {
        blocks.push({ kind: "paragraph", children: readInline(plain.join("\n")) });
      }
      if (items.length > 0) {
        blocks.push({ kind: "list", ordered, items: items.map(readInline) });
      }
      [plain, items] = [[], []];
    };
    for (const line of part.split("\n")) {
      const item = ITEM.exec(line);
      const heading = HEADING.exec(line);
      const quote = QUOTE.exec(line);
      if (item !== null) {
        const numbered = item[1] !== undefined;
        if (plain.length > 0 || (items.length > 0 && numbered !== ordered)) {
          end();
        }
        ordered = numbered;
        items.push(item[2] ?? "");
      } else if (heading !== null || quote !== null) {
        end();
        const children = readInline((heading ?? quote)?.[1] ?? "");
        blocks.push({ kind: heading === null ? "quote" : "heading", children });
      } else if (items.length > 0 && /^\s+\S/.test(line)) {
        items.push(`${items.pop() ?? ""} ${line.trim()}`); // an item that goes on
      } else if (line.trim() !== "") {
        if (items.length > 0) {
          end();
        }
        plain.push(line);
      }
    }
    end();
  }
  return blocks;
}

/** The text without its marks, for a card or a tooltip. */
export function plainText(text: string): string {
  const flat = (parts: readonly Inline[]): string =>
    parts.map((part) => ("children" in part ? flat(part.children) : part.text)).join("");
  return readMarkdown(text)
    .map((block) => (block.kind === "list" ? block.items.map(flat).join(" · ") : flat(block.children)))
    .join(" ")
    .replace(/\s+/g, " ");
}
