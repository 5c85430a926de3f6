import { Fragment, type ReactNode } from "react";

/** A sentence with parts that are more than text: `<Fill text="{who} shared {what}" who={…} what={…} />`. */
export function Fill({ text, ...parts }: { text: string } & Partial<Record<"who" | "what", ReactNode>>) {
  return text.split(/(\{who\}|\{what\})/).map((piece, index) => (
    <Fragment key={index}>{piece === "{who}" ? parts.who : piece === "{what}" ? parts.what : piece}</Fragment>
  ));
}
