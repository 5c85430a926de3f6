/** A text with a little Markdown, drawn as elements: nothing in it is ever read as HTML. */

import { useMemo } from "react";
import { readMarkdown, type Block, type Inline } from "../lib/markdown";
import classes from "./markdown.module.css";

export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => readMarkdown(text), [text]);
  return (
    <div className={classes.text}>
      {blocks.map((block, index) => (
        <Part key={index} block={block} />
      ))}
    </div>
  );
}

function Part({ block }: { block: Block }) {
  switch (block.kind) {
    case "paragraph":
      return (
        <p>
          <Line parts={block.children} />
        </p>
      );
    case "heading":
      return (
        <h3>
          <Line parts={block.children} />
        </h3>
      );
    case "quote":
      return (
        <blockquote>
          <Line parts={block.children} />
        </blockquote>
      );
    case "list": {
      const List = block.ordered ? "ol" : "ul";
      return (
        <List>
          {block.items.map((item, index) => (
            <li key={index}>
              <Line parts={item} />
            </li>
          ))}
        </List>
      );
    }
  }
}

function Line({ parts }: { parts: readonly Inline[] }) {
  return parts.map((part, index) => {
    switch (part.kind) {
      case "text":
        return part.text;
      case "code":
        return <code key={index}>{part.text}</code>;
      case "bold":
        return (
          <strong key={index}>
            <Line parts={part.children} />
          </strong>
        );
      case "italic":
        return (
          <em key={index}>
            <Line parts={part.children} />
          </em>
        );
      case "link":
        return (
          <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        );
    }
  });
}
