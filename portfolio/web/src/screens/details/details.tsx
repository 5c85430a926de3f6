import { useWords } from "../../i18n";
import { PageHeader } from "../../ui/page";

export default function Details() {
  const words = useWords();
  return <PageHeader title={words.details.title} />;
}
