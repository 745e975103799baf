/** Top bar, channels, the open channel or Home tab, and its thread. On a phone one of them at a time. */
import { useState } from "react";
import { ChannelPane, ThreadPane } from "./parts/channel";
import { HomePane } from "./parts/home";
import { Sidebar } from "./parts/sidebar";
import { TopBar } from "./parts/topbar";
import type { Place } from "./place";
import { useSandbox } from "./sandbox";
import type { Message, View } from "./wire/types";

interface Props {
  view: View;
  place: Place;
  messages: Message[];
}

export function Layout({ view, place, messages }: Props) {
  const { go, act } = useSandbox();
  const [choosing, setChoosing] = useState(false);
  const { home, target, thread } = place;

  function choose(change: Partial<Place>) {
    setChoosing(false);
    go(change);
  }

  function openHome() {
    choose({ home: true, thread: null, target: null });
    void act({ act: "open_home" });
  }

  const onBack = () => setChoosing(true);
  return (
    <div className={layoutClass(place, choosing)} inert={view.dialog !== null}>
      <TopBar team={view.team} me={place.user} onSwitch={(user) => go({ user, target: null, home: false })} />
      <Sidebar place={place} onChoose={choose} onHome={openHome} />
      {home ? <HomePane home={view.home} onBack={onBack} /> : <ChannelPane {...{ messages, target, onBack }} />}
      {thread && !home && <ThreadPane {...{ messages, target }} root={thread} />}
    </div>
  );
}

function layoutClass({ thread, home }: Place, choosing: boolean): string {
  const marks = { choosing, threaded: thread !== null && !home };
  const on = Object.entries(marks).filter(([, is]) => is);
  return ["page", ...on.map(([mark]) => mark)].join(" ");
}
