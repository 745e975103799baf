/** What every part of the page may use: who and what there is, and acting on it. Changes rarely, unlike the view. */
import { createContext, useContext } from "react";
import type { Place } from "./place";
import type { Act, Answer, SlackFile, View } from "./wire/types";

export type Names = Pick<View, "users" | "channels" | "groups">;

export interface Sandbox extends Names, Pick<View, "commands" | "shortcuts"> {
  /** The acting person's id. */
  me: string;
  /** The open channel's id. */
  channel: string;
  go: (change: Partial<Place>) => void;
  act: (act: Act) => Promise<Answer>;
  upload: (files: Iterable<File>) => Promise<SlackFile[]>;
  /** Say something only this page knows, beside the sandbox's own notices. */
  complain: (text: string) => void;
}

export const SandboxContext = createContext<Sandbox | null>(null);

export function useSandbox(): Sandbox {
  const sandbox = useContext(SandboxContext);
  if (!sandbox) throw new Error("Nothing of the page is drawn before the first view is there.");
  return sandbox;
}

/** A direct message with the app: its id begins with D, its name is the app's. */
export function isDirect(channel: string): boolean {
  return channel.startsWith("D");
}

export function channelTitle({ channels }: Names, channel: string): string {
  const name = channels.find(({ id }) => id === channel)?.name ?? channel;
  return isDirect(channel) ? name : `#${name}`;
}

export function personName({ users }: Names, user: string): string {
  return users[user]?.real_name ?? user;
}
