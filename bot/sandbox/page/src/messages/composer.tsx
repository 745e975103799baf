/** Where one types: a message, a reply in a thread, or a slash command. */
import { useRef, useState, type KeyboardEvent } from "react";
import { useSandbox } from "../sandbox";
import type { SlackFile } from "../wire/types";
import { FileChips } from "./files";
import { asWire, parseSlash } from "./typed";

interface Props {
  /** What the box is called, for the eye and the screen reader. */
  name: string;
  thread: string | null;
}

export function Composer({ name, thread }: Props) {
  const sandbox = useSandbox();
  const { channel, act, upload, complain } = sandbox;
  const [text, setText] = useState("");
  const [files, setFiles] = useState<SlackFile[]>([]);
  const box = useRef<HTMLTextAreaElement>(null);

  async function send() {
    const slash = parseSlash(text);
    if (!text.trim() && !files.length) return;
    if (slash && thread) return complain(`${slash.command} is not supported in threads. Sorry!`);
    setText("");
    setFiles([]);
    if (slash) await act({ act: "slash", channel, command: slash.command, text: asWire(slash.text, sandbox, true) });
    else await act({ act: "reply", channel, thread_ts: thread, text: asWire(text, sandbox, false), files: files.map(({ id }) => id) });
  }

  async function attach(input: HTMLInputElement) {
    const chosen = [...(input.files ?? [])];
    input.value = "";
    const uploaded = await upload(chosen);
    setFiles((waiting) => [...waiting, ...uploaded]);
  }

  function typeCommand(command: string) {
    setText(`${command} `);
    box.current?.focus();
  }

  return (
    <form className="composer" onSubmit={(event) => (event.preventDefault(), void send())}>
      <Commands text={text} onChoose={typeCommand} />
      <textarea
        ref={box}
        aria-label={name}
        placeholder={name}
        rows={1}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => isSend(event) && (event.preventDefault(), void send())}
      />
      <FileChips files={files} onRemove={(id) => setFiles(files.filter((file) => file.id !== id))} />
      <div className="composer-foot">
        <label className="attach" title="Attach files">
          <span aria-hidden="true">+</span>
          <input type="file" multiple aria-label="Attach files" onChange={(event) => void attach(event.target)} />
        </label>
        <button type="submit" className="send" aria-label="Send" disabled={!text.trim() && !files.length}>➤</button>
      </div>
    </form>
  );
}

/** The commands that begin with what is typed so far. */
function Commands({ text, onChoose }: { text: string; onChoose: (command: string) => void }) {
  const { commands } = useSandbox();
  const fitting = /^\/\S*$/.test(text) ? commands.filter(({ command }) => command.startsWith(text)) : [];
  if (!fitting.length) return null;
  return (
    <ul className="menu commands">
      {fitting.map(({ command, description, usage_hint }) => (
        <li key={command}>
          <button type="button" onClick={() => onChoose(command)}>
            <strong>{command}</strong> <span className="quiet">{usage_hint}</span>
            <small>{description}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}

function isSend(event: KeyboardEvent): boolean {
  // While an input method composes, Enter takes its suggestion.
  return event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing;
}
