"""Values of styles come to colours and lengths, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline.flags.tree import parse
from bot.redline.flags.visibility import colours
from bot.redline.flags.visibility.colours import BLACK, BLUE, WHITE, Colour, colour, contrast, over, pixels


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("white", (255, 255, 255, 1)),
        ("rebeccapurple", (102, 51, 153, 1)),
        ("#fff", (255, 255, 255, 1)),
        ("#0f08", (0, 255, 0, 0.53)),
        ("#102030", (16, 32, 48, 1)),
        ("#10203080", (16, 32, 48, 0.5)),
        ("rgb(255,255,255)", (255, 255, 255, 1)),
        ("rgb(100% 0% 0% / 50%)", (255, 0, 0, 0.5)),
        ("rgba(0, 0, 0, 0)", (0, 0, 0, 0)),
        ("rgb(999,-5,none)", (255, 0, 0, 1)),
        ("hsl(0,0%,99%)", (252, 252, 252, 1)),
        ("hsl(120deg 100% 50%)", (0, 255, 0, 1)),
        ("hsl(.5turn 100% 50%)", (0, 255, 255, 1)),
        ("hwb(0 100% 0%)", (255, 255, 255, 1)),
        ("color(srgb 1 1 1)", (255, 255, 255, 1)),
        ("oklch(100% 0 0)", (255, 255, 255, 1)),
        ("lab(100 0 0)", (255, 255, 255, 1)),
        ("transparent", (0, 0, 0, 0)),
    ],
)
def test_a_colour_is_the_same_however_it_is_written(value: str, expected: tuple[float, ...]):
    """Names, numbers and functions; channels beyond their range are bounded."""
    found = colour(value)
    assert found is not None
    assert [round(part * 255) for part in found[:3]] == list(expected[:3])
    assert found.alpha == pytest.approx(expected[3], abs=0.01)


@pytest.mark.parametrize(
    "value", ["", "inherit", "var(--x)", "#12345", "rgb(1,2)", "rgb(a,b,c)", "ffffff", "rgb("]
)
def test_what_is_no_colour_is_none(value: str):
    """Nor is one that something else decides."""
    assert colour(value) is None


@given(st.text(alphabet="rgbhslwoka(),.%#/ -0123456789e"))
def test_any_value_is_read(value: str):
    """Nothing raises, and what is a colour stays in its bounds."""
    found = colour(value)
    assert found is None or all(0 <= part <= 1 for part in found)


def test_contrast_goes_from_1_to_21():
    """As the accessibility guidelines define it; a clear colour is what it lies on."""
    assert contrast(WHITE, WHITE) == 1
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert over(Colour(0, 0, 0, 0.1), WHITE) == pytest.approx((0.9, 0.9, 0.9, 1))


@pytest.mark.parametrize(
    ("html", "ink", "page"),
    [
        ("<p style='color:white;background:#000'>", WHITE, BLACK),
        ("<p style='-webkit-text-fill-color:#fff;color:red'>", WHITE, WHITE),
        ("<font color=FFFFFF>", WHITE, WHITE),
        ("<table bgcolor=black>", BLACK, BLACK),
        ("<a href=x>", BLUE, WHITE),
        ("<a>", BLACK, WHITE),
        ("<mark>", BLACK, colours.YELLOW),
        ("<p style='color:initial;background:url(x.png) no-repeat white'>", BLACK, WHITE),
        ("<p style='background:linear-gradient(to right, #000, white)'>", BLACK, BLACK),
        ("<p style='background:gradient(gradient(black'>", BLACK, BLACK),
        ("<p style='background:none;color:inherit'>", BLACK, WHITE),
    ],
)
def test_an_element_has_its_ink_and_its_page(html: str, ink: Colour, page: Colour):
    """By style, by old attributes, or by what it is."""
    element = parse(html).elements[0]
    assert colours.ink(element, element.styles, BLACK) == ink
    assert colours.page(element, element.styles, WHITE) == page


@pytest.mark.parametrize(
    ("value", "expected"),
    [("12pt", 16), ("-9999px", -9999), ("calc(100% + 2px)", 500), ("auto", 0), ("1q", 0.945), (".5in", 48)],
)
def test_a_length_comes_to_pixels(value: str, expected: float):
    """Near enough to tell far from near."""
    assert pixels(value) == pytest.approx(expected)
