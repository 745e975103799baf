/** The door to `slack-blocks-to-jsx`, which draws every block that one only reads. */
import { useMemo } from "react";
import { Message as LibraryMessage, type Block as LibraryBlock, type MessageProps } from "slack-blocks-to-jsx";
import { useSandbox } from "../sandbox";
import type { Block } from "../wire/types";
import { normalBlocks } from "./normal";

const DRAWN = new Set([
  "actions", "alert", "card", "carousel", "container", "context", "context_actions", "data_table",
  "data_visualization", "divider", "file", "header", "image", "input", "markdown", "plan", "rich_text", "section",
  "table", "task_card", "video",
]);

const HOOKS: MessageProps["hooks"] = {
  // What names no emoji is just text, as in `10:30:45`; the library would take its colons away.
  emoji: (emoji, parse) => {
    const drawn = parse(emoji);
    return drawn === emoji.name ? `:${emoji.name}:` : drawn;
  },
};

export function LibraryBlocks({ blocks }: { blocks: Block[] }) {
  const data = useNames();
  const normal = useMemo(() => normalBlocks(blocks), [blocks]);
  // The two describe the same JSON in types of their own.
  const drawn = normal as unknown as LibraryBlock[];
  return <LibraryMessage withoutWrapper blocks={drawn} data={data} hooks={HOOKS} name="" logo="" />;
}

/** A text object outside any block, drawn as the library draws a section's text. */
export function Mrkdwn({ text }: { text: string }) {
  const blocks = useMemo<Block[]>(() => [{ type: "section", text: { type: "mrkdwn", text } }], [text]);
  return text ? <LibraryBlocks blocks={blocks} /> : null;
}

export function isDrawn(block: Block): boolean {
  return DRAWN.has(block.type);
}

/** The names behind `<@U…>`, `<#C…>` and `<!subteam^S…>`. */
function useNames() {
  const { users, channels, groups } = useSandbox();
  return useMemo(
    () => ({
      users: Object.values(users).map(({ id, real_name }) => ({ id, name: real_name })),
      channels: channels.map(({ id, name }) => ({ id, name })),
      user_groups: (groups ?? []).map(({ id, handle }) => ({ id, name: handle })),
    }),
    [users, channels, groups],
  );
}
