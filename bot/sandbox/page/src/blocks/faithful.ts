/**
 * Slack's texts, written so that the library shows exactly what Slack would show.
 *
 * The library reads every text object as Markdown, plain text too. Slack does not: there `# 1`, `a | b`, `$5 or $6`
 * and `10:30:45` are just characters, where the library drops the line or takes them apart, and `&lt;@U1&gt;` is no
 * mention. A look-alike that loses or invents words would be worse than none, so everything that is not Slack's own
 * markup is written as a numeric entity, which Markdown always takes for the character itself.
 *
 * Source: https://docs.slack.dev/messaging/formatting-message-text
 */
import { emojify } from "node-emoji";

/** Slack's markup that is handed on as it stands: code, mentions and links, emoji, bare addresses. */
const MARKUP = /```[\s\S]*?```|`[^`\n]+`|<[^<>\n]+>|:[a-z0-9_+'-]+:|https?:\/\/[^\s<>]+/g;
const NAMED = /&(lt|gt|amp);/g;
const CHARACTERS: Record<string, string> = { lt: "<", gt: ">", amp: "&" };

export function faithfulMrkdwn(text: string): string {
  const markup = [...text.matchAll(MARKUP)];
  const delimiters = delimitersOf(masked(text, markup));
  const pieces: string[] = [];
  let end = 0;
  for (const { 0: found, index } of markup) {
    pieces.push(faithfulStretch(text.slice(end, index), end, delimiters), found);
    end = index + found.length;
  }
  return pieces.join("") + faithfulStretch(text.slice(end), end, delimiters);
}

/** What a plain_text object shows: emoji names become emoji, nothing else has a meaning. */
export function plainText(text: string): string {
  return emojify(decodeEntities(text), { fallback: (name) => `:${name}:` });
}

export function decodeEntities(text: string): string {
  return text.replace(NAMED, (_, name: string) => CHARACTERS[name]!);
}

/** The text with all markup made neither word nor space, so that styles are found around it, not in it. */
function masked(text: string, markup: RegExpMatchArray[]): string {
  let rest = text;
  for (const { 0: found, index } of markup) {
    rest = rest.slice(0, index) + "\uFFFC".repeat(found.length) + rest.slice(index! + found.length);
  }
  return rest;
}

/** Where the `*`, `_` and `~` stand that style words: in pairs, on one line, at the edges of words. */
function delimitersOf(text: string): Set<number> {
  const found = new Set<number>();
  for (const mark of ["\\*", "_", "~"]) {
    const styled = new RegExp(`(?<![\\p{L}\\p{N}${mark}])${mark}(?=[^\\s${mark}])[^\\n${mark}]*(?<!\\s)${mark}(?![\\p{L}\\p{N}${mark}])`, "gu");
    for (const { 0: span, index } of text.matchAll(styled)) found.add(index).add(index + span.length - 1);
  }
  return found;
}

/** Text between markup: delimiters as Markdown has them, all else that Markdown would read as entities. */
function faithfulStretch(stretch: string, start: number, delimiters: Set<number>): string {
  return stretch.replace(
    /&(?:lt|gt|amp);|[\\[\]$|#=:&*_~]|^[ \t]*[-+]|^(?: {4,}|\t+)/gm,
    (found, offset: number) => {
      if (delimiters.has(start + offset)) return found === "_" ? found : found + found;
      const opensQuote = found === "&gt;" && (start + offset === 0 || stretch[offset - 1] === "\n");
      return opensQuote ? found : entities(found);
    },
  );
}

function entities(found: string): string {
  return [...decodeEntities(found)].map((character) => `&#${character.codePointAt(0)};`).join("");
}
