/** The whole page: the layout, and what lies over it. */
import { useCallback, useEffect, useMemo, useState } from "react";
import { Confirming } from "./controls/confirm";
import { Layout } from "./layout";
import { DialogHost } from "./parts/dialog";
import { LinkScope } from "./parts/links";
import { Notices, type Notice } from "./parts/notices";
import { isReply, placeFromAddress, writeAddress, type Place } from "./place";
import { SandboxContext, type Sandbox } from "./sandbox";
import { sendAct, uploadFile } from "./wire/api";
import type { Act, Answer, View } from "./wire/types";
import { useView } from "./wire/use_view";

export function App() {
  const [place, setPlace] = useState<Place>(placeFromAddress);
  const { view, lost } = useView(place.user, place.channel);
  const go = useCallback((change: Partial<Place>) => setPlace((now) => ({ ...now, ...change })), []);
  useEffect(() => writeAddress(place), [place]);
  useTargetsThread(view, place, go);
  useOwnChannel(view, place, go);

  if (!view) return <p className="starting">{lost ? "The sandbox does not answer. Trying again…" : "Opening the sandbox…"}</p>;
  return <Workspace {...{ view, place, go, lost }} />;
}

interface Props {
  view: View;
  place: Place;
  go: (change: Partial<Place>) => void;
  lost: boolean;
}

function Workspace({ view, place, go, lost }: Props) {
  const [complaints, setComplaints] = useState<Notice[]>([]);
  const complain = useCallback((text: string) => setComplaints((all) => [...all, { id: crypto.randomUUID(), text }]), []);
  const sandbox = useSandboxValue(view, place, go, complain);
  const here = view.channel === place.channel ? view.messages : [];

  function dismiss(id: string) {
    if (complaints.some((complaint) => complaint.id === id)) setComplaints(complaints.filter((complaint) => complaint.id !== id));
    else void sandbox.act({ act: "dismiss", id });
  }

  return (
    <SandboxContext.Provider value={sandbox}>
      <Confirming>
        <LinkScope>
          <Layout view={view} place={place} messages={here} />
          <DialogHost dialog={view.dialog} />
        </LinkScope>
        <Notices notices={[...view.notices, ...complaints]} onDismiss={dismiss} />
        {lost && <p className="lost" role="status">The sandbox does not answer. Trying again…</p>}
      </Confirming>
    </SandboxContext.Provider>
  );
}

function useSandboxValue(view: View, place: Place, go: Props["go"], complain: (text: string) => void): Sandbox {
  const { users, channels, groups, commands, shortcuts } = view;
  const { user, channel } = place;
  return useMemo(() => {
    const act = async (wanted: Act) => {
      try {
        const answer = await sendAct(user, wanted);
        if (isSandboxsOwn(answer)) complain(answer.error!);
        return answer;
      } catch (error) {
        complain((error as Error).message);
        return { ok: false, error: "unreachable" };
      }
    };
    const upload = async (files: Iterable<File>) => {
      try {
        return await Promise.all([...files].map((file) => uploadFile(user, file)));
      } catch (error) {
        complain(`The file could not be uploaded. ${(error as Error).message}`);
        return [];
      }
    };
    return { me: user, users, channels, groups, commands, shortcuts, channel, go, act, upload, complain };
  }, [users, channels, groups, commands, shortcuts, user, channel, go, complain]);
}

/** Slack's errors are codes, and come as notices too; a sentence is the sandbox's, and only this page can show it. */
function isSandboxsOwn({ error, errors }: Answer): boolean {
  return error !== undefined && error.includes(" ") && !Object.keys(errors ?? {}).length;
}

/** Not everybody is in every channel. */
function useOwnChannel(view: View | null, { user, channel }: Place, go: Props["go"]) {
  useEffect(() => {
    if (view?.me !== user || view.channel !== channel) return;
    const mine = view.channels.filter(({ is_member }) => is_member);
    const first = mine[0];
    if (first && !mine.some(({ id }) => id === channel)) go({ channel: first.id, thread: null, target: null });
  }, [view, user, channel, go]);
}

/** A permalink to a reply opens its thread, also where the link does not say that it is one. */
function useTargetsThread(view: View | null, { target, thread }: Place, go: Props["go"]) {
  const found = view?.messages.find(({ ts }) => ts === target?.ts);
  const root = found && isReply(found) ? found.thread_ts : null;
  useEffect(() => {
    if (root && root !== thread) go({ thread: root });
  }, [root, thread, go]);
}
