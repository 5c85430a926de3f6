/** Grey shapes of the size of what will come. */

import { Skeleton, Stack } from "@mantine/core";
import { Card } from "./page";

export function SkeletonRows({ rows = 6, height = 44 }: { rows?: number; height?: number }) {
  return (
    <Card bare>
      <Stack gap={0}>
        {Array.from({ length: rows }, (_, row) => (
          <div key={row} style={{ height, padding: "0 20px", display: "flex", alignItems: "center", gap: 24 }}>
            <Skeleton height={10} width={`${12 + ((row * 7) % 10)}%`} />
            <Skeleton height={10} width={`${28 + ((row * 11) % 18)}%`} />
            <Skeleton height={10} width={80} ml="auto" />
          </div>
        ))}
      </Stack>
    </Card>
  );
}

export function SkeletonCards({ cards = 3, height = 132 }: { cards?: number; height?: number }) {
  return (
    <Stack gap="sm">
      {Array.from({ length: cards }, (_, card) => (
        <Skeleton key={card} height={height} radius="lg" />
      ))}
    </Stack>
  );
}

export function SkeletonText({ lines = 3 }: { lines?: number }) {
  return (
    <Stack gap={8}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={10} width={`${96 - ((line * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}
