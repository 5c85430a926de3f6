import { useMemo } from "react";
import { encode } from "uqr";
import classes from "./friends.module.css";

const QUIET = 3;

/** One path for all dark squares of a row that touch: few nodes, sharp at each size. */
function pathOf(rows: readonly (readonly boolean[])[]): string {
  const parts: string[] = [];
  rows.forEach((row, y) => {
    let x = 0;
    while (x < row.length) {
      const start = x;
      while (row[x] === true) {
        x += 1;
      }
      if (x > start) {
        parts.push(`M${start} ${y}h${x - start}v1h${start - x}z`);
      }
      x += 1;
    }
  });
  return parts.join("");
}

/** A QR code, always dark on white: many cameras read no other. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const found = encode(text, { ecc: "L", border: QUIET });
    return { size: found.size, path: pathOf(found.data) };
  }, [text]);
  return (
    <svg className={classes.qr} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
