/** One message: who, when, what; its files, reactions and thread. */
import { emojify } from "node-emoji";
import { memo } from "react";
import { Blocks } from "../blocks/blocks";
import { Mrkdwn } from "../blocks/library";
import { ActingIn, useOwnValues } from "../controls/surface";
import { personName, useSandbox, type Names } from "../sandbox";
import type { Attachment, Message } from "../wire/types";
import { Avatar } from "./avatar";
import { Menu } from "../parts/menu";
import { FileCards } from "./files";
import { clockTime, fullTime } from "./times";

interface Props {
  message: Message;
  /** Replies in its thread; null where threads are not offered, as inside a thread. */
  replies: number | null;
  /** Follows a message of the same person closely, so the name is not repeated. */
  continued: boolean;
  targeted: boolean;
}

export const MessageRow = memo(function MessageRow({ message, replies, continued, targeted }: Props) {
  const names = useSandbox();
  const { ts, user, ephemeral } = message;
  return (
    <div
      role="article"
      aria-label={`${personName(names, user)}, ${clockTime(ts)}`}
      className={rowClass(message, continued, targeted)}
      data-ts={ts}
      data-user={user}
      data-ephemeral={ephemeral || undefined}
    >
      <div className="gutter">{continued ? <Time ts={ts} /> : <Avatar person={names.users[user]} />}</div>
      <div className="message-body">
        {ephemeral && <p className="only-you"><Eye /> Only visible to you</p>}
        {!continued && <Byline message={message} names={names} />}
        <Content message={message} />
        <FileCards files={message.files} />
        <Reactions message={message} names={names} />
        {replies !== null && !ephemeral && <ThreadLink message={message} replies={replies} />}
      </div>
      {!ephemeral && <Shortcuts message={message} />}
    </div>
  );
});

function rowClass(message: Message, continued: boolean, targeted: boolean): string {
  const marks = { continued, targeted, ephemeral: message.ephemeral };
  const on = Object.entries(marks).filter(([, is]) => is);
  return ["message", ...on.map(([mark]) => mark)].join(" ");
}

function Byline({ message, names }: { message: Message; names: Names }) {
  return (
    <p className="byline">
      <strong>{personName(names, message.user)}</strong>
      {message.is_bot && <span className="app-mark">APP</span>}
      <Time ts={message.ts} />
    </p>
  );
}

function Time({ ts }: { ts: string }) {
  return <time title={fullTime(ts)}>{clockTime(ts)}</time>;
}

function Content({ message }: { message: Message }) {
  const { channel, ts, text, blocks, attachments, edited } = message;
  const own = useOwnValues();
  return (
    <ActingIn surface={{ channel, ts }} blocks={blocks} {...own}>
      {blocks.length ? <Blocks blocks={blocks} /> : <Mrkdwn text={text} />}
      {attachments.map((attachment, place) => <AttachmentBox key={place} attachment={attachment} />)}
      {edited && <span className="quiet edited">(edited)</span>}
    </ActingIn>
  );
}

function AttachmentBox({ attachment }: { attachment: Attachment }) {
  const { color, blocks, pretext, title, text, fallback } = attachment;
  const words = [title && `*${title}*`, text].filter(Boolean).join("\n") || (blocks ? "" : fallback ?? "");
  return (
    <div className="attachment" style={{ borderLeftColor: color && (color.startsWith("#") ? color : `#${color}`) }}>
      <Mrkdwn text={pretext ?? ""} />
      <Mrkdwn text={words} />
      {blocks && <Blocks blocks={blocks} />}
    </div>
  );
}

function Reactions({ message, names }: { message: Message; names: Names }) {
  if (!message.reactions.length) return null;
  return (
    <div className="reactions">
      {message.reactions.map(({ name, users }) => (
        <span
          key={name}
          className="reaction"
          data-reaction={name}
          title={`${users.map((user) => personName(names, user)).join(", ")} reacted with :${name}:`}
        >
          {emojify(`:${name}:`)} {users.length}
        </span>
      ))}
    </div>
  );
}

function ThreadLink({ message, replies }: { message: Message; replies: number }) {
  const { go } = useSandbox();
  const open = () => go({ thread: message.ts, target: null });
  if (replies) {
    return <button type="button" className="thread-link" onClick={open}>{replies === 1 ? "1 reply" : `${replies} replies`}</button>;
  }
  // A card is answered in its thread, so an app's message offers it plainly; a person's only when pointed at.
  return (
    <button type="button" className={message.is_bot ? "thread-link offered" : "thread-link hovered"} onClick={open}>
      Reply in thread
    </button>
  );
}

/** What the app offers on any message; in Slack under "More actions" too. */
function Shortcuts({ message }: { message: Message }) {
  const { shortcuts = [], act } = useSandbox();
  const { channel, ts } = message;
  const entries = shortcuts
    .filter(({ type }) => type === "message")
    .map(({ name, callback_id }) => ({ text: name, onChoose: () => void act({ act: "shortcut", callback_id, channel, ts }) }));
  if (!entries.length) return null;
  return <div className="shortcuts"><Menu name="More actions" entries={entries} /></div>;
}

function Eye() {
  return (
    <svg viewBox="0 0 20 20" width="14" height="14" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.5">
      <path d="M1.5 10S4.5 4.5 10 4.5 18.5 10 18.5 10 15.5 15.5 10 15.5 1.5 10 1.5 10Z" />
      <circle cx="10" cy="10" r="2.5" />
    </svg>
  );
}
