"""What a browser would not draw is known, with the reason; everything else counts as drawn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline.flags.tree import parse
from bot.redline.flags.visibility.hiding import hidden_text, seen_text, sights, why_hidden


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<b style='display:none'>H</b>", "display: none"),
        (r"<b style='d\69splay : NONE !important; display:block'>H</b>", "display: none"),
        ("<b style='visibility:hidden'>H<i style='visibility:visible'>V</i></b>", "visibility: hidden"),
        ("<p style='opacity:.2'><b style='opacity:20%'>H</b>V</p>", "transparent"),
        ("<b style='font-size:0'>H<i style='font-size:12pt'>V</i></b>", "no size"),
        ("<p style='font-size:10%'><b style='font-size:.5em'>H</b></p>", "pixels"),
        ("<b style='font:0/0 a'>H</b>", "no size"),
        ("<b style='font-size-adjust:0'>H</b>", "no size"),
        ("<b style='zoom:.01'>H</b>", "pixels"),
        ("<p style='color:#fff'>H<b style='color:#333'>V</b></p>", "background"),
        (
            "<p style='background:navy'><b style='color:#000082'>H</b><i style='color:#fff'>V</i></p>",
            "background",
        ),
        ("<font color=white>H</font>", "background"),
        ("<table bgcolor=black><tr><td>H<font color=white>V</font></table>", "background"),
        ("<p style='color:rgba(0,0,0,0)'>H</p>", "colour is transparent"),
        ("<b style='position:absolute;left:-9999px'>H</b><b style='left:-9999px'>V</b>", "off the page"),
        ("<b style='position:fixed;inset:-200vh auto auto 0'>H</b>", "off the page"),
        ("<p style='text-indent:-9999px'>H<b style='text-indent:0'>V</b></p>", "off the page"),
        ("<b style='margin-left:-5000px'>H</b>", "off the page"),
        ("<b style='margin:0 0 0 -99em'>H</b>", "off the page"),
        ("<b style='transform:translateX(-200vw)'>H</b>", "off the page"),
        ("<b style='translate:-9999px 0'>H</b>", "off the page"),
        ("<b style='transform:rotate(3deg) scale(0)'>H</b>", "scaled"),
        ("<b style='transform:matrix(0,0,0,0,0,0)'>H</b>", "scaled"),
        ("<b style='transform:rotateY(90deg)'>H</b>", "edge"),
        ("<b style='scale:0'>H</b>", "scaled"),
        ("<b style='clip:rect(1px, 1px, 1px, 1px)'>H</b>", "clipped"),
        ("<b style='clip-path:inset(50%)'>H</b>", "clipped"),
        ("<b style='clip-path:circle(0)'>H</b>", "clipped"),
        ("<b style='clip-path:polygon(0 0,0 0,0 0)'>H</b>", "clipped"),
        ("<b style='height:0;overflow:hidden'>H</b><b style='height:0'>V</b>", "height is 0"),
        ("<b style='width:1px;overflow:clip'>H</b>", "width is 0"),
        ("<b style='max-height:0'>H</b>", "max-height is 0"),
        ("<b style='line-height:0;overflow:hidden'>H</b>", "line-height is 0"),
        ("<b style='filter:opacity(0%)'>H</b>", "transparent"),
        ("<b style='filter:blur(9px)'>H</b>", "blurred"),
        ("<b style='letter-spacing:-2em'>H</b>", "each other"),
        ("<b style='content-visibility:hidden'>H</b>", "content-visibility"),
        ("<b style='mso-hide:all'>H</b>", "mso-hide"),
        ("<b hidden>H</b>", "marked hidden"),
        ("<div popover>H</div>", "not open"),
        ("<dialog>H</dialog><dialog open>V</dialog>", "not open"),
        ("<details>H<summary>V</summary><p>H</p><summary>H</summary></details>", "folded"),
        ("<details open>V<summary>V</summary></details><details>H</details>", "folded"),
        ("<details>H<details open><summary>H</summary>H</details></details>", "folded"),
        ("<template>H</template>", "<template>"),
        ("<noscript>H</noscript>", "<noscript>"),
        ("<b class='note sr-only'>H</b>", "sr-only"),
        ("<svg><text fill='none'>H</text><text>V</text><text visibility='hidden'>H</text></svg>", ""),
    ],
)
def test_text_that_is_not_drawn_has_a_reason(html: str, reason: str):
    """Each H is hidden and each V is seen, also by what an ancestor says."""
    tree = parse(html)
    assert set(hidden_text(tree)) <= {"H", " "}
    assert set(seen_text(tree)) <= {"V", " "}
    hidden = [run.holder for run in tree.runs if run.text == "H"]
    assert hidden
    assert all(reason in why_hidden(holder) for holder in hidden)


@pytest.mark.parametrize(
    "html",
    [
        "plain",
        "<p style='margin:0 -10px;text-indent:2em;line-height:1.5;opacity:.9;width:100%'>",
        "<p style='color:#333;background:#eee;font:bold 12px/1.5 serif;filter:none'>",
        "<td style='height:0;background:#036;color:white'>",
        "<p style='overflow:hidden;height:40px;position:relative;left:2px'>",
        "<p style='transform:translate(-50%,-50%) scale(1.1);clip-path:inset(2px)'>",
        "<b style='visibility:inherit;display:inline'>",
        "<p style='color:inherit;background:url(x.png);font-size:inherit'>",
        "<a href=x style='color:#06c'>",
        "<p aria-hidden=true>",
        "<p class='overflow-hidden border-collapse lead not-hidden bg-transparent'>",
    ],
)
def test_ordinary_text_is_drawn(html: str):
    """However it is formatted."""
    assert seen_text(parse(f"{html}V")) == ("plainV" if html == "plain" else "V")


def test_what_only_screen_readers_pass_over_is_drawn():
    """It is told apart from hidden text."""
    tree = parse("<p aria-hidden=true>a <b>b</b></p>")
    assert seen_text(tree) == "a b"
    assert all(sights(tree)[run.holder].unheard for run in tree.runs)


def test_an_element_is_asked_with_all_that_is_around_it_however_often():
    """Also after something inside it, or around it, was asked."""
    tree = parse("<p style='font-size:0'><b>H<i style='font-size:9pt'>V</i></b></p>")
    paragraph, bold, italic = tree.elements
    assert [bool(why_hidden(each)) for each in (bold, italic, bold, paragraph)] == [True, False, True, True]
    assert why_hidden(None) == ""


@given(st.text(alphabet="<>=\"';:(),%#- abcdeilnopsty019"))
def test_any_style_is_looked_at(style: str):
    """Nothing raises, and each run is either seen or hidden."""
    tree = parse(f'<div style="{style}">word</div><style>{style}</style>')
    assert set(sights(tree)) == {None, *tree.elements}
