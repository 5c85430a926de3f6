import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "./styles.css";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { firstLanguage, loadWords } from "./i18n";

const language = firstLanguage();
const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(<App language={language} words={await loadWords(language)} />);
}
