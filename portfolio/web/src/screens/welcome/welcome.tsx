import { useWords } from "../../i18n";
import { PageHeader } from "../../ui/page";

export default function Welcome() {
  const words = useWords();
  return <PageHeader title={words.welcome.title} />;
}
