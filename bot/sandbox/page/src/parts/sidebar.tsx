/** The channels this person is in, and the app. */
import type { Place } from "../place";
import { isDirect, useSandbox } from "../sandbox";
import { appName } from "./app_tabs";

interface Props {
  place: Place;
  onChoose: (change: Partial<Place>) => void;
  onHome: () => void;
}

export function Sidebar({ place, onChoose, onHome }: Props) {
  const { channels, users } = useSandbox();
  const mine = channels.filter((channel) => channel.is_member && !isDirect(channel.id));
  return (
    <nav className="sidebar" aria-label="Channels">
      <h2>Channels</h2>
      <ul>
        {mine.map(({ id, name }) => (
          <Row
            key={id}
            mark="#"
            name={name}
            current={!place.home && id === place.channel}
            onClick={() => onChoose({ channel: id, thread: null, target: null, home: false })}
          />
        ))}
      </ul>
      <h2>Apps</h2>
      <ul>
        <Row mark="◆" name={appName(users)} current={place.home || isDirect(place.channel)} onClick={onHome} />
      </ul>
    </nav>
  );
}

interface RowProps {
  mark: string;
  name: string;
  current: boolean;
  onClick: () => void;
}

function Row({ mark, name, current, onClick }: RowProps) {
  return (
    <li>
      <button type="button" aria-current={current ? "page" : undefined} onClick={onClick}>
        <span aria-hidden="true">{mark}</span> {name}
      </button>
    </li>
  );
}
