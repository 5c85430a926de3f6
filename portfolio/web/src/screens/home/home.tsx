import { useWords } from "../../i18n";
import { PageHeader } from "../../ui/page";

export default function Home() {
  const words = useWords();
  return <PageHeader title={words.home.title} />;
}
