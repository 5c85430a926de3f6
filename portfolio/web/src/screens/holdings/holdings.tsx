import { useWords } from "../../i18n";
import { PageHeader } from "../../ui/page";

export default function Holdings() {
  const words = useWords();
  return <PageHeader title={words.holdings.title} />;
}
