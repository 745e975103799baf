/** What a person typed, as Slack's own client would send it. */
import type { Names } from "../sandbox";

export function parseSlash(typed: string): { command: string; text: string } | null {
  const found = /^(\/\S+)\s*([\s\S]*)$/.exec(typed.trim());
  return found ? { command: found[1]!, text: found[2]! } : null;
}

/**
 * Escape `& < >`, and turn `@Bob Reviewer` and `#legal-review` into ids.
 *
 * Commands carry the name as well (`<@U0REV|bob>`), messages the id alone.
 * Source: https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function asWire(typed: string, { users, channels }: Names, isCommand: boolean): string {
  const escaped = typed.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const tail = (name: string) => (isCommand ? `|${name}` : "");
  const words: [string, string][] = [];
  for (const { id, name, real_name } of Object.values(users)) {
    for (const word of [real_name, name]) words.push([`@${word}`, `<@${id}${tail(name)}>`]);
  }
  for (const { id, name } of channels) words.push([`#${name}`, `<#${id}${tail(name)}>`]);
  return replaceWords(escaped, new Map(words));
}

/** The longest fitting word first, so that `@Bob Reviewer` is not taken for `@Bob`. */
function replaceWords(text: string, words: Map<string, string>): string {
  const longestFirst = [...words.keys()].sort((one, other) => other.length - one.length);
  const any = new RegExp(`(?<![\\w])(?:${longestFirst.map(literally).join("|")})(?![\\w-])`, "g");
  return text.replace(any, (word) => words.get(word)!);
}

function literally(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
