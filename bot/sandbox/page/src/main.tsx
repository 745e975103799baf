/** The page's start. */
import { createRoot } from "react-dom/client";
import { App } from "./app";
import "slack-blocks-to-jsx/dist/style.css";
import "./styles/page.css";

createRoot(document.getElementById("root")!).render(<App />);
