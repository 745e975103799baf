/** Messages one under the other, the newest last and in sight, as long as the reader has not scrolled up. */
import { useEffect, useLayoutEffect, useRef } from "react";
import type { Target } from "../place";
import { useSandbox } from "../sandbox";
import type { Message } from "../wire/types";
import { MessageRow } from "./message";
import { dayName, isSameDay } from "./times";

interface Props {
  messages: Message[];
  /** Replies by the thread's first message; null inside a thread. */
  replies: Map<string, number> | null;
  target: Target | null;
}

/** How near to the end still counts as reading along. Pixels. */
const NEAR = 120;
/** How long one person's messages run on without a new heading. Seconds. */
const TOGETHER = 300;

export function Stream({ messages, replies, target }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const readsAlong = useRef(true);
  const { me } = useSandbox();
  const newest = messages.at(-1);
  const seen = useRef(newest?.ts);
  const found = messages.some(({ ts }) => ts === target?.ts);

  useLayoutEffect(() => {
    // Whoever writes something wants to see it stand there.
    const wroteIt = newest?.user === me && newest.ts !== seen.current;
    seen.current = newest?.ts;
    if (readsAlong.current || wroteIt) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [messages, newest, me]);
  useEffect(() => {
    if (found) box.current?.querySelector(`[data-ts="${target?.ts}"]`)?.scrollIntoView({ block: "center" });
  }, [target, found]);

  return (
    <div
      className="stream"
      ref={box}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        readsAlong.current = scrollHeight - scrollTop - clientHeight < NEAR;
      }}
    >
      {messages.map((message, index) => (
        <Entry
          key={message.ts}
          message={message}
          before={messages[index - 1]}
          replies={replies && (replies.get(message.ts) ?? 0)}
          targeted={message.ts === target?.ts}
        />
      ))}
    </div>
  );
}

interface EntryProps {
  message: Message;
  before: Message | undefined;
  replies: number | null;
  targeted: boolean;
}

function Entry({ message, before, replies, targeted }: EntryProps) {
  const newDay = !before || !isSameDay(before.ts, message.ts);
  return (
    <>
      {newDay && <div className="day"><span>{dayName(message.ts)}</span></div>}
      <MessageRow {...{ message, replies, targeted }} continued={!newDay && continues(before, message)} />
    </>
  );
}

function continues(before: Message, message: Message): boolean {
  const together = Number(message.ts) - Number(before.ts) < TOGETHER;
  return together && before.user === message.user && !before.ephemeral && !message.ephemeral;
}
