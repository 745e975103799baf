/** A channel, and a thread of it beside it. */
import { useMemo } from "react";
import { Composer } from "../messages/composer";
import { Stream } from "../messages/stream";
import { isReply, type Target } from "../place";
import { channelTitle, isDirect, useSandbox } from "../sandbox";
import type { Message } from "../wire/types";
import { AppTabs } from "./app_tabs";

interface Props {
  messages: Message[];
  target: Target | null;
}

export function ChannelPane({ messages, target, onBack }: Props & { onBack: () => void }) {
  const sandbox = useSandbox();
  const { channel } = sandbox;
  const title = channelTitle(sandbox, channel);
  const replies = useMemo(() => countReplies(messages), [messages]);
  const top = useMemo(() => messages.filter((message) => !isReply(message)), [messages]);
  return (
    <main className="pane" aria-label={title}>
      <header className="pane-head">
        <button type="button" className="icon back" aria-label="Channels" onClick={onBack}>←</button>
        <h1>{title}</h1>
        {isDirect(channel) && <AppTabs current="Messages" />}
      </header>
      <Stream key={channel} messages={top} replies={replies} target={target} />
      <Composer key={`${channel}-composer`} name={`Message ${title}`} thread={null} />
    </main>
  );
}

export function ThreadPane({ messages, target, root }: Props & { root: string }) {
  const sandbox = useSandbox();
  const inThread = useMemo(() => messages.filter((message) => message.ts === root || message.thread_ts === root), [messages, root]);
  const close = () => sandbox.go({ thread: null });
  return (
    <aside role="complementary" aria-label="Thread" className="pane thread">
      <header className="pane-head">
        <button type="button" className="icon back" aria-label="Back to channel" onClick={close}>←</button>
        <h1>Thread <span className="quiet">{channelTitle(sandbox, sandbox.channel)}</span></h1>
        <button type="button" className="icon close" aria-label="Close thread" onClick={close}>✕</button>
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
