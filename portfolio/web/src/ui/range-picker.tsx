import { SegmentedControl } from "@mantine/core";
import { useWords } from "../i18n";
import { useShortcut } from "../lib/keyboard";
import { RANGES, type Range } from "../lib/ranges";

/** Chooses the stretch of time of a chart; the keys 1 to 7 do too. */
export function RangePicker({ value, onChange }: { value: Range; onChange: (range: Range) => void }) {
  const words = useWords();
  return (
    <>
      {RANGES.map((range, index) => (
        <RangeKey key={range} keys={String(index + 1)} range={range} onChange={onChange} />
      ))}
      <SegmentedControl
        size="xs"
        aria-label={words.common.range}
        value={value}
        onChange={onChange}
        data={RANGES.map((range) => ({ value: range, label: words.common.ranges[range] }))}
      />
    </>
  );
}

function RangeKey(props: { keys: string; range: Range; onChange: (range: Range) => void }) {
  const words = useWords();
  useShortcut(props.keys, words.common.showRange(words.common.ranges[props.range]), words.shell.groups.view, () => {
    props.onChange(props.range);
  });
  return null;
}
