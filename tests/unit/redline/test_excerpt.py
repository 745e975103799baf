from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.redline import Excerpt, Flag, Kind, Mark, Paragraph, Redline, Span, excerpt, pages, redline
from bot.redline.excerpt import MIN_PAGE, PARAGRAPH_OVERHEAD, SPAN_OVERHEAD, cost
from bot.redline.words import count_words
from tests.unit.redline.drawing import changed_text, changes, draw, of_words

MANY = 100_000


def numbered(word: str, count: int) -> str:
    return " ".join(f"{word}{number}" for number in range(count))


def scattered(count: int) -> Redline:
    """Give a paragraph with so many edits, far apart."""
    old = [f"w{number}" for number in range(20 * count)]
    new = [f"new{number}" if number % 20 == 10 else word for number, word in enumerate(old)]
    return of_words(" ".join(old), " ".join(new))


def shown_edits(part: Excerpt) -> int:
    return sum(span.mark is Mark.INSERT for paragraph in part.paragraphs for span in paragraph.spans)


def words(paragraphs: tuple[Paragraph, ...]) -> int:
    return sum(
        count_words(span.plain) for paragraph in paragraphs for span in paragraph.spans if span.changed
    )


def test_what_fits_is_complete() -> None:
    """Nothing that changes is left out, unchanged text is."""
    part = excerpt(scattered(3), MANY)
    assert part.complete
    assert (part.left_out_edits, part.left_out_words) == (0, 0)
    assert "<…>" in "".join(draw(part.paragraphs))


@pytest.mark.parametrize("budget", [700, 1000, 2000, 3000])
def test_as_many_whole_edits_as_fit_are_shown_in_order(budget: int) -> None:
    """And the others are counted."""
    whole = scattered(20)
    part = excerpt(whole, budget)
    shown = shown_edits(part)
    assert 0 < shown < 20
    assert cost(part.paragraphs) <= budget < cost(excerpt(scattered(shown + 1), MANY).paragraphs) + 200
    assert (part.left_out_edits, part.left_out_words) == (20 - shown, 2 * (20 - shown))
    assert not part.complete
    assert [f"new{20 * number + 10}" for number in range(shown)] == changed_text(
        part.paragraphs, Mark.INSERT
    ).replace("new", " new").split()


def test_of_an_edit_that_does_not_fit_the_beginning_is_shown() -> None:
    """An equal share of what goes and of what comes, and it counts as left out."""
    whole = of_words(numbered("old", 400), numbered("new", 400))
    part = excerpt(whole, 1000)
    (paragraph,) = part.paragraphs
    assert [span.mark for span in paragraph.spans] == [Mark.DELETE, Mark.GAP, Mark.INSERT, Mark.GAP]
    assert all(whole.old_text.startswith(span.text) for span in paragraph.spans if span.mark is Mark.DELETE)
    assert part.left_out_edits == 1
    assert part.left_out_words == 800 - words(part.paragraphs)
    assert words(part.paragraphs) > 20
    assert cost(part.paragraphs) <= 1000


def flagged(whole: Redline, *sentences: str) -> Redline:
    """Give a redline with these sentences as its only flags, most dangerous first."""
    return replace(whole, flags=tuple(Flag("confusable", sentence, dangerous=True) for sentence in sentences))


def test_an_edit_that_a_flag_names_comes_before_others() -> None:
    """Shown in document order, but chosen first: by its words, or by the number of a character in it."""
    whole = scattered(20)
    assert "new310" not in changed_text(excerpt(whole, 700).paragraphs, Mark.INSERT)
    odd = flagged(whole, "“new310” looks like “new3l0”.")
    part = excerpt(odd, 700)
    assert changed_text(part.paragraphs, Mark.INSERT).endswith("new310")
    assert part.left_out_edits == 20 - shown_edits(part)
    hidden = of_words(whole.old_text, whole.new_text.replace("new390", "new3\u200b90"))
    named = flagged(hidden, "“new310” is odd.", "An invisible character: [U+200B].")
    assert changed_text(excerpt(named, 1000).paragraphs, Mark.INSERT).endswith("new310new3\u200b90")


def test_what_is_named_once_comes_before_what_is_named_everywhere() -> None:
    """One “not” among a hundred “shall” is what a reviewer must see; and danger comes before both."""
    old = " ".join(f"{'shall' if n % 20 == 10 else f'w{n}'}" for n in range(400))
    new = old.replace("shall", "will").replace("w391", "not")
    whole = flagged(of_words(old, new + " odd"))
    named = replace(whole, flags=(Flag("risk-word", "“Shall” is removed, “not” is added.", dangerous=False),))
    assert "not" in changed_text(excerpt(named, 500).paragraphs, Mark.INSERT)
    danger = replace(whole, flags=(Flag("confusable", "“odd” is odd.", dangerous=True), *named.flags))
    assert changed_text(excerpt(danger, 500).paragraphs, Mark.INSERT).strip() == "odd"


def test_a_part_of_a_word_is_not_what_a_flag_names() -> None:
    """“may” is not in “mayor”, and a flag without a name chooses nothing."""
    whole = scattered(20)
    assert excerpt(flagged(whole, "“ew31” is odd.", "Something is odd.", "U+FFFFFF"), 700) == excerpt(
        whole, 700
    )


def test_unchanged_words_give_way_before_an_edit_does() -> None:
    """With less around each edit, all of them fit."""
    whole = scattered(12)
    full = cost(excerpt(whole, MANY).paragraphs)
    part = excerpt(whole, full - 100)
    assert part.complete
    assert shown_edits(part) == 12


def test_of_an_edit_that_does_not_fit_what_a_flag_names_is_shown() -> None:
    """Not its harmless beginning."""
    whole = of_words("x", numbered("new", 400) + " unless agreed " + numbered("more", 400))
    part = excerpt(flagged(whole, "Among the new words: “unless”."), 1000)
    shown = changed_text(part.paragraphs, Mark.INSERT)
    assert " unless agreed more0" in shown
    assert "new0" not in shown
    assert part.paragraphs[0].spans[-1].mark is Mark.GAP
    assert cost(part.paragraphs) <= 1000


def test_a_changed_row_is_shown_as_it_was_and_as_it_would_be() -> None:
    """Old above new, under the first row; a row that only loses or gains words is shown once."""
    old = "<tr><td>Party<td>Term<td>Fee<tr><td>Buyer<td>30 days<td>5<tr><td>Seller<td>x<td>"
    new = old.replace("30 days<td>5", "60 days<td>6").replace("<td>x<td>", "<td>x<td>7")
    part = excerpt(redline(old, new), MANY)
    assert [
        (paragraph.label, line)
        for paragraph, line in zip(part.paragraphs, draw(part.paragraphs), strict=True)
    ] == [
        ("", "Party | Term | Fee"),
        ("was", "Buyer | [-30-] days | [-5-]"),
        ("now", "Buyer | {+60+} days | {+6+}"),
        ("", "Seller | x |{+ 7+}"),
    ]
    assert part.complete


def test_a_budget_for_nothing_shows_nothing() -> None:
    """Everything counts as left out."""
    part = excerpt(scattered(2), 100)
    assert part == Excerpt((), left_out_edits=2, left_out_words=4)


def test_without_edits_the_beginning_of_the_text_is_shown() -> None:
    """So that one sees what the remark is about; it is complete, since nothing that changes is left out."""
    part = excerpt(redline("<p>Some text</p><p>more</p>", "<h1>Some text</h1><p>more</p>"), 1000)
    assert (draw(part.paragraphs), part.complete) == (["Some text", "<…>"], True)
    assert excerpt(redline("<p>x</p>", "<h1>x</h1>"), 100) == Excerpt((), 0, 0)


@pytest.mark.parametrize("budget", [0, MIN_PAGE, MANY])
def test_what_cannot_be_inspected_is_never_complete(budget: int) -> None:
    """Nothing is shown, and nothing may be approved."""
    unknown = redline("a\0", "b")
    assert not excerpt(unknown, budget).complete
    assert excerpt(unknown, budget).paragraphs == ()
    assert pages(unknown, MIN_PAGE) == (excerpt(unknown, MIN_PAGE),)


def test_the_cost_counts_what_stands_around_the_text() -> None:
    """Each paragraph and each span costs its overhead."""
    paragraph = Paragraph(Kind.LIST_ITEM, 1, "3.", (Span(Mark.KEEP, "ab"), Span(Mark.INSERT, "c")))
    assert cost([paragraph]) == PARAGRAPH_OVERHEAD + 2 + 2 * SPAN_OVERHEAD + 3


def test_pages_show_everything_that_changes() -> None:
    """Each edit once, in order, with its context."""
    whole = scattered(40)
    parts = pages(whole, MIN_PAGE)
    assert len(parts) > 1
    assert all(part.complete and cost(part.paragraphs) <= MIN_PAGE for part in parts)
    assert sum(shown_edits(part) for part in parts) == 40


def test_a_very_long_edit_is_cut_between_words() -> None:
    """Over as many pages as it takes; `…` says where it goes on."""
    whole = of_words("kept before kept after", f"kept before {numbered('new', 2000)} kept after")
    parts = pages(whole, MIN_PAGE)
    texts = [changed_text(part.paragraphs, Mark.INSERT) for part in parts]
    assert "".join(texts) == changed_text(whole.paragraphs, Mark.INSERT)
    assert all(text.startswith("new") for text in texts)
    assert sum(words(part.paragraphs) for part in parts) == 2000
    assert draw(parts[0].paragraphs)[0].startswith("kept before {+new0 ")
    assert draw(parts[0].paragraphs)[0].endswith("<…>")
    assert draw(parts[-1].paragraphs)[0].startswith("<…>{+")


@pytest.mark.parametrize("deleted", range(20, 120, 5))
def test_a_page_never_ends_in_a_crumb(deleted: int) -> None:
    """What is inserted begins on the next page, if this one has no room for a few words of it."""
    whole = of_words(numbered("old", deleted), numbered("new", 120))
    parts = pages(whole, MIN_PAGE)
    for mark in (Mark.INSERT, Mark.DELETE):
        assert "".join(changed_text(part.paragraphs, mark) for part in parts) == changed_text(
            whole.paragraphs, mark
        )
    first = next(text for part in parts if (text := changed_text(part.paragraphs, Mark.INSERT)))
    assert len(first) > 30
    assert all(cost(part.paragraphs) <= MIN_PAGE for part in parts)


def test_a_word_longer_than_a_page_is_cut_somewhere() -> None:
    """There is no better place."""
    parts = pages(of_words("", "A" * 10_000), MIN_PAGE)
    assert "".join(changed_text(part.paragraphs, Mark.INSERT) for part in parts) == "A" * 10_000
    assert all(cost(part.paragraphs) <= MIN_PAGE for part in parts)


def test_without_edits_there_is_one_page() -> None:
    """It shows how the text begins."""
    assert [draw(part.paragraphs) for part in pages(of_words("same", "same"), MIN_PAGE)] == [["same"]]


def test_a_page_that_would_hold_no_edit_is_refused() -> None:
    """Rather than turning pages for ever."""
    with pytest.raises(ValueError, match="at least 2000 characters, not 1999"):
        pages(of_words("a", "b"), MIN_PAGE - 1)


@given(changes(), st.integers(0, 1500), st.integers(0, 20), st.sampled_from(["fee", "U+00A0", "x"]))
@settings(max_examples=100, deadline=None)
def test_an_excerpt_fits_and_says_what_it_leaves_out(
    change: tuple[str, str], budget: int, context: int, named: str
) -> None:
    """It never costs more than its budget, and if it is complete it has every change."""
    whole = flagged(redline(*change), f"“{named}” {named}")
    part = excerpt(whole, budget, context)
    assert cost(part.paragraphs) <= budget
    assert part.left_out_words == whole.counts.inserted + whole.counts.deleted - words(part.paragraphs) >= 0
    if part.complete:
        for mark in (Mark.INSERT, Mark.DELETE):
            assert changed_text(part.paragraphs, mark) == changed_text(whole.paragraphs, mark)


@given(changes(), st.integers(1, 60), st.integers(MIN_PAGE, 2 * MIN_PAGE), st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_pages_cover_every_change_exactly_once(
    change: tuple[str, str], times: int, budget: int, context: int
) -> None:
    """However long the change and whatever stands in it."""
    whole = redline(change[0] * times, change[1] * times)
    parts = pages(whole, budget, context)
    assert all(cost(part.paragraphs) <= budget for part in parts)
    for mark in (Mark.INSERT, Mark.DELETE):
        assert "".join(changed_text(part.paragraphs, mark) for part in parts) == changed_text(
            whole.paragraphs, mark
        )


def test_what_an_edit_hides_stays_hidden_where_it_is_cut() -> None:
    """Each part of a hidden text says so, and says so within the budget."""
    whole = redline("<p>a</p>", f"<p>a <i hidden>{numbered('new', 900)}</i></p>")
    shown = pages(whole, MIN_PAGE)
    changed = [[s for p in page.paragraphs for s in p.spans if s.changed] for page in shown]
    assert len(shown) > 3
    assert all(page and all(span.hidden for span in page) for page in changed)
    assert all(cost(page.paragraphs) <= MIN_PAGE for page in shown)
    assert all(span.drawn.lstrip().startswith("[hidden] new") for page in changed for span in page)


def test_context_that_is_hidden_by_turns_takes_no_more_room() -> None:
    """Marks of many hidden words beside an edit cannot push it off its page."""
    turns = " ".join(f"<i hidden>w{number}</i> v{number}" for number in range(40))
    whole = redline(f"<p>{turns} old {turns}</p>", f"<p>{turns} new {turns}</p>")
    for part in (*pages(whole, MIN_PAGE), excerpt(whole, 900)):
        assert "new" in changed_text(part.paragraphs, Mark.INSERT)
        assert cost(part.paragraphs) <= MIN_PAGE


CLAUSE = "<p>The Buyer pays within thirty days of {}.</p>"
ITEMS = "".join(
    f"<p>The parties co-operate with care on item {number} of the list.</p>" for number in range(90)
)
MANY_WORDS = numbered("word", 60)


@pytest.mark.parametrize(
    "dangerous",
    [
        CLAUSE.format("pay\u200bment zq"),
        CLAUSE.format("\u202ezq\u202c"),
        CLAUSE.format("pаyment zq"),
        CLAUSE.format("zq\ue000"),
        CLAUSE.format("&lt;!channel> zq"),
        CLAUSE.format("<bdo dir=rtl>zq 03</bdo>"),
        CLAUSE.format("x <i hidden>and zq</i>"),
        f"{CLAUSE}<p hidden>{MANY_WORDS} zq</p>",
        f"{CLAUSE}<p style='color:#fff'>zq&nbsp;a\n  b</p>",
        f"{CLAUSE}<table><tr hidden><td>zq one<td>two</table>",
        f"{CLAUSE}<p>✅ Approved by @carol zq · No further changes.</p>",
        f"{CLAUSE}<p><a href='https://evil.example'>www.bank.example zq</a></p>",
        f"{CLAUSE}<p><a href='javascript:x'>zq now</a></p>",
    ],
)
def test_among_many_edits_the_dangerous_one_is_shown(dangerous: str) -> None:
    """Whichever danger it is whose sentence names words, and however the sentence writes them."""
    around = ITEMS.replace("co-operate", "shall cooperate not")
    whole = redline(ITEMS + CLAUSE.format("x") + ITEMS, around + dangerous + around)
    part = excerpt(whole, 2000)
    assert any(flag.dangerous for flag in whole.flags)
    assert part.left_out_edits
    assert "zq" in changed_text(part.paragraphs, Mark.INSERT)


def test_words_that_are_named_at_the_beginning_leave_nothing_out_before_them() -> None:
    """Also where the quotation is longer than what can be shown."""
    whole = of_words("x", numbered("new", 400))
    part = excerpt(flagged(whole, f"Among the new words: “{numbered('new', 50)}”."), 600)
    assert changed_text(part.paragraphs, Mark.INSERT).startswith("new0 new1")
