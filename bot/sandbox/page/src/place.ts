/** Where the reader is, kept in the address so that a reload or a second window can be elsewhere. */
import type { Message } from "./wire/types";

export interface Target {
  ts: string;
}

export interface Place {
  user: string;
  channel: string;
  /** The first message of the open thread. */
  thread: string | null;
  /** The message to bring into sight: an object, so that following the same link again is news. */
  target: Target | null;
  /** True on the app's Home tab, which stands in the channel's place. */
  home: boolean;
}

const START: Place = { user: "U0REQ", channel: "C0LEGAL", thread: null, target: null, home: false };

export function placeFromAddress(): Place {
  const query = new URLSearchParams(location.search);
  return {
    user: query.get("user") ?? START.user,
    channel: query.get("channel") ?? START.channel,
    thread: query.get("thread"),
    target: null,
    home: query.has("home"),
  };
}

export function writeAddress({ user, channel, thread, home }: Place): void {
  const query = new URLSearchParams({ user, channel });
  if (thread) query.set("thread", thread);
  if (home) query.set("home", "");
  history.replaceState(null, "", `?${query}`);
}

/**
 * Read a Slack permalink: `…/archives/C0LEGAL/p1700000000123456?thread_ts=1700000000.000100`.
 *
 * Source: https://docs.slack.dev/reference/methods/chat.getPermalink
 */
export function parsePermalink(href: string): Pick<Place, "channel" | "thread" | "target"> | null {
  const found = /\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})(?:\?(.*))?$/.exec(href);
  if (!found) return null;
  const [, channel, seconds, micros, query] = found;
  return {
    channel: channel!,
    target: { ts: `${seconds}.${micros}` },
    thread: new URLSearchParams(query).get("thread_ts"),
  };
}

export function isReply(message: Message): boolean {
  return message.thread_ts !== null && message.thread_ts !== message.ts;
}
