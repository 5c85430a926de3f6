import { useWords } from "../../i18n";
import { PageHeader } from "../../ui/page";

export default function Settings() {
  const words = useWords();
  return <PageHeader title={words.settings.title} />;
}
