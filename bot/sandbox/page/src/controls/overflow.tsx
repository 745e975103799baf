/** An overflow menu; an option with a `url` opens it as well, as in Slack. */
import type { Overflow, PlainTextOption } from "@slack/types";
import { plainText } from "../blocks/faithful";
import { useFollow } from "../parts/links";
import { Menu } from "../parts/menu";
import type { ControlProps } from "./control";
import { useActing } from "./surface";

export function OverflowControl({ placed }: ControlProps<Overflow>) {
  const { press } = useActing();
  const follow = useFollow();

  function choose(option: PlainTextOption) {
    if (option.url) follow(option.url);
    void press(placed, { type: "overflow", selected_option: option });
  }

  const entries = placed.element.options.map((option) => ({
    text: plainText(option.text.text),
    ...(option.description && { description: plainText(option.description.text) }),
    onChoose: () => choose(option),
  }));
  return <Menu name="More options" entries={entries} />;
}
