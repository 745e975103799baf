/** The channels this person sees, and the app. */
import type { Place } from "../place";
import { useSandbox } from "../sandbox";
import type { Channel, Person } from "../wire/types";

/** The app's own bot user; fixed in the sandbox (`bot/sandbox/slack`). */
const APP_USER = "U0RELAY";

interface Props {
  place: Place;
  onChoose: (change: Partial<Place>) => void;
  onHome: () => void;
}

export function Sidebar({ place, onChoose, onHome }: Props) {
  const { channels, users } = useSandbox();
  return (
    <nav className="sidebar" aria-label="Channels">
      <h2>Channels</h2>
      <ul>
        {channels.map((channel) => (
          <li key={channel.id}>
            <ChannelButton
              channel={channel}
              current={!place.home && channel.id === place.channel}
              onClick={() => onChoose({ channel: channel.id, thread: null, target: null, home: false })}
            />
          </li>
        ))}
      </ul>
      <h2>Apps</h2>
      <ul>
        <li>
          <button type="button" aria-current={place.home ? "page" : undefined} onClick={onHome}>
            <span aria-hidden="true">◆</span> {appName(users)}
          </button>
        </li>
      </ul>
    </nav>
  );
}

export function appName(users: Record<string, Person>): string {
  return users[APP_USER]?.real_name ?? "App";
}

function ChannelButton({ channel, current, onClick }: { channel: Channel; current: boolean; onClick: () => void }) {
  return (
    <button type="button" aria-current={current ? "page" : undefined} onClick={onClick}>
      <span aria-hidden="true">#</span> {channel.name}
    </button>
  );
}
