/** A button; one with a `url` opens it as well, as in Slack. */
import type { Button } from "@slack/types";
import { plainText } from "../blocks/faithful";
import { useFollow } from "../parts/links";
import type { ControlProps } from "./control";
import { useActing } from "./surface";

export function ButtonControl({ placed }: ControlProps<Button>) {
  const { text, value, url, style, accessibility_label } = placed.element;
  const { press, isBusy } = useActing();
  const follow = useFollow();

  function click() {
    if (url) follow(url);
    void press(placed, { type: "button", text, ...(value !== undefined && { value }), ...(style && { style }) });
  }

  return (
    <button
      type="button"
      className={`button ${style ?? ""}`}
      aria-description={accessibility_label}
      aria-busy={isBusy(placed)}
      onClick={click}
    >
      {plainText(text.text)}
    </button>
  );
}
