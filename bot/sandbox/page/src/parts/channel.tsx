/** A channel, and a thread of it beside it. */
import { useMemo } from "react";
import { isReply } from "../place";
import { useSandbox } from "../sandbox";
import type { Message } from "../wire/types";
import { Composer } from "./composer";
import { Stream } from "./stream";

interface Props {
  messages: Message[];
  target: string | null;
}

export function ChannelPane({ messages, target, onBack }: Props & { onBack: () => void }) {
  const { channels, channel } = useSandbox();
  const name = channels.find(({ id }) => id === channel)?.name ?? channel;
  const replies = useMemo(() => countReplies(messages), [messages]);
  const top = useMemo(() => messages.filter((message) => !isReply(message)), [messages]);
  return (
    <main className="pane" aria-label={`Channel ${name}`}>
      <header className="pane-head">
        <button type="button" className="icon back" aria-label="Channels" onClick={onBack}>←</button>
        <h1><span aria-hidden="true">#</span> {name}</h1>
      </header>
      <Stream key={channel} messages={top} replies={replies} target={target} />
      <Composer key={`${channel}-composer`} name={`Message #${name}`} thread={null} />
    </main>
  );
}

export function ThreadPane({ messages, target, root }: Props & { root: string }) {
  const { go, channel, channels } = useSandbox();
  const name = channels.find(({ id }) => id === channel)?.name ?? channel;
  const inThread = useMemo(() => messages.filter((message) => message.ts === root || message.thread_ts === root), [messages, root]);
  return (
    <aside role="complementary" aria-label="Thread" className="pane thread">
      <header className="pane-head">
        <button type="button" className="icon back" aria-label="Back to channel" onClick={() => go({ thread: null })}>←</button>
        <h1>Thread <span className="quiet">#{name}</span></h1>
        <button type="button" className="icon close" aria-label="Close thread" onClick={() => go({ thread: null })}>✕</button>
      </header>
      <Stream key={root} messages={inThread} replies={null} target={target} />
      <Composer key={`${root}-composer`} name="Reply…" thread={root} />
    </aside>
  );
}

/** Replies that count are those everyone sees. */
function countReplies(messages: Message[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const message of messages) {
    if (!isReply(message) || message.ephemeral) continue;
    counts.set(message.thread_ts!, (counts.get(message.thread_ts!) ?? 0) + 1);
  }
  return counts;
}
