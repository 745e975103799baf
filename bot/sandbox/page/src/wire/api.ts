/** The page's only way out: the control interface of the server that served it. */
import type { Act, Answer, SlackFile, View } from "./types";

export async function fetchView(user: string, channel: string): Promise<View> {
  const answer = await fetch(`/sandbox/view?${new URLSearchParams({ user, channel })}`);
  return (await parsed(answer)) as View;
}

/** Do as `user` and wait for what Slack would wait for: the app's ack. */
export async function sendAct(user: string, act: Act): Promise<Answer> {
  const answer = await fetch("/sandbox/act", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user, ...act }),
  });
  return (await parsed(answer)) as Answer;
}

export async function uploadFile(user: string, file: File): Promise<SlackFile> {
  const form = new FormData();
  form.set("user", user);
  form.set("file", file);
  const answer = await fetch("/sandbox/files", { method: "POST", body: form });
  return ((await parsed(answer)) as { file: SlackFile }).file;
}

/**
 * Call `onChange` at once, after every change in the sandbox, and when a lost connection is back.
 *
 * The browser reconnects by itself; `onLost` hears of each failed try.
 */
export function followChanges(onChange: () => void, onLost: () => void): () => void {
  const changes = new EventSource("/sandbox/changes");
  changes.onopen = onChange;
  changes.onmessage = onChange;
  changes.onerror = onLost;
  return () => changes.close();
}

async function parsed(answer: Response): Promise<unknown> {
  if (!answer.ok) throw new Error(`The sandbox answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
