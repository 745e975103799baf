"""Rules of a style sheet in the fragment count for the elements that they name."""

from __future__ import annotations

from bot.redline.flags.tree import parse
from bot.redline.flags.visibility.hiding import seen_text, sights
from bot.redline.flags.visibility.sheet import Sheet


def test_a_style_sheet_in_the_fragment_hides_as_well():
    """By tag, class or id, also in a media rule; what an element says itself counts more."""
    tree = parse(
        "<style>/* .d{} */ .a, i.b {display:none} @media screen{#c>b{opacity:0}} u::after{display:none}</style>"
        "<p class=a>H</p><i class='x b'>H</i><p id=c><b>H</b></p><p class=a style='display:block'>V</p><u>V</u>"
    )
    drawn = {run.text: sights(tree)[run.holder].why for run in tree.runs if run.text in {"H", "V"}}
    assert drawn == {"H": "it is transparent", "V": ""}
    assert seen_text(tree) == "VV"


def test_rules_are_read_by_tag_class_and_id_in_this_order():
    """What is closer to the element counts more, and its own declarations most."""
    tree = parse(
        "<style>#i{order:3} .c{order:2;top:2px} b{order:1;left:1px} b::before{order:9}</style><b class=c id=i style='top:0'>"
    )
    assert Sheet.of(tree).styles(tree.of("b")[0]) == {"order": "3", "left": "1px", "top": "0"}
    assert len(Sheet.of(tree).rules) == 4


def test_a_rule_of_many_selectors_adds_to_one_without_changing_the_others():
    """And elements that are alike are looked up once."""
    tree = parse(
        "<style>.a,.b{top:1px} .a{left:2px}</style><i class=a></i><i class=b></i><i class='b a b' style='top:3px'></i>"
    )
    sheet = Sheet.of(tree)
    assert [sheet.styles(element) for element in tree.of("i")] == [
        {"top": "1px", "left": "2px"},
        {"top": "1px"},
        {"top": "3px", "left": "2px"},
    ]
