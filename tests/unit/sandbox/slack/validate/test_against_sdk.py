"""What the SDK's own models build is taken: an independent reading of the same documents."""

from __future__ import annotations

import pytest
from slack_sdk.models import blocks as sdk
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View
from slackblocks import errors as slackblocks_errors
from slackblocks.blocks import Block as IndependentBlock

from bot.sandbox.slack.validate import message_problems, view_problems

OPTIONS = [sdk.Option(text=f"Option {number}", value=f"v{number}") for number in range(3)]
SURE = sdk.ConfirmObject(title="Sure?", text="Really", confirm="Yes", deny="No", style="danger")

ELEMENTS: list[sdk.InteractiveElement] = [
    sdk.ButtonElement(text="Go", action_id="button", value="1", style="primary", confirm=SURE),
    sdk.OverflowMenuElement(action_id="overflow", options=OPTIONS),
    sdk.StaticSelectElement(action_id="one", placeholder="Pick", options=OPTIONS, initial_option=OPTIONS[0]),
    sdk.StaticMultiSelectElement(action_id="some", placeholder="Pick", options=OPTIONS, max_selected_items=2),
    sdk.UserSelectElement(action_id="user", placeholder="Who", initial_user="U1"),
    sdk.UserMultiSelectElement(action_id="users", placeholder="Who", initial_users=["U1"]),
    sdk.ConversationSelectElement(
        action_id="talk", placeholder="Where", default_to_current_conversation=True
    ),
    sdk.ChannelSelectElement(action_id="channel", placeholder="Where"),
    sdk.ExternalDataSelectElement(action_id="far", placeholder="Pick", min_query_length=2),
    sdk.DatePickerElement(action_id="day", initial_date="2026-11-22"),
    sdk.TimePickerElement(action_id="hour", initial_time="09:30"),
    sdk.CheckboxesElement(action_id="ticks", options=OPTIONS, initial_options=OPTIONS[:1]),
    sdk.RadioButtonsElement(action_id="radio", options=OPTIONS, initial_option=OPTIONS[1]),
]
INPUTS: list[sdk.InputInteractiveElement] = [
    sdk.PlainTextInputElement(
        action_id="text", multiline=True, min_length=1, max_length=9, initial_value="x", placeholder="Type"
    ),
    sdk.EmailInputElement(action_id="mail", placeholder="Mail"),
    sdk.UrlInputElement(action_id="url", placeholder="Address"),
    sdk.NumberInputElement(action_id="number", is_decimal_allowed=True, min_value="0", max_value="9.5"),
    sdk.RichTextInputElement(action_id="rich", placeholder="Write"),
    FileInputElement(action_id="files", filetypes=["html", "docx"], max_files=3),
    sdk.DateTimePickerElement(action_id="moment", initial_date_time=1_800_000_000),
]


@pytest.mark.parametrize("element", ELEMENTS, ids=lambda element: str(element.type))
def test_elements(element: sdk.InteractiveElement) -> None:
    """Every interactive element of the SDK is taken in an actions block."""
    block = sdk.ActionsBlock(block_id="b", elements=[element])
    assert message_problems([block.to_dict()]) == []


@pytest.mark.parametrize("element", INPUTS, ids=lambda element: str(element.type))
def test_inputs(element: sdk.InputInteractiveElement) -> None:
    """Every input of the SDK is taken in a dialog."""
    block = sdk.InputBlock(label="Label", element=element, hint="Hint", optional=True)
    view = View(
        type="modal", title="Title", submit="Send", close="Close", blocks=[block], private_metadata="{}"
    )
    assert view_problems(view.to_dict()) == []


def test_blocks() -> None:
    """The blocks of a message as the SDK builds them are taken."""
    image = sdk.ImageElement(image_url="https://a.example/i.png", alt_text="i")
    blocks = [
        sdk.HeaderBlock(text="Title"),
        sdk.SectionBlock(text="*words*", fields=["a", "b"], accessory=image),
        sdk.DividerBlock(),
        sdk.ContextBlock(elements=[image, sdk.MarkdownTextObject(text="_note_")]),
        sdk.ImageBlock(image_url="https://a.example/i.png", alt_text="i", title="Title"),
        sdk.MarkdownBlock(text="# Title"),
    ]
    assert message_problems([block.to_dict() for block in blocks]) == []


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
        {"type": "section"},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]},
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11},
        {"type": "markdown", "text": "x" * 12_001},
        {"type": "poem"},
    ],
    ids=lambda block: str(block["type"]),
)
def test_as_strict_as_another_validator(block: dict[str, object]) -> None:
    """What slackblocks, written by others, refuses is refused here too."""
    with pytest.raises(slackblocks_errors.InvalidUsageError):
        IndependentBlock.from_dict(block)
    assert message_problems([block]) != []
