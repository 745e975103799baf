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
import type { Act, View } from "./wire/types";
import { useView } from "./wire/use_view";

export function App() {
  const [place, setPlace] = useState<Place>(placeFromAddress);
  const { view, lost } = useView(place.user, place.channel);
  const go = useCallback((change: Partial<Place>) => setPlace((now) => ({ ...now, ...change })), []);
  useEffect(() => writeAddress(place), [place]);
  useTargetsThread(view, place, go);

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
  const { users, channels, commands } = view;
  const { user, channel } = place;
  return useMemo(() => {
    const act = async (wanted: Act) => {
      try {
        return await sendAct(user, wanted);
      } catch {
        complain("The sandbox could not be reached. Nothing was done.");
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
    return { users, channels, commands, channel, go, act, upload, complain };
  }, [users, channels, commands, user, channel, go, complain]);
}

/** A permalink to a reply opens its thread, also where the link does not say that it is one. */
function useTargetsThread(view: View | null, { target, thread }: Place, go: Props["go"]) {
  const found = view?.messages.find(({ ts }) => ts === target);
  const root = found && isReply(found) ? found.thread_ts : null;
  useEffect(() => {
    if (root && root !== thread) go({ thread: root });
  }, [root, thread, go]);
}
