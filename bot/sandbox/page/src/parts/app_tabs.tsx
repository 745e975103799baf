/** The app's own place: its Home tab, and the direct message with it. */
import { isDirect, useSandbox } from "../sandbox";
import type { Person } from "../wire/types";

/** The app's bot user; fixed in the sandbox (`bot/sandbox/slack/app.py`). */
const APP_USER = "U0RELAY";

export function appName(users: Record<string, Person>): string {
  return users[APP_USER]?.real_name ?? "App";
}

export function AppTabs({ current }: { current: "Home" | "Messages" }) {
  const { go, act, channels } = useSandbox();
  const direct = channels.find(({ id }) => isDirect(id));

  function openHome() {
    go({ home: true, thread: null, target: null });
    void act({ act: "open_home" });
  }

  return (
    <div className="tabs">
      <button type="button" aria-current={current === "Home" ? "page" : undefined} onClick={openHome}>Home</button>
      {direct && (
        <button
          type="button"
          aria-current={current === "Messages" ? "page" : undefined}
          onClick={() => go({ channel: direct.id, home: false, thread: null, target: null })}
        >
          Messages
        </button>
      )}
    </div>
  );
}
