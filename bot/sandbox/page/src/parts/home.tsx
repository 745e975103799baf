/** The app's Home tab, in the channel's place. */
import { Blocks } from "../blocks/blocks";
import { ActingIn, useOwnValues } from "../controls/surface";
import { useSandbox } from "../sandbox";
import type { Block, Home } from "../wire/types";
import { appName, AppTabs } from "./app_tabs";

export function HomePane({ home, onBack }: { home: Home | null; onBack: () => void }) {
  const { users } = useSandbox();
  return (
    <main className="pane home" aria-label="Home">
      <header className="pane-head">
        <button type="button" className="icon back" aria-label="Channels" onClick={onBack}>←</button>
        <h1>{appName(users)}</h1>
        <AppTabs current="Home" />
      </header>
      <div className="stream home-body">{home ? <HomeBlocks key={home.id} home={home} /> : <p className="quiet">The app has not published a Home tab for you.</p>}</div>
    </main>
  );
}

function HomeBlocks({ home }: { home: Home }) {
  const own = useOwnValues();
  const blocks = home.blocks as Block[];
  return (
    <ActingIn surface={{ view_id: home.id }} blocks={blocks} {...own}>
      <Blocks blocks={blocks} />
    </ActingIn>
  );
}
