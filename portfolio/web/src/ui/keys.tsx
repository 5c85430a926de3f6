import { Kbd } from "@mantine/core";

/** Keys as they are printed on the keyboard: `g h` is two of them. */
export function Keys({ of }: { of: string }) {
  return (
    <span style={{ display: "inline-flex", gap: 4 }}>
      {of.split(" ").map((key, index) => (
        <Kbd key={index} size="xs">
          {key.length === 1 ? key.toLocaleUpperCase() : key}
        </Kbd>
      ))}
    </span>
  );
}
