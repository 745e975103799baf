/** The view of one person on one channel, kept current. */
import { useCallback, useEffect, useRef, useState } from "react";
import { fetchView, followChanges } from "./api";
import type { View } from "./types";

export interface LiveView {
  view: View | null;
  /** True while the sandbox cannot be reached. */
  lost: boolean;
}

export function useView(user: string, channel: string): LiveView {
  const [view, setView] = useState<View | null>(null);
  const [lost, setLost] = useState(false);
  const wanted = useRef({ user, channel });
  wanted.current = { user, channel };

  const show = useCallback(async () => {
    const asked = wanted.current;
    const next = await fetchView(asked.user, asked.channel);
    // The reader may have gone elsewhere while the answer was on its way.
    if (asked.user !== wanted.current.user || asked.channel !== wanted.current.channel) return;
    setView((previous) => keepEqual(previous, next));
    setLost(false);
  }, []);

  useEffect(() => {
    const refetch = coalesced(show, () => setLost(true));
    refetch();
    return followChanges(refetch, () => setLost(true));
  }, [show, user, channel]);

  return { view, lost };
}

/** Run `work` again after it ended, once, however often it was asked for meanwhile. */
function coalesced(work: () => Promise<void>, onFailure: () => void): () => void {
  let running = false;
  let askedAgain = false;
  return async function run() {
    if (running) {
      askedAgain = true;
      return;
    }
    running = true;
    do {
      askedAgain = false;
      await work().catch(onFailure);
    } while (askedAgain);
    running = false;
  };
}

/** The new view, but the old object wherever nothing differs, so that only what changed is drawn again. */
function keepEqual(before: View | null, after: View): View {
  if (!before) return after;
  const known = new Map(before.messages.map((message) => [message.ts, message]));
  return {
    ...after,
    users: same(before.users, after.users),
    channels: same(before.channels, after.channels),
    commands: same(before.commands, after.commands),
    groups: same(before.groups, after.groups),
    shortcuts: same(before.shortcuts, after.shortcuts),
    messages: after.messages.map((message) => same(known.get(message.ts), message)),
  };
}

function same<T>(before: T | undefined, after: T): T {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(after) ? before : after;
}
