/** A person's picture: initials on a colour of their own, since no picture is fetched from anywhere. */
import type { Person } from "../wire/types";

export function Avatar({ person, small = false }: { person: Person | undefined; small?: boolean }) {
  const name = person?.real_name ?? "?";
  const className = `avatar${small ? " small" : ""}${person?.kind === "bot" ? " bot" : ""}`;
  return (
    <span className={className} style={{ backgroundColor: colourOf(person?.id ?? "") }} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0]?.toUpperCase() ?? "").join("");
}

/** The same colour for the same id, dark enough for white letters. */
function colourOf(id: string): string {
  let sum = 0;
  for (const character of id) sum = sum * 31 + character.charCodeAt(0);
  // Steps of the golden angle lie far apart, however alike the ids are.
  return `hsl(${(sum * 137.508) % 360} 45% 42%)`;
}
