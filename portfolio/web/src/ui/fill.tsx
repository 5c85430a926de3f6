import { Fragment, type ReactNode } from "react";

const PARTS: Readonly<Record<string, "who" | "what" | "whom">> = { "{who}": "who", "{what}": "what", "{whom}": "whom" };

/** A sentence with parts that are more than text: `<Fill text="{who} shared {what}" who={…} what={…} />`. */
export function Fill({ text, ...parts }: { text: string } & Partial<Record<"who" | "what" | "whom", ReactNode>>) {
  return text.split(/(\{who\}|\{what\}|\{whom\})/).map((piece, index) => (
    <Fragment key={index}>{PARTS[piece] === undefined ? piece : parts[PARTS[piece]]}</Fragment>
  ));
}
