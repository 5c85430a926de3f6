import { useWords } from "../../i18n";
import { PageHeader } from "../../ui/page";

export default function Transactions() {
  const words = useWords();
  return <PageHeader title={words.transactions.title} />;
}
