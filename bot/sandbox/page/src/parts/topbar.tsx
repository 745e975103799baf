/** The workspace, and who acts in it. */
import { useSandbox } from "../sandbox";
import type { Person, View } from "../wire/types";
import { Avatar } from "../messages/avatar";

interface Props {
  team: View["team"];
  me: string;
  onSwitch: (user: string) => void;
}

const KINDS: Record<Person["kind"], string> = {
  member: "",
  guest: " (guest)",
  stranger: " (another workspace)",
  bot: " (bot)",
};

export function TopBar({ team, me, onSwitch }: Props) {
  const { users } = useSandbox();
  const people = Object.values(users).filter(({ kind }) => kind !== "bot");
  return (
    <div className="topbar">
      <strong className="team">{team.name}</strong>
      <label className="acting">
        <span className="acting-word" aria-hidden="true">Acting as</span>
        <Avatar person={users[me]} small />
        <select aria-label="Acting as" value={me} onChange={(event) => onSwitch(event.target.value)}>
          {people.map(({ id, real_name, kind }) => <option key={id} value={id}>{real_name}{KINDS[kind]}</option>)}
        </select>
      </label>
    </div>
  );
}
