import { useWords } from "../../i18n";
import { PageHeader } from "../../ui/page";

export default function Asset() {
  const words = useWords();
  return <PageHeader title={words.asset.title} />;
}
