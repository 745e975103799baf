/** Slack's own question before an element that carries a `confirm` object acts. */
import type { ConfirmationDialog } from "@slack/types";
import { createContext, useCallback, useContext, useState } from "react";
import { plainText } from "../blocks/faithful";
import { Mrkdwn } from "../blocks/library";
import { Sheet } from "../parts/sheet";
import type { Element } from "./values";

type Ask = (confirm: ConfirmationDialog | undefined) => Promise<boolean>;

interface Question {
  confirm: ConfirmationDialog;
  answer: (yes: boolean) => void;
}

const ConfirmContext = createContext<Ask>(async () => true);

export function useConfirm(): Ask {
  return useContext(ConfirmContext);
}

export function confirmOf(element: Element): ConfirmationDialog | undefined {
  return "confirm" in element ? element.confirm : undefined;
}

export function Confirming({ children }: { children: React.ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const ask = useCallback<Ask>((confirm) => {
    if (!confirm) return Promise.resolve(true);
    return new Promise((answer) => setQuestion({ confirm, answer }));
  }, []);

  function answer(yes: boolean) {
    question?.answer(yes);
    setQuestion(null);
  }

  return (
    <ConfirmContext.Provider value={ask}>
      <div className="whole" inert={question !== null}>{children}</div>
      {question && <ConfirmSheet confirm={question.confirm} onAnswer={answer} />}
    </ConfirmContext.Provider>
  );
}

function ConfirmSheet({ confirm, onAnswer }: { confirm: ConfirmationDialog; onAnswer: (yes: boolean) => void }) {
  const { title, text, style } = confirm;
  const yes = plainText(confirm.confirm?.text ?? "Confirm");
  const no = plainText(confirm.deny?.text ?? "Cancel");
  return (
    <Sheet role="alertdialog" title={plainText(title?.text ?? "Are you sure?")} onClose={() => onAnswer(false)}>
      <div className="sheet-body">
        {text.type === "mrkdwn" ? <Mrkdwn text={text.text} /> : <p className="plain">{plainText(text.text)}</p>}
      </div>
      <footer className="sheet-foot">
        <button type="button" className="button" onClick={() => onAnswer(false)}>{no}</button>
        <button type="button" className={`button ${style ?? "primary"}`} onClick={() => onAnswer(true)}>{yes}</button>
      </footer>
    </Sheet>
  );
}
