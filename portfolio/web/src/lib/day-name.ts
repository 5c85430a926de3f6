import { useSpoken } from "../i18n";
import { day, daysBefore, localDay, useNow } from "./time";

/** "Today", "Yesterday", or the date. */
export function useDayName(): (date: string) => string {
  const { words, locale } = useSpoken();
  const today = localDay(useNow());
  return (date) => {
    if (date === today) {
      return words.feed.today;
    }
    return date === daysBefore(today, { days: 1 }) ? words.feed.yesterday : day(date, locale, "long");
  };
}
