"""The sandbox's page shows what an app posts, and lets people act."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, Page, expect
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox

pytestmark = pytest.mark.browser

Visit = Callable[..., Awaitable[Page]]
Json = dict[str, Any]
Taken = asyncio.Queue[Any]

CHANNEL = "C0LEGAL"


def plain(text: str) -> Json:
    """Give a plain_text object."""
    return {"type": "plain_text", "text": text}


def button(action_id: str, text: str, **more: Any) -> Json:
    """Give a button."""
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


def words(text: str, **style: bool) -> Json:
    """Give words of a rich_text section."""
    return {"type": "text", "text": text, **({"style": style} if style else {})}


CONFIRM = {
    "title": plain("Deny all 3 changes?"),
    "text": {"type": "mrkdwn", "text": "SuperDocs then *stops*."},
    "confirm": plain("Deny all"),
    "deny": plain("Keep"),
}
REDLINE = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                words("… due within "),
                words("thirty", strike=True),
                words(" "),
                words("sixty", bold=True, underline=True),
                words(" both", strike=True, underline=True),
                words(" days …"),
            ],
        }
    ],
}
CARD: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Change 1* · asked by <@U0REQ>"}},
    REDLINE,
    {
        "type": "actions",
        "elements": [
            button("approve", "Approve", style="primary"),
            button("deny", "Deny all…", confirm=CONFIRM),
        ],
    },
]
DIALOG: Json = {
    "type": "modal",
    "callback_id": "start",
    "title": plain("Start an edit"),
    "submit": plain("Start"),
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": plain("What should change?"),
            "element": {"type": "plain_text_input", "action_id": "v", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "file",
            "label": plain("Document"),
            "element": {"type": "file_input", "action_id": "v"},
        },
    ],
}


MENU: Json = {
    "type": "external_select",
    "action_id": "v",
    "placeholder": plain("Type a name"),
    "min_query_length": 2,
}
LIBRARY: Json = {
    **DIALOG,
    "blocks": [
        *({**block, "optional": True} for block in DIALOG["blocks"]),
        {
            "type": "input",
            "block_id": "library",
            "label": plain("Library"),
            "element": MENU,
            "optional": True,
        },
        {"type": "actions", "block_id": "row", "elements": [button("more", "More…")]},
    ],
}
"""A dialog with a select whose options the app is asked for, and a button that adds a field."""
TERM: Json = {"type": "plain_text_input", "action_id": "v"}


@pytest.fixture
async def card(web: AsyncWebClient) -> str:
    """A card in the channel; gives its ts."""
    posted = await web.chat_postMessage(channel=CHANNEL, text="Change 1", blocks=CARD)
    return str(posted["ts"])


@pytest.fixture
async def taken(sandbox: Sandbox, web: AsyncWebClient) -> AsyncIterator[Taken]:
    """A connected app: what it took, presses by action_id and forms by their values. Its command opens the dialog."""
    noted = Taken()
    app = AsyncApp(client=web, signing_secret=sandbox.slack.app.signing_secret, process_before_response=True)

    async def take_press(ack: Any, action: Json) -> None:
        await ack()
        noted.put_nowait(action["action_id"])

    async def take_form(ack: Any, view: Json) -> None:
        await ack()
        noted.put_nowait(view["state"]["values"])

    async def open_dialog(ack: Any, body: Json) -> None:
        await web.views_open(trigger_id=body["trigger_id"], view=DIALOG)
        await ack()

    app.action(re.compile("approve|deny"))(take_press)
    app.view("start")(take_form)
    app.command("/superdocs")(open_dialog)
    handler = AsyncSocketModeHandler(app, sandbox.slack.app.app_token)
    await handler.connect_async()
    yield noted
    await handler.close_async()


def message(page: Page, text: str) -> Locator:
    """Find the messages with some words in them."""
    return page.get_by_role("article").filter(has_text=text)


async def line_through(words: Locator) -> str:
    """Give the lines drawn at some words: under them, or through them."""
    return str(await words.evaluate("element => getComputedStyle(element).textDecorationLine"))


async def test_a_redline_looks_as_in_slack(visit: Visit, card: str) -> None:
    """Deleted words are struck, inserted ones bold and underlined, mentions are names."""
    shown = message(await visit(), "Change 1")

    await expect(shown).to_have_attribute("data-ts", card)
    await expect(shown).to_contain_text("@Rita Requester")
    assert await line_through(shown.get_by_text("thirty", exact=True)) == "line-through"
    assert await line_through(shown.get_by_text("both", exact=True)) == "underline line-through"
    inserted = shown.get_by_text("sixty", exact=True)
    assert await line_through(inserted) == "underline"
    assert int(await inserted.evaluate("element => getComputedStyle(element).fontWeight")) >= 600
    await expect(shown.get_by_role("button", name="Approve", exact=True)).to_be_visible()


WORDS = [
    "# not a heading",
    "1. keep the cap",
    "a | b\n|---|---|",
    "between $5 and $6",
    "at 10:30:45, :no_such_emoji:",
    "5 * 3 * 2 and snake_case_name",
    "above\n---",
    "[text](http://example.com)",
]


@pytest.mark.parametrize("kind", ["mrkdwn", "plain_text"])
async def test_words_are_shown_as_they_are(visit: Visit, web: AsyncWebClient, kind: str) -> None:
    """What Markdown would take for markup, and Slack does not, stands there letter by letter."""
    sections = [{"type": "section", "text": {"type": kind, "text": text}} for text in WORDS]
    await web.chat_postMessage(channel=CHANNEL, text="Words", blocks=sections)

    shown = (await visit()).locator(".blocks .slack_blocks_to_jsx__section")

    await expect(shown).to_have_text(WORDS, use_inner_text=True)


async def test_escaped_words_mention_nobody(visit: Visit, web: AsyncWebClient) -> None:
    """Text that an app escaped is text, however much it looks like a mention."""
    await web.chat_postMessage(channel=CHANNEL, text="&lt;@U0REV&gt; &amp; co, with <@U0REV>")

    await expect(message(await visit(), "<@U0REV> & co, with @Bob Reviewer")).to_be_visible()


async def test_nothing_is_requested_from_elsewhere(
    visit: Visit, web: AsyncWebClient, sandbox: Sandbox
) -> None:
    """Whatever a message names, the page talks to the sandbox alone."""
    picture = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A picture"}
    page = await visit()
    reached: list[str] = []
    page.on("response", lambda response: reached.append(response.url))
    page.on("requestfinished", lambda request: reached.append(request.url))

    async with page.expect_event("console", lambda line: "Content Security Policy" in line.text):
        await web.chat_postMessage(channel=CHANNEL, text="A picture", blocks=[picture])
    await page.reload()
    await expect(page.get_by_alt_text("A picture")).to_be_attached()

    assert reached
    assert {urlsplit(url).netloc for url in reached} <= {urlsplit(sandbox.url).netloc, ""}


async def test_another_person_sees_and_writes_as_themselves(visit: Visit, sandbox: Sandbox) -> None:
    """Whoever is chosen writes the message, with mentions as ids; a stranger is only where strangers are."""
    page = await visit("U0REQ")
    await page.get_by_label("Acting as").select_option("U0REV")
    await page.get_by_label("Message #legal-review").fill("Hello @Carol Counsel, 1 < 2")
    await page.keyboard.press("Enter")

    await expect(message(page, "Hello @Carol Counsel, 1 < 2")).to_have_attribute("data-user", "U0REV")
    (written,) = sandbox.slack.messages(CHANNEL)
    assert (written.user, written.text) == ("U0REV", "Hello <@U0CAROL>, 1 &lt; 2")

    await page.get_by_label("Acting as").select_option("U0STRANGER")
    await expect(page.get_by_label("Message #shared")).to_be_visible()
    await expect(page.get_by_role("button", name="legal-review")).to_have_count(0)


async def test_a_reply_stands_in_the_thread_only(visit: Visit, sandbox: Sandbox, card: str) -> None:
    """A card's thread opens from the card, takes a reply, and is counted at the card."""
    page = await visit("U0REV")
    await page.get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("complementary", name="Thread")
    await thread.get_by_label("Reply…").fill("approve 1")
    await thread.get_by_role("button", name="Send").click()

    await expect(thread.get_by_role("article").filter(has_text="approve 1")).to_be_visible()
    await expect(page.get_by_role("main").get_by_role("article")).to_have_count(1)
    await expect(page.get_by_role("button", name="1 reply")).to_be_visible()
    assert [one.text for one in sandbox.slack.messages(CHANNEL, card)] == ["Change 1", "approve 1"]


async def test_a_file_goes_up_and_comes_down(visit: Visit, sandbox: Sandbox) -> None:
    """An attached file is sent with the message, and anybody can download the same bytes."""
    page = await visit()
    await page.get_by_label("Attach files").set_input_files(
        {"name": "terms.md", "mimeType": "text/markdown", "buffer": b"# Terms"}
    )
    await expect(page.get_by_role("button", name="Remove terms.md")).to_be_visible()
    await page.get_by_role("button", name="Send").click()

    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download terms.md").click()
    assert (await (await download.value).path()).read_bytes() == b"# Terms"
    (sent,) = sandbox.slack.messages(CHANNEL)
    assert [file.name for file in sent.files] == ["terms.md"]


async def test_a_permalink_opens_the_thread_in_the_page(visit: Visit, web: AsyncWebClient, card: str) -> None:
    """A link to a message in a thread brings it into sight, without leaving the page."""
    reply = await web.chat_postMessage(channel=CHANNEL, thread_ts=card, text="The updated document")
    link = await web.chat_getPermalink(channel=CHANNEL, message_ts=str(reply["ts"]))
    await web.chat_postMessage(channel=CHANNEL, text=f"<{link['permalink']}|See the document>")
    page = await visit()

    await page.get_by_role("link", name="See the document").click()

    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_role("article").filter(has_text="The updated document")).to_be_in_viewport()


async def test_private_messages_are_seen_by_one(visit: Visit, web: AsyncWebClient) -> None:
    """An ephemeral message says that only its reader sees it, and nobody else does."""
    await web.chat_postEphemeral(channel=CHANNEL, user="U0REV", text="You may not decide this.")

    theirs = message(await visit("U0REV"), "You may not decide this.")
    await expect(theirs).to_have_attribute("data-ephemeral", "true")
    await expect(theirs).to_contain_text("Only visible to you")
    others = await visit("U0REQ")
    await expect(others.get_by_role("article")).to_have_count(0)


@pytest.mark.usefixtures("card")
async def test_slack_asks_before_a_press_that_says_so(visit: Visit, taken: Taken) -> None:
    """A button with `confirm` acts only once the question is answered; one without acts at once."""
    page = await visit("U0REV")
    question = page.get_by_role("alertdialog", name="Deny all 3 changes?")

    await page.get_by_role("button", name="Deny all…").click()
    await expect(question).to_contain_text("SuperDocs then stops.")
    await question.get_by_role("button", name="Keep").click()
    await page.get_by_role("button", name="Approve", exact=True).click()
    assert await taken.get() == "approve"

    await page.get_by_role("button", name="Deny all…").click()
    await question.get_by_role("button", name="Deny all").click()
    assert await taken.get() == "deny"
    await expect(question).to_have_count(0)
    assert taken.empty()


@pytest.mark.usefixtures("card")
async def test_an_app_that_is_away_is_noticed(visit: Visit) -> None:
    """A press that no app takes is told to the person, who can put the notice away."""
    page = await visit("U0REV")
    await page.get_by_role("button", name="Approve", exact=True).click()

    notices = page.get_by_role("status", name="Notices")
    await expect(notices).to_contain_text("failed with the error")
    await notices.get_by_role("button", name="Dismiss").click()
    await expect(notices).to_have_text("")


async def test_a_dialog_is_filled_in_and_sent(visit: Visit, taken: Taken) -> None:
    """A command opens the app's dialog; what is missing stands at its field; what was filled in is sent."""
    page = await visit("U0REQ")
    await page.get_by_label("Message #legal-review").fill("/superdocs edit")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Start an edit")
    await dialog.get_by_label("What should change?").fill("Sixty days")
    await dialog.get_by_role("button", name="Start").click()
    await expect(dialog).to_contain_text("Please complete this required field.")

    await dialog.get_by_label("Document").set_input_files(
        {"name": "terms.html", "mimeType": "text/html", "buffer": b"<p>Terms</p>"}
    )
    await expect(dialog).to_contain_text("terms.html")
    await dialog.get_by_role("button", name="Start").click()

    values = await taken.get()
    assert values["what"]["v"]["value"] == "Sixty days"
    assert [file["name"] for file in values["file"]["v"]["files"]] == ["terms.html"]
    await expect(dialog).to_have_count(0)


@pytest.fixture
async def library(sandbox: Sandbox, web: AsyncWebClient) -> AsyncIterator[Taken]:
    """A connected app with a library of three contracts: what its forms held. *More…* adds a field."""
    noted = Taken()
    app = AsyncApp(client=web, signing_secret=sandbox.slack.app.signing_secret, process_before_response=True)
    names = ["contracts/supply 2025.docx", "contracts/supply 2026.docx", "contracts/lease.pdf"]

    async def offer(ack: Any, body: Json) -> None:
        await ack(options=[{"text": plain(one), "value": one} for one in names if body["value"] in one])

    async def widen(ack: Any, body: Json) -> None:
        more = {
            "type": "input",
            "block_id": "term",
            "label": plain("Term"),
            "element": TERM,
            "optional": True,
        }
        await web.views_update(
            view_id=body["view"]["id"], view={**LIBRARY, "blocks": [*LIBRARY["blocks"][:-1], more]}
        )
        await ack()

    async def take(ack: Any, view: Json) -> None:
        await ack()
        noted.put_nowait(view["state"]["values"])

    async def open_dialog(ack: Any, body: Json) -> None:
        await web.views_open(trigger_id=body["trigger_id"], view=LIBRARY)
        await ack()

    app.options("v")(offer)
    app.action("more")(widen)
    app.view("start")(take)
    app.command("/superdocs")(open_dialog)
    handler = AsyncSocketModeHandler(app, sandbox.slack.app.app_token)
    await handler.connect_async()
    yield noted
    await handler.close_async()


async def _opened(page: Page) -> Locator:
    await page.get_by_label("Message #legal-review").fill("/superdocs edit")
    await page.keyboard.press("Enter")
    return page.get_by_role("dialog", name="Start an edit")


async def test_a_select_is_searched_as_one_types(visit: Visit, library: Taken) -> None:
    """Each pause in typing asks the app; the arrows and Enter choose; what was chosen can be taken back."""
    page = await visit("U0REQ")
    dialog = await _opened(page)
    menu = dialog.get_by_role("combobox", name="Library")
    await menu.press_sequentially("s")
    await expect(dialog.get_by_role("listbox")).to_have_text("Type 1 more character.")
    await menu.press_sequentially("upply")
    await expect(dialog.get_by_role("option")).to_have_text(
        ["contracts/supply 2025.docx", "contracts/supply 2026.docx"]
    )
    await menu.press("ArrowDown")
    await menu.press("Enter")
    await expect(menu).to_have_value("contracts/supply 2026.docx")
    await dialog.get_by_role("button", name="Clear the choice").click()
    await menu.fill("nothing like it")
    await expect(dialog.get_by_role("listbox")).to_have_text("No results")
    await menu.press("Escape")
    await expect(dialog.get_by_role("listbox")).to_have_count(0)
    await menu.fill("lease")
    await dialog.get_by_role("option", name="contracts/lease.pdf").click()
    await dialog.get_by_role("button", name="Start").click()

    values = await library.get()
    assert values["library"]["v"]["selected_option"]["value"] == "contracts/lease.pdf"
    await expect(dialog).to_have_count(0)


async def test_an_update_of_a_dialog_keeps_what_was_filled_in(visit: Visit, library: Taken) -> None:
    """A button in the dialog adds a field; words, file and choice stay, and are sent with it."""
    dialog = await _opened(await visit("U0REQ"))
    raw = bytes(range(256))
    docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    await dialog.get_by_label("Document").set_input_files({"name": "a.docx", "mimeType": docx, "buffer": raw})
    await dialog.get_by_label("What should change?").fill("Sixty days")
    await dialog.get_by_role("combobox", name="Library").fill("lease")
    await dialog.get_by_role("option", name="contracts/lease.pdf").click()
    await dialog.get_by_role("button", name="More…").click()
    await dialog.get_by_label("Term").fill("two years")
    await expect(dialog.get_by_role("combobox", name="Library")).to_have_value("contracts/lease.pdf")
    await dialog.get_by_role("button", name="Start").click()

    values = await library.get()
    assert [(file["name"], file["size"]) for file in values["file"]["v"]["files"]] == [("a.docx", 256)]
    assert (values["what"]["v"]["value"], values["term"]["v"]["value"]) == ("Sixty days", "two years")
    assert values["library"]["v"]["selected_option"]["value"] == "contracts/lease.pdf"


async def test_a_select_says_that_no_app_answers(visit: Visit, library: Taken, sandbox: Sandbox) -> None:
    """What did not load is said in the list, in Slack's words."""
    dialog = await _opened(await visit("U0REQ"))
    sandbox.slack.settings.ack_within_s = 0.05
    # Not the ack: that of the command may still be on its way.
    sandbox.slack.faults.add(Fault("envelope", "lost"))
    await dialog.get_by_role("combobox", name="Library").fill("lease")
    await expect(dialog.get_by_role("listbox")).to_have_text("The options did not load: operation_timeout")
    assert library.empty()


async def test_a_published_document_comes_down_byte_for_byte(visit: Visit, web: AsyncWebClient) -> None:
    """A Word file that the app puts into the channel is downloaded as it is."""
    raw = bytes(range(256)) * 5
    await web.files_upload_v2(filename="contract.docx", content=raw, channel=CHANNEL)
    page = await visit("U0REV")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Download contract.docx").click()
    assert (await (await download.value).path()).read_bytes() == raw


@pytest.mark.usefixtures("card")
async def test_a_phone_shows_one_thing_at_a_time(visit: Visit) -> None:
    """On a phone the thread covers the channel, and a button leads back; nothing is wider than the screen."""
    page = await visit("U0REV", width=390, height=844)
    await page.get_by_role("button", name="Reply in thread").click()
    await expect(page.get_by_label("Reply…")).to_be_visible()
    covered = await page.get_by_label("Message #legal-review").evaluate(
        "box => !box.contains(document.elementFromPoint(...(({x, y}) => [x + 9, y + 9])(box.getBoundingClientRect())))"
    )
    assert covered
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390

    await page.get_by_role("button", name="Back to channel").click()
    await expect(page.get_by_label("Message #legal-review")).to_be_visible()
    await expect(page.get_by_role("complementary", name="Thread")).to_have_count(0)
