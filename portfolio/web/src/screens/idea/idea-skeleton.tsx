import { Skeleton, Stack } from "@mantine/core";
import classes from "./idea.module.css";

/** Grey shapes where header, plan and chart will stand. */
export function IdeaSkeleton() {
  return (
    <>
      <Skeleton height={36} width={220} mb={32} />
      <div className={classes.grid}>
        <Stack gap="lg">
          <Skeleton height={172} radius="lg" />
          <Skeleton height={460} radius="lg" />
        </Stack>
        <Stack gap="lg">
          <Skeleton height={340} radius="lg" />
          <Skeleton height={140} radius="lg" />
        </Stack>
      </div>
    </>
  );
}
